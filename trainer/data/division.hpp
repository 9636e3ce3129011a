// Which rows of the files are learned from and which are held out. A row's place follows from its
// text and a seed alone, whatever the order of the files: equal texts are always on the same side.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "trainer/data/rows.hpp"

namespace winnow::train {

/// Part `part` of `parts` is held out.
struct Fold {
  std::int64_t part = 0;
  std::int64_t parts = 2;
};

/// Whether a share is taken of the rows of each label, or of all rows.
enum class Strata { labels, none };

struct Division {
  std::optional<Fold> fold;  // nothing: as the files are
  double train_share = 1.0;  // of the training rows
  std::uint64_t seed = 0;
  Strata strata = Strata::labels;
};

struct DividedRows {
  std::vector<LabelledText> train;
  std::vector<LabelledText> validation;
};

/// With a fold, puts all rows together and holds the fold out; then keeps the share of the training
/// rows, at least one of each label. A larger share keeps every row that a smaller one keeps. The
/// order of the rows stays. Throws ConfigError when a side is left without rows.
DividedRows divide(DividedRows rows, const Division& division);

}  // namespace winnow::train
