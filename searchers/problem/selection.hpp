// How the winner of a study is proven: the finalists of the search, the baseline they must beat,
// and the test that decides on fresh trials. The seeds that made a trial a finalist are never part
// of its proof: the best of many noisy scores is better than its own truth.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "searchers/problem/objective.hpp"
#include "searchers/problem/point.hpp"

namespace winnow {

/// On the differences of two settings' values under the same seeds.
enum class PairedTest { sign_flip, paired_t, wilcoxon };

/// As in study files.
constexpr std::string_view to_text(PairedTest test) {
  constexpr std::array<std::string_view, 3> words = {"sign_flip", "paired_t", "wilcoxon"};
  return words[static_cast<std::size_t>(test)];
}

struct SelectionSpec {
  /// What is compared; its target is not used.
  Objective objective;
  /// Probability of announcing an improvement where there is none, over all finalists and looks.
  double alpha = 0.05;
  PairedTest test = PairedTest::sign_flip;
  /// In units of the metric: differences up to this do not matter. Needed for `equivalent` and for
  /// ties that go to the cheaper setting.
  std::optional<double> margin = {};
  /// Settings of the search that enter, the best by its scores; the baseline enters besides.
  int finalists = 3;
  /// Fresh trials of each setting, at most: one for each seed, the same seeds for all.
  int seeds = 10;
  /// Times at which losers may leave and the proof may end, evenly spread up to `seeds`.
  int looks = 3;
  /// A complete point of the space. Nothing: there is nothing to improve upon, nothing is tested.
  std::optional<Point> baseline = {};
  /// A metric of which less is cheaper; absent: the seconds a trial takes.
  std::optional<std::string> cost_metric = {};
  /// Shown in the decision and used for nothing.
  std::optional<std::string> holdout_metric = {};
  bool operator==(const SelectionSpec&) const = default;
};

}  // namespace winnow
