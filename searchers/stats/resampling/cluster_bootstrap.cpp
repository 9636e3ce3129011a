#include "searchers/stats/resampling/cluster_bootstrap.hpp"

#include <fmt/format.h>

#include <cmath>
#include <numeric>

#include "searchers/numerics/rng.hpp"
#include "searchers/stats/groups/groups.hpp"
#include "searchers/stats/resampling/interval_of_replicates.hpp"
#include "searchers/stats/unit.hpp"

namespace winnow::stats {
namespace {

// How often each of n was drawn, in n draws.
std::vector<double> draw_counts(search::Rng& rng, std::size_t n) {
  std::vector<double> counts(n, 0.0);
  for (std::size_t i = 0; i < n; ++i) ++counts[rng.below(n)];
  return counts;
}

double product(Values weights, Values values) {
  return std::inner_product(weights.begin(), weights.end(), values.begin(), 0.0);
}

}  // namespace

Answer<Bootstrap> cluster_bootstrap(std::span<const std::vector<double>> clusters,
                                    const BootstrapQuestion& question) {
  std::vector<double> sums, sizes;
  for (std::size_t i = 0; i < clusters.size(); ++i) {
    if (auto fault = fault_of(clusters[i], 1, fmt::format("values of cluster {}", i + 1)))
      return *fault;
    sums.push_back(sum(clusters[i]));
    sizes.push_back(static_cast<double>(clusters[i].size()));
  }
  if (auto fault = fault_of(sums, 2, "clusters")) return *fault;
  // A cluster is its sum and its size, drawn together.
  return bootstrap_pairs(
      sums, sizes, [](Values of_sums, Values of_sizes) { return sum(of_sums) / sum(of_sizes); },
      question);
}

Answer<Bootstrap> crossed_bootstrap(std::span<const std::vector<double>> seeds_by_examples,
                                    const Sampling& sampling, double level) {
  if (auto fault = fault_of_blocks(seeds_by_examples)) return *fault;
  const std::size_t seeds = seeds_by_examples.size(), examples = seeds_by_examples[0].size();
  if (auto fault = fault_of_draws(seeds * examples, sampling)) return *fault;
  std::vector<double> replicates;
  for (std::int64_t resample = 0; resample < sampling.resamples; ++resample) {
    search::Rng rng(sampling.seed, resample, "crossed bootstrap");
    const std::vector<double> of_seeds = draw_counts(rng, seeds);
    const std::vector<double> of_examples = draw_counts(rng, examples);
    double total = 0;
    for (std::size_t i = 0; i < seeds; ++i)
      if (of_seeds[i] > 0) total += of_seeds[i] * product(of_examples, seeds_by_examples[i]);
    replicates.push_back(total / static_cast<double>(seeds * examples));
  }
  const double unit = unit_of(replicates);
  Bootstrap result{.estimate = mean(joined(seeds_by_examples)),
                   .standard_error = unit * std::sqrt(variance(in_units(replicates, unit))),
                   .resamples = sampling.resamples};
  const Answer<Interval> interval = percentile_interval(std::move(replicates), level);
  if (!interval) return interval.refusal();
  result.interval = *interval;
  return result;
}

}  // namespace winnow::stats
