#include "searchers/feasible/feasible_points.hpp"

#include <algorithm>
#include <map>

namespace winnow::search {
namespace {

// Values drawn in a look at a space: at some 200 ns each under a second. At most 20,000 points:
// a share of one in a thousand is then found with probability 1 − 2e-9.
constexpr std::uint64_t values_of_a_look = 2'000'000;
constexpr std::uint64_t most_looks = 20'000;
// As long as a share of one in ten thousand needs to be missed once in e^20 times.
constexpr int most_tries = 200'000;

}  // namespace

Point FeasiblePoints::drawn(Rng& rng) const {
  std::vector<double> unit_point(cube_.dimension());
  for (double& coordinate : unit_point) coordinate = rng.uniform();
  return cube_.decode(unit_point);
}

std::optional<std::vector<Point>> FeasiblePoints::all() const {
  const std::optional<std::uint64_t> size = enumeration_.size();
  if (!size || *size > most_listed) return std::nullopt;
  std::vector<Point> points;
  for (std::uint64_t k = 0; k < *size; ++k) {
    Point point = enumeration_.at(k);
    if (allows(point)) points.push_back(std::move(point));
  }
  return points;
}

std::optional<Point> FeasiblePoints::draw(Rng& rng) const {
  for (int i = 0; i < most_tries; ++i) {
    Point point = drawn(rng);
    if (allows(point)) return point;
  }
  return std::nullopt;
}

FeasibleShare FeasiblePoints::share(std::uint64_t seed) const {
  FeasibleShare share;
  const std::optional<std::uint64_t> size = enumeration_.size();
  share.is_exact = size && *size <= most_listed;
  const std::uint64_t affordable =
      values_of_a_look / std::max<std::uint64_t>(1, cube_.space().size());
  share.looked_at = share.is_exact ? *size : std::min(most_looks, affordable);
  std::map<std::string, std::uint64_t> reasons;
  Rng rng(seed, 0, "feasible share");
  for (std::uint64_t k = 0; k < share.looked_at; ++k) {
    const Point point = share.is_exact ? enumeration_.at(k) : drawn(rng);
    if (const auto reason = broken_rule(rules_, point)) {
      ++reasons[*reason];
    } else {
      ++share.allowed;
    }
  }
  const auto by_count = [](const auto& a, const auto& b) { return a.second < b.second; };
  const auto commonest = std::max_element(reasons.begin(), reasons.end(), by_count);
  if (commonest != reasons.end()) share.broken_mostly = commonest->first;
  return share;
}

}  // namespace winnow::search
