// Whether gradients still carry what is to be learned: their norm over the steps, and layers that
// none of it reaches any more. Hochreiter 1991 and Bengio, Simard, Frasconi 1994, "Learning
// Long-Term Dependencies with Gradient Descent is Difficult", named the two ways to fail: they
// vanish, or they explode. Needs no libtorch.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace winnow::train {

/// Of the norms before clipping since the last evaluation; saved with every checkpoint.
struct NormRecord {
  double sum = 0.0;
  double largest = 0.0;
  std::int64_t steps = 0;
  bool operator==(const NormRecord&) const = default;

  void add(double norm);
  /// 0 before the first step.
  double mean() const { return steps > 0 ? sum / static_cast<double>(steps) : 0.0; }
};

/// Whether a step's gradient has exploded: its norm is not finite, or above `limit` if that is
/// above 0.
bool has_exploded(double norm, double limit);

/// The layers whose gradient is below `share` of the largest one; `sizes` are root mean squares by
/// layer, so that layers of different widths compare. None if all are zero: then nothing is left to
/// learn.
std::vector<std::int64_t> vanished_layers(const std::map<std::int64_t, double>& sizes,
                                          double share);

/// "layers 0 and 3", for people; -1 are the embeddings.
std::string names_of_layers(const std::vector<std::int64_t>& layers);

}  // namespace winnow::train
