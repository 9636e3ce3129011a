// How the winner of a study is proven: the finalists of the search, the baseline they must beat,
// and the test that decides on fresh trials. The seeds that made a trial a finalist are never part
// of its proof: the best of many noisy scores is better than its own truth.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "searchers/problem/metric_bound.hpp"
#include "searchers/problem/objective.hpp"
#include "searchers/problem/point.hpp"

namespace winnow {

/// On the differences of two settings' values under the same seeds; `corrected_t` on those of every
/// fold.
enum class PairedTest { sign_flip, paired_t, wilcoxon, corrected_t };

/// As in study files.
constexpr std::string_view to_text(PairedTest test) {
  constexpr std::array<std::string_view, 4> words = {"sign_flip", "paired_t", "wilcoxon",
                                                     "corrected_t"};
  return words[static_cast<std::size_t>(test)];
}

/// How surely the proof is to find a setting that is better by `effect`.
struct PowerRequest {
  double power = 0;
  double effect = 1;  // in standard deviations of the differences between two settings
  bool operator==(const PowerRequest&) const = default;
};

struct SelectionSpec {
  /// What is compared; its target is not used.
  Objective objective;
  /// Probability of announcing an improvement where there is none, over all finalists and looks.
  double alpha = 0.05;
  PairedTest test = PairedTest::sign_flip;
  /// In units of the metric: differences up to this do not matter. Needed for `equivalent` and for
  /// ties that go to the cheaper setting; where there is a cost, nobody leaves the race by them.
  std::optional<double> margin = {};
  /// Settings of the search that enter, the best by its scores; the baseline enters besides.
  int finalists = 3;
  /// Fresh trials of each setting, at most: one for each seed, the same seeds for all.
  int seeds = 10;
  /// What `seeds` are for, where it was asked for; they suffice.
  std::optional<PowerRequest> power = {};
  /// Parts into which every fresh seed has its data divided: one trial for each part, which is held
  /// out. The unit of the proof stays the seed, by its mean, but for PairedTest::corrected_t.
  std::optional<int> folds = {};
  /// Times before the last seed at which arms may leave the race, at most.
  int looks = 4;
  /// A complete point of the space. Nothing: there is nothing to improve upon, nothing is tested.
  std::optional<Point> baseline = {};
  /// A metric of which less is cheaper; absent: there are no ties to break.
  std::optional<std::string> cost_metric = {};
  /// What a setting has to keep, in its trial of the search to become a finalist, and by its mean
  /// over the fresh seeds to stay one and be chosen. A trial that does not report a bounded metric
  /// keeps nothing: none is a finalist, and as a fresh trial it counts as failed.
  std::vector<MetricBound> constraints = {};
  /// Shown in the decision and used for nothing.
  std::optional<std::string> holdout_metric = {};
  bool operator==(const SelectionSpec&) const = default;
};

}  // namespace winnow
