#include "searchers/stats/resampling/bootstrap.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "searchers/numerics/rng.hpp"
#include "searchers/stats/resampling/interval_of_replicates.hpp"
#include "searchers/stats/unit.hpp"

namespace winnow::stats {
namespace {

constexpr std::size_t most_left_out = 1000;  // evaluations for the acceleration

// One or two lists that are drawn from, and how many of each make a resample. Drawn together: the
// same places of both.
struct Source {
  Values first, second;
  bool is_paired = false;
};

std::optional<Refusal> fault_of_source(const Source& source, const BootstrapQuestion& question) {
  return fault_of_draws(source.first.size() + source.second.size(), question.sampling);
}

void draw(search::Rng& rng, const Source& source, std::vector<double>& first,
          std::vector<double>& second) {
  for (std::size_t i = 0; i < first.size(); ++i) {
    const std::size_t place = rng.below(source.first.size());
    first[i] = source.first[place];
    if (source.is_paired) second[i] = source.second[place];
  }
  if (source.is_paired) return;
  for (double& value : second) value = source.second[rng.below(source.second.size())];
}

// Resample r has the stream (seed, r), so that it does not depend on how many there are.
std::vector<double> replicates_of(const Source& source, const PairedStatistic& statistic,
                                  const Sampling& sampling) {
  std::vector<double> first(source.first.size()), second(source.second.size());
  std::vector<double> replicates;
  replicates.reserve(static_cast<std::size_t>(sampling.resamples));
  for (std::int64_t resample = 0; resample < sampling.resamples; ++resample) {
    search::Rng rng(sampling.seed, resample, "bootstrap");
    draw(rng, source, first, second);
    replicates.push_back(statistic(first, second));
  }
  return replicates;
}

std::vector<double> without(Values values, std::size_t begin, std::size_t end) {
  std::vector<double> rest(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(begin));
  rest.insert(rest.end(), values.begin() + static_cast<std::ptrdiff_t>(end), values.end());
  return rest;
}

// The statistic without each value of a sample in turn, or without each of a thousand groups of
// neighbours where there are more (Efron, Tibshirani 1993, "An introduction to the bootstrap", 11.5
// and 14.3). `evaluate` is given the places that are left out, from the first to before the second.
template <class Evaluate>
std::vector<double> left_out(std::size_t size, const Evaluate& evaluate) {
  const std::size_t steps = std::min(size, most_left_out);
  std::vector<double> values;
  for (std::size_t i = 0; i < steps; ++i)
    values.push_back(evaluate(i * size / steps, (i + 1) * size / steps));
  return values;
}

double acceleration_of(const Source& source, const PairedStatistic& statistic) {
  std::vector<std::vector<double>> of_samples;
  of_samples.push_back(left_out(source.first.size(), [&](std::size_t begin, std::size_t end) {
    const std::vector<double> first = without(source.first, begin, end);
    if (!source.is_paired) return statistic(first, source.second);
    return statistic(first, without(source.second, begin, end));
  }));
  if (!source.is_paired && !source.second.empty()) {
    of_samples.push_back(left_out(source.second.size(), [&](std::size_t begin, std::size_t end) {
      return statistic(source.first, without(source.second, begin, end));
    }));
  }
  return jackknife_acceleration(of_samples);
}

Answer<Bootstrap> from(const Source& source, const PairedStatistic& statistic,
                       std::vector<double> replicates, const BootstrapQuestion& question) {
  Bootstrap result{.estimate = statistic(source.first, source.second),
                   .resamples = question.sampling.resamples};
  if (auto fault = fault_of(replicates, 2, "values of the statistic on resamples")) return *fault;
  const double unit = unit_of(replicates);
  result.standard_error = unit * std::sqrt(variance(in_units(replicates, unit)));
  const Answer<Interval> interval =
      question.kind == BootstrapKind::percentile
          ? percentile_interval(std::move(replicates), question.level)
          : bca_interval(std::move(replicates), result.estimate, acceleration_of(source, statistic),
                         question.level);
  if (!interval) return interval.refusal();
  result.interval = *interval;
  return result;
}

Answer<Bootstrap> of_source(const Source& source, const PairedStatistic& statistic,
                            const BootstrapQuestion& question) {
  if (auto fault = fault_of_source(source, question)) return *fault;
  return from(source, statistic, replicates_of(source, statistic, question.sampling), question);
}

std::optional<Refusal> fault_of_both(Values first, Values second) {
  if (auto fault = fault_of(first, 2, "values of the first sample")) return fault;
  return fault_of(second, 2, "values of the second sample");
}

}  // namespace

Answer<Bootstrap> bootstrap(Values sample, const Statistic& statistic,
                            const BootstrapQuestion& question) {
  if (auto fault = fault_of(sample, 2, "values")) return *fault;
  const PairedStatistic of_first = [&](Values first, Values) { return statistic(first); };
  return of_source({.first = sample, .second = {}}, of_first, question);
}

Answer<Bootstrap> bootstrap_mean(Values sample, const BootstrapQuestion& question) {
  if (auto fault = fault_of(sample, 2, "values")) return *fault;
  const Source source{.first = sample, .second = {}};
  if (auto fault = fault_of_source(source, question)) return *fault;
  // Drawn as `bootstrap` draws: the same replicates but for the rounding of the sums.
  std::vector<double> replicates;
  for (std::int64_t resample = 0; resample < question.sampling.resamples; ++resample) {
    search::Rng rng(question.sampling.seed, resample, "bootstrap");
    double total = 0;
    for (std::size_t i = 0; i < sample.size(); ++i) total += sample[rng.below(sample.size())];
    replicates.push_back(total / static_cast<double>(sample.size()));
  }
  const PairedStatistic mean_of_first = [](Values first, Values) { return mean(first); };
  return from(source, mean_of_first, std::move(replicates), question);
}

Answer<Bootstrap> bootstrap_pairs(Values first, Values second, const PairedStatistic& statistic,
                                  const BootstrapQuestion& question) {
  if (first.size() != second.size()) {
    return Refusal{Cause::unequal,
                   fmt::format("{} values of the first arm, {} of the second: pairs "
                               "need the same conditions in both",
                               first.size(), second.size())};
  }
  if (auto fault = fault_of_both(first, second)) return *fault;
  return of_source({.first = first, .second = second, .is_paired = true}, statistic, question);
}

Answer<Bootstrap> bootstrap_groups(Values first, Values second, const PairedStatistic& statistic,
                                   const BootstrapQuestion& question) {
  if (auto fault = fault_of_both(first, second)) return *fault;
  return of_source({.first = first, .second = second}, statistic, question);
}

}  // namespace winnow::stats
