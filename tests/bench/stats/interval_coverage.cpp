// How often do intervals hold the truth? For n = 10 and 30 values of normal, lognormal and
// Bernoulli law, the share of simulated samples whose 95% interval holds the quantity it is for,
// and its median width. The default interval of a kind of metric is chosen from this table
// (README.md of searchers/stats has it).
//
//   interval_coverage [STUDIES [SEED [LAW]]]

#include <fmt/format.h>

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "searchers/numerics/rng.hpp"
#include "searchers/stats/dominance.hpp"
#include "searchers/stats/effect_size.hpp"
#include "searchers/stats/error_control/confidence_sequence.hpp"
#include "searchers/stats/mann_whitney.hpp"
#include "searchers/stats/proportions.hpp"
#include "searchers/stats/relations/correlation.hpp"
#include "searchers/stats/resampling/bootstrap.hpp"
#include "searchers/stats/sign_flip.hpp"
#include "searchers/stats/signed_rank.hpp"
#include "searchers/stats/student_t.hpp"

namespace {

using namespace winnow;
using stats::Interval;

constexpr double success_rate = 0.8;  // of the Bernoulli law: an ordinary accuracy
constexpr std::int64_t bootstrap_resamples = 1000;

double normal_cdf(double z) { return boost::math::cdf(boost::math::normal(), z); }

double normal_draw(search::Rng& rng) {
  return boost::math::quantile(boost::math::normal(), rng.uniform() + 0x1p-54);  // never 0
}

struct Law {
  std::string name;
  std::function<double(search::Rng&)> draw;
  double mean, median, pseudomedian;  // pseudomedian: median of averages of two draws
};

// The median m of (e^X + e^Y)/2: ∫ Φ(ln(2m − e^x)) φ(x) dx = ½, solved with scipy 1.10.1's quad and
// brentq.
constexpr double lognormal_pseudomedian = 1.22158294;

const std::vector<Law>& laws() {
  static const std::vector<Law> all = {
      {"normal", normal_draw, 0, 0, 0},
      {"lognormal", [](search::Rng& rng) { return std::exp(normal_draw(rng)); }, std::exp(0.5), 1,
       lognormal_pseudomedian},
      {"Bernoulli", [](search::Rng& rng) { return rng.uniform() < success_rate ? 1.0 : 0.0; },
       success_rate, 1, 1}};
  return all;
}

std::vector<double> drawn(const Law& law, std::size_t n, std::uint64_t seed, std::int64_t study,
                          const char* purpose) {
  search::Rng rng(seed, study, purpose);
  std::vector<double> values(n);
  for (double& value : values) value = law.draw(rng);
  return values;
}

// Two samples of the same law, the second moved by `shift`; a one-sample method sees the first
// only.
struct Data {
  std::vector<double> first, second;
  std::uint64_t seed;
};

struct Question {
  std::string name;
  double truth;
  std::function<std::optional<Interval>(const Data&)> interval;
};

template <class T, class Pick>
std::optional<Interval> taken(const stats::Answer<T>& answer, const Pick& pick) {
  if (!answer) return std::nullopt;
  return pick(*answer);
}

stats::BootstrapQuestion bootstrapped(stats::BootstrapKind kind, std::uint64_t seed) {
  return {.kind = kind, .sampling = {.resamples = bootstrap_resamples, .seed = seed}};
}

double sample_median(stats::Values values) {
  return stats::quantile_of_sorted(stats::sorted(values), 0.5);
}

void add_means(std::vector<Question>& questions, const Law& law) {
  questions.push_back({"mean: t", law.mean, [](const Data& data) {
                         return taken(stats::one_sample_t(data.first),
                                      [](const stats::TTest& t) { return t.interval; });
                       }});
  for (auto kind : {stats::BootstrapKind::percentile, stats::BootstrapKind::bca}) {
    const std::string name =
        kind == stats::BootstrapKind::bca ? "bootstrap BCa" : "bootstrap percentile";
    questions.push_back({"mean: " + name, law.mean, [kind](const Data& data) {
                           return taken(
                               stats::bootstrap_mean(data.first, bootstrapped(kind, data.seed)),
                               [](const stats::Bootstrap& b) { return b.interval; });
                         }});
    questions.push_back(
        {"median: " + name, law.median, [kind](const Data& data) {
           return taken(stats::bootstrap(data.first, sample_median, bootstrapped(kind, data.seed)),
                        [](const stats::Bootstrap& b) { return b.interval; });
         }});
  }
  questions.push_back({"mean: sign flips inverted", law.mean, [](const Data& data) {
                         return taken(stats::sign_flip_interval({data.first}),
                                      [](const Interval& interval) { return interval; });
                       }});
  questions.push_back({"mean: any-time valid", law.mean, [](const Data& data) {
                         return taken(stats::anytime_mean(data.first),
                                      [](const stats::AnytimeMean& a) { return a.interval; });
                       }});
  questions.push_back({"pseudomedian: signed ranks", law.pseudomedian, [](const Data& data) {
                         const auto centre = stats::centre_of_ranks({data.first});
                         return centre ? centre->interval : std::nullopt;
                       }});
}

void add_rates(std::vector<Question>& questions) {
  const auto rate_of = [](const Data& data) {
    const auto n = static_cast<std::int64_t>(data.first.size());
    return stats::Rate{std::llround(stats::sum(data.first)), n};
  };
  questions.push_back({"rate: Wilson", success_rate, [=](const Data& data) {
                         const stats::Rate rate = rate_of(data);
                         return std::optional(
                             stats::wilson_interval(static_cast<double>(rate.successes),
                                                    static_cast<double>(rate.trials)));
                       }});
  questions.push_back({"rate: Clopper-Pearson", success_rate, [=](const Data& data) {
                         return std::optional(stats::clopper_pearson_interval(rate_of(data)));
                       }});
  questions.push_back({"difference of rates: Newcombe", 0, [](const Data& data) {
                         const auto n = static_cast<std::int64_t>(data.first.size());
                         const auto test =
                             stats::two_rates_z({std::llround(stats::sum(data.first)), n},
                                                {std::llround(stats::sum(data.second)), n});
                         return std::optional(test->interval);
                       }});
}

void add_two_samples(std::vector<Question>& questions) {
  questions.push_back({"difference of means: Welch t", 0, [](const Data& data) {
                         return taken(stats::welch_t(data.first, data.second),
                                      [](const stats::TTest& t) { return t.interval; });
                       }});
  questions.push_back(
      {"difference of means: bootstrap BCa", 0, [](const Data& data) {
         const stats::PairedStatistic difference = [](stats::Values a, stats::Values b) {
           return stats::mean(a) - stats::mean(b);
         };
         return taken(stats::bootstrap_groups(data.first, data.second, difference,
                                              bootstrapped(stats::BootstrapKind::bca, data.seed)),
                      [](const stats::Bootstrap& b) { return b.interval; });
       }});
  questions.push_back({"shift: Mann-Whitney", 0, [](const Data& data) {
                         const auto shift = stats::shift_between(data.first, data.second);
                         return shift ? shift->interval : std::nullopt;
                       }});
  questions.push_back({"A, Cliff's delta: Newcombe", 0.5, [](const Data& data) {
                         return taken(
                             stats::dominance(data.first, data.second),
                             [](const stats::Dominance& d) { return d.superiority_interval; });
                       }});
  questions.push_back({"Cohen's d of two groups", 0, [](const Data& data) {
                         return taken(
                             stats::standardised_difference(data.first, data.second),
                             [](const stats::StandardisedMean& d) { return d.d_interval; });
                       }});
}

// Differences of the two samples moved by half a deviation, whose law is symmetric: effects of
// pairs.
void add_pairs(std::vector<Question>& questions, const Law& law) {
  if (law.name != "normal") return;  // the truth below is that of normal differences
  constexpr double shift = 0.7;      // half of √2, the deviation of a difference
  const auto pairs_of = [](const Data& data) {
    stats::Differences pairs;
    for (std::size_t i = 0; i < data.first.size(); ++i)
      pairs.values.push_back(data.first[i] - data.second[i] + shift);
    return pairs;
  };
  const double effect = shift / std::sqrt(2.0);
  questions.push_back({"Cohen's d of pairs", effect, [=](const Data& data) {
                         return taken(
                             stats::standardised_mean(pairs_of(data)),
                             [](const stats::StandardisedMean& d) { return d.d_interval; });
                       }});
  questions.push_back({"P(A > B) of pairs: Wilson", normal_cdf(effect), [=](const Data& data) {
                         return taken(stats::paired_superiority(pairs_of(data)),
                                      [](const stats::PairedSuperiority& s) { return s.interval; });
                       }});
  // Its limit: the chance that two differences have a positive sum, less the chance of a negative
  // one.
  questions.push_back({"rank-biserial of pairs", 2 * normal_cdf(std::sqrt(2.0) * effect) - 1,
                       [=](const Data& data) {
                         return taken(stats::matched_rank_biserial(pairs_of(data)),
                                      [](const stats::RankBiserial& r) { return r.interval; });
                       }});
}

void add_correlations(std::vector<Question>& questions, const Law& law) {
  if (law.name != "normal") return;
  constexpr double weight = 0.6;  // correlation of x and 0.6 x + 0.8 y
  const auto mixed = [](const Data& data) {
    std::vector<double> values;
    for (std::size_t i = 0; i < data.first.size(); ++i)
      values.push_back(weight * data.first[i] + 0.8 * data.second[i]);
    return values;
  };
  const double pi = std::acos(-1.0);
  const auto of = [=](auto procedure) {
    return [=](const Data& data) {
      return taken(procedure(data.first, mixed(data), {}),
                   [](const stats::Correlation& c) { return c.interval; });
    };
  };
  questions.push_back({"Pearson: Fisher z", weight, of(stats::pearson)});
  questions.push_back(
      {"Spearman: Bonett-Wright", 6 / pi * std::asin(weight / 2), of(stats::spearman)});
  questions.push_back({"Kendall: Fieller", 2 / pi * std::asin(weight), of(stats::kendall)});
}

void print_row(const Law& law, std::size_t n, const Question& question, int studies,
               std::uint64_t seed) {
  int held = 0, given = 0;
  std::vector<double> widths;
  for (int study = 0; study < studies; ++study) {
    const Data data{.first = drawn(law, n, seed, study, "first"),
                    .second = drawn(law, n, seed, study, "second"),
                    .seed = static_cast<std::uint64_t>(study)};
    const std::optional<Interval> interval = question.interval(data);
    if (!interval) continue;
    ++given;
    held += interval->contains(question.truth) ? 1 : 0;
    widths.push_back(interval->high - interval->low);
  }
  std::sort(widths.begin(), widths.end());
  const double share = given > 0 ? 100.0 * held / given : 0;
  fmt::print("| {:<9} | {:>2} | {:<34} | {:5.1f} | {:6.3f} | {:5.1f} |\n", law.name, n,
             question.name, share, widths.empty() ? 0 : widths[widths.size() / 2],
             100.0 * (studies - given) / studies);
}

}  // namespace

int main(int argc, char** argv) {
  const int studies = argc > 1 ? std::atoi(argv[1]) : 2000;
  const std::uint64_t seed = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1;
  const std::string only = argc > 3 ? argv[3] : "";
  if (studies < 1) {
    fmt::print(stderr, "interval_coverage [STUDIES [SEED [LAW]]]: one study or more\n");
    return 64;
  }
  fmt::print(
      "{} studies a row, seed {}, {} resamples a bootstrap; standard error of a coverage "
      "near 95%: {:.1f} points\n\n",
      studies, seed, bootstrap_resamples, 100 * std::sqrt(0.95 * 0.05 / studies));
  fmt::print(
      "| law | n | interval | held % | median width | refused % |\n|---|---|---|---|---|---|\n");
  for (const Law& law : laws()) {
    if (!only.empty() && law.name != only) continue;
    for (std::size_t n : {std::size_t{10}, std::size_t{30}}) {
      std::vector<Question> questions;
      add_means(questions, law);
      if (law.name == "Bernoulli") add_rates(questions);
      add_two_samples(questions);
      add_pairs(questions, law);
      add_correlations(questions, law);
      for (const Question& question : questions) print_row(law, n, question, studies, seed);
    }
  }
  return 0;
}
