// How long do permutation tests take? Prints, for paired and for two-sample tests, the median of
// repeated runs. The figure to reach: 10^5 resamples of 30 pairs in 15 ms.
//
//   permutation_test [REPEATS]

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include "searchers/numerics/rng.hpp"
#include "searchers/stats/sign_flip.hpp"
#include "searchers/stats/two_sample_permutation.hpp"

namespace {

using namespace winnow;

constexpr std::uint64_t data_seed = 20;

std::vector<double> values(std::int64_t number, std::size_t n) {
  search::Rng rng(data_seed, number, "permutation bench");
  std::vector<double> result(n);
  for (double& value : result) value = rng.uniform() - 0.4;
  return result;
}

double median_ms(int repeats, const std::function<double(std::uint64_t)>& p_of_seed) {
  std::vector<double> times_ms;
  double sum_of_p = 0;  // used, so that nothing is optimised away
  for (int repeat = 0; repeat < repeats; ++repeat) {
    const auto began = std::chrono::steady_clock::now();
    sum_of_p += p_of_seed(static_cast<std::uint64_t>(repeat));
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - began;
    times_ms.push_back(took.count());
  }
  if (sum_of_p < 0) std::abort();
  std::nth_element(times_ms.begin(), times_ms.begin() + repeats / 2, times_ms.end());
  return times_ms[static_cast<std::size_t>(repeats / 2)];
}

void paired(std::size_t pairs, stats::Effort effort, std::int64_t resamples, int repeats) {
  const stats::Differences differences{values(0, pairs)};
  const double took_ms = median_ms(repeats, [&](std::uint64_t seed) {
    const stats::SignFlipQuestion question{.effort = effort,
                                           .sampling = {.resamples = resamples, .seed = seed}};
    return stats::sign_flip(differences, question)->test.p;
  });
  const std::string how =
      effort == stats::Effort::automatic ? "exact" : fmt::format("{} resamples", resamples);
  fmt::print("sign-flip    {:>7} pairs           {:<18} {:9.3f} ms\n", pairs, how, took_ms);
}

void two_samples(std::size_t size, stats::Effort effort, std::int64_t resamples, int repeats) {
  const std::vector<double> first = values(1, size), second = values(2, size);
  const double took_ms = median_ms(repeats, [&](std::uint64_t seed) {
    const stats::PermutationQuestion question{.effort = effort,
                                              .sampling = {.resamples = resamples, .seed = seed}};
    return stats::two_sample_permutation(first, second, question)->p;
  });
  const std::string how =
      effort == stats::Effort::automatic ? "exact" : fmt::format("{} resamples", resamples);
  fmt::print("two-sample   {:>7} + {:<7} values {:<18} {:9.3f} ms\n", size, size, how, took_ms);
}

}  // namespace

int main(int argc, char** argv) {
  const int repeats = argc > 1 ? std::atoi(argv[1]) : 21;
  if (repeats < 1) {
    fmt::print(stderr, "permutation_test [REPEATS]: one repeat or more\n");
    return 64;
  }
  constexpr auto sampled = stats::Effort::monte_carlo, automatic = stats::Effort::automatic;
  fmt::print("medians of {} runs, data seed {}, resampling seeds 0 to {}\n", repeats, data_seed,
             repeats - 1);
  paired(30, sampled, 100'000, repeats);
  paired(100, sampled, 100'000, repeats);
  paired(1000, sampled, 100'000, repeats);
  for (std::size_t pairs : {20, 30, 40}) paired(pairs, automatic, 100'000, repeats);
  two_samples(30, sampled, 100'000, repeats);
  for (std::size_t size : {10, 15, 20}) two_samples(size, automatic, 100'000, repeats);
  return 0;
}
