#include "trainer/loop/speedometer.hpp"

#include <sys/resource.h>

namespace winnow::train {

void Speedometer::add(std::int64_t tokens, double seconds) {
  tokens_ += tokens;
  seconds_ += seconds;
}

std::map<std::string, double> Speedometer::read() {
  std::map<std::string, double> values = {{"peak_memory_mb", peak_memory_mb()}};
  if (tokens_ > 0 && seconds_ > 0.0) {
    values["tokens_per_s"] = static_cast<double>(tokens_) / seconds_;
  }
  tokens_ = 0;
  seconds_ = 0.0;
  return values;
}

double peak_memory_mb() {
  struct rusage usage = {};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) * 1024.0 / 1e6;
}

}  // namespace winnow::train
