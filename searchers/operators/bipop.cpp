#include "searchers/operators/bipop.hpp"

#include <algorithm>
#include <cmath>

namespace winnow::search {
namespace {

constexpr int least_population = 4;
constexpr int most_doublings = 12;  // beyond 4,000 times the first population nothing is learnt

}  // namespace

bool have_settled(std::span<const double> best, double worst, std::size_t dimension,
                  int population) {
  const double share = static_cast<double>(dimension) / population;
  const auto remembered = static_cast<std::size_t>(10 + std::ceil(30 * share));
  if (best.size() < remembered) return false;
  const std::span<const double> last = best.last(remembered);
  const auto [least, most] = std::minmax_element(last.begin(), last.end());
  constexpr double tolerance = 1e-12;
  return std::max(*most, worst) - *least < tolerance;
}

void BipopSchedule::spend(std::int64_t trials) {
  if (regime_ == Regime::large) large_spent_ += trials;
  if (regime_ == Regime::small) small_spent_ += trials;
}

BipopSchedule::Run BipopSchedule::next(Rng& rng) {
  regime_ = large_spent_ <= small_spent_ ? Regime::large : Regime::small;
  if (regime_ == Regime::large) {
    doublings_ = std::min(doublings_ + 1, most_doublings);
    return {first_population_ << doublings_, 1};
  }
  const double largest = std::ldexp(first_population_, doublings_);
  const double exponent = rng.uniform();
  const double population = std::floor(
      first_population_ * std::pow(0.5 * largest / first_population_, exponent * exponent));
  return {std::max(least_population, static_cast<int>(population)),
          std::pow(10, -2 * rng.uniform())};
}

}  // namespace winnow::search
