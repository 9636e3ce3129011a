// One target under libFuzzer: fuzz TARGET [options of libFuzzer] [corpus folders].
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "tests/fuzz/targets.hpp"

namespace {

const winnow::tests::FuzzTarget* chosen = nullptr;

}  // namespace

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
  for (const winnow::tests::FuzzTarget& target : winnow::tests::fuzz_targets()) {
    if (*argc > 1 && target.name == (*argv)[1]) chosen = &target;
  }
  if (chosen == nullptr) {
    std::fprintf(stderr, "usage: fuzz TARGET [options] [folders]; targets:");
    for (const auto& target : winnow::tests::fuzz_targets()) {
      std::fprintf(stderr, " %s", target.name.c_str());
    }
    std::fprintf(stderr, "\n");
    std::exit(2);
  }
  // libFuzzer takes every other word for itself.
  (*argv)[1] = (*argv)[0];
  ++*argv;
  --*argc;
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  chosen->run(std::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
