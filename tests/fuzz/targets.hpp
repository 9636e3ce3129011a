// What reads text of others, each as one function that takes any bytes and must return: for
// libFuzzer, and for the replay of the kept corpus in every build.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace winnow::tests {

struct FuzzTarget {
  std::string name;  // also the folder of its corpus
  /// Throws only what is a fault of ours.
  void (*run)(std::string_view bytes);
};

const std::vector<FuzzTarget>& fuzz_targets();

}  // namespace winnow::tests
