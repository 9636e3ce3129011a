// Which rows of the files are learned from and which are held out. A row's place follows from its
// text and a seed alone, whatever the order of the files: rows with the same text (same_text.hpp)
// are always on the same side.
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

/// Shares of the training rows that are measured on instead, by a seed that stays the same for all
/// trials of a study: no trial may learn from another one's test rows.
struct HeldOutShares {
  double validation = 0.0;
  double test = 0.0;
  std::uint64_t seed = 0;
};

struct Division {
  std::optional<Fold> fold;  // nothing: as the files are
  double train_share = 1.0;  // of the training rows
  std::uint64_t seed = 0;
  Strata strata = Strata::labels;
  HeldOutShares held_out = {};
  bool drop_repeated = false;  // always done before shares are held out
};

struct DividedRows {
  std::vector<LabelledText> train = {};
  std::vector<LabelledText> validation = {};
  std::vector<LabelledText> test = {};
  std::size_t dropped = 0;  // rows with text and label of an earlier one
};

/// In this order: drops repeated rows of each side; holds out the test's share of the training
/// rows, then the validation's; if there is a fold, puts training and validation rows together and
/// holds out its part; keeps the share of the training rows, at least one of each label. A larger
/// train_share keeps every row that a smaller one keeps. The order of the rows stays. Throws
/// ConfigError when a side is left without rows.
DividedRows divide(DividedRows rows, const Division& division);

}  // namespace winnow::train
