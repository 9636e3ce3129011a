#include "searchers/stats/resampling/bootstrap.hpp"

#include <algorithm>

#include "searchers/stats/resampling/cluster_bootstrap.hpp"
#include "searchers/stats/resampling/interval_of_replicates.hpp"
#include "tests/searchers/stats/stats_support.hpp"

using namespace winnow::stats;
using namespace winnow::tests;

namespace {

double statistic_named(const std::string& name, Values values) {
  if (name == "mean") return mean(values);
  return name == "median" ? quantile_of_sorted(sorted(values), 0.5) : std::sqrt(variance(values));
}

std::vector<double> left_out(const std::string& name, const std::vector<double>& values) {
  std::vector<double> result;
  for (std::size_t i = 0; i < values.size(); ++i) {
    std::vector<double> rest = values;
    rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(i));
    result.push_back(statistic_named(name, rest));
  }
  return result;
}

}  // namespace

TEST_CASE("intervals from SciPy's replicates equal SciPy's, ties with the estimate included") {
  for (const auto& row : golden("planning")["bootstrap"]) {
    const std::string name = row["statistic"];
    const std::vector<double> x = numbers(row["x"]), replicates = numbers(row["replicates"]);
    const Interval plain = *percentile_interval(replicates, 0.95);
    check_interval(plain, row["percentile"][0], row["percentile"][1]);
    const double acceleration = jackknife_acceleration({left_out(name, x)});
    const Interval corrected =
        *bca_interval(replicates, statistic_named(name, x), acceleration, 0.95);
    check_interval(corrected, row["BCa"][0], row["BCa"][1]);
  }
}

TEST_CASE("the bootstrap is a function of its seed, and the fast mean equals the slow one") {
  const std::vector<double> x = bell_shaped(1, 0, 15);
  const BootstrapQuestion question{.sampling = {.resamples = 2000, .seed = 8}};
  const Bootstrap slow = *bootstrap(
      x, [](Values values) { return mean(values); }, question);
  const Bootstrap fast = *bootstrap_mean(x, question);
  CHECK(fast.standard_error == near(slow.standard_error, 1e-12));
  check_interval(fast.interval, slow.interval.low, slow.interval.high, 1e-12);
  const BootstrapQuestion other{.sampling = {.resamples = 2000, .seed = 9}};
  CHECK(bootstrap_mean(x, other)->interval.low != fast.interval.low);
}

TEST_CASE("the standard error of a bootstrapped mean is the textbook's") {
  const std::vector<double> x = bell_shaped(1, 3, 40);
  const Bootstrap found = *bootstrap_mean(x);
  const double expected = std::sqrt(variance(x) * 39 / 40 / 40);  // with n, as resamples have it
  CHECK(found.standard_error == Approx(expected).epsilon(0.03));
  CHECK(found.interval.contains(found.estimate));
}

TEST_CASE("pairs stay together, groups are drawn apart") {
  std::vector<double> x = bell_shaped(5, 0, 25), y = x;
  for (double& value : y) value += 0.5;
  const PairedStatistic difference = [](Values first, Values second) {
    return mean(second) - mean(first);
  };
  const BootstrapQuestion percentile{.kind = BootstrapKind::percentile,
                                     .sampling = {.resamples = 500}};
  const Bootstrap paired = *bootstrap_pairs(x, y, difference, percentile);
  CHECK(paired.standard_error < 1e-12);
  const Bootstrap apart = *bootstrap_groups(x, y, difference, percentile);
  CHECK(apart.standard_error > 0.1);
  CHECK(bootstrap_pairs(x, std::vector<double>{1}, difference).refusal().cause == Cause::unequal);
}

TEST_CASE("a statistic that never passes the estimate has no BCa interval") {
  const std::vector<double> x = {1, 2, 3, 4, 5, 6, 7, 8};
  const Statistic largest = [](Values values) {
    return *std::max_element(values.begin(), values.end());
  };
  // Equal replicates count half, so the largest value still has one, but a cut below it has not.
  CHECK(bootstrap(x, largest));
  const Answer<Interval> refused = bca_interval({1, 2, 3}, 9, 0, 0.95);
  CHECK(refused.refusal().cause == Cause::out_of_reach);
}

TEST_CASE("constant, single, NaN and far too many values have defined ends") {
  const Bootstrap constant = *bootstrap_mean(std::vector<double>(6, 2.5));
  CHECK(constant.interval.low == 2.5);
  CHECK(constant.interval.high == 2.5);
  CHECK(bootstrap_mean(std::vector<double>{1}).refusal().needed == 2);
  CHECK(bootstrap_mean(std::vector<double>{1, NAN}).refusal().cause == Cause::not_finite);
  const std::vector<double> many(1'000'000, 1.0);
  const Answer<Bootstrap> refused = bootstrap_mean(many);
  CHECK(refused.refusal().cause == Cause::too_many);
  CHECK(refused.refusal().reason.find("5000 resamples or fewer") != std::string::npos);
  const Statistic undefined = [](Values values) { return 1 / (values[0] - 1); };
  CHECK(bootstrap(std::vector<double>{1, 2, 3}, undefined).refusal().cause == Cause::not_finite);
}

TEST_CASE("scores of the same example make a cluster's interval wider") {
  std::vector<std::vector<double>> clusters;
  std::vector<double> flat;
  for (double centre : bell_shaped(11, 0, 20)) {
    clusters.push_back({centre, centre, centre, centre, centre});
    flat.insert(flat.end(), 5, centre);
  }
  const Bootstrap whole = *cluster_bootstrap(clusters);
  const Bootstrap naive = *bootstrap_mean(flat);
  CHECK(whole.estimate == near(naive.estimate, 1e-12));
  // Five copies carry the information of one.
  CHECK(whole.standard_error == Approx(naive.standard_error * std::sqrt(5)).epsilon(0.06));
  CHECK(cluster_bootstrap(std::vector<std::vector<double>>{{1, 2}}).refusal().needed == 2);
  CHECK(cluster_bootstrap(std::vector<std::vector<double>>{{1}, {}}).refusal().cause ==
        Cause::too_few);
}

TEST_CASE("unequal clusters count by their size") {
  const std::vector<std::vector<double>> clusters = {{1, 1, 1}, {5}};
  CHECK(cluster_bootstrap(clusters, {.kind = BootstrapKind::percentile})->estimate == 2);
}

TEST_CASE("the crossed bootstrap knows that both seeds and examples vary") {
  const std::vector<double> of_seeds = bell_shaped(13, 0, 8), of_examples = bell_shaped(13, 1, 50);
  std::vector<std::vector<double>> scores;
  for (double seed : of_seeds) {
    std::vector<double>& row = scores.emplace_back();
    for (double example : of_examples) row.push_back(seed + example);
  }
  const Bootstrap found = *crossed_bootstrap(scores);
  const double expected =
      std::sqrt(variance(of_seeds) * 7 / 64 + variance(of_examples) * 49 / 2500);
  CHECK(found.standard_error == Approx(expected).epsilon(0.03));
  CHECK(found.interval.contains(found.estimate));
  CHECK(crossed_bootstrap(std::vector<std::vector<double>>{{1, 2}, {1}}).refusal().cause ==
        Cause::unequal);
}
