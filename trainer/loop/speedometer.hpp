// How fast a run is, in numbers of its own: they differ from run to run and are reported on request
// only.
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace winnow::train {

/// Tokens and seconds of training steps since the last reading.
class Speedometer {
 public:
  void add(std::int64_t tokens, double seconds);

  /// {"tokens_per_s", "peak_memory_mb"}; begins anew. Without steps there is no speed.
  std::map<std::string, double> read();

 private:
  std::int64_t tokens_ = 0;
  double seconds_ = 0.0;
};

/// Largest resident memory of this process so far, in 10⁶ bytes.
double peak_memory_mb();

}  // namespace winnow::train
