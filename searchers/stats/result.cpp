#include "searchers/stats/result.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "searchers/problem/error.hpp"

namespace winnow::stats {

bool rejects(double p, double alpha) {
  expect(alpha > 0 && alpha < 1, "a significance level lies between 0 and 1");
  return p < alpha;
}

std::string p_text(double p) {
  expect(p >= 0 && p <= 1, "a p-value lies between 0 and 1");
  if (p < 1e-300) return "< 1e-300";
  if (p < 1e-4) return fmt::format("{:.1e}", p);
  if (p < 1 && p > 0.999) return "> 0.999";
  return fmt::format("{:.3g}", p);
}

double p_of_tails(double lower, double upper, Tail tail) {
  switch (tail) {
    case Tail::greater:
      return std::min(1.0, upper);
    case Tail::less:
      return std::min(1.0, lower);
    case Tail::two_sided:
      break;
  }
  return std::min(1.0, 2 * std::min(lower, upper));
}

Interval interval_around(double centre, double half_width, Tail tail, double level) {
  Interval interval{.level = level};
  if (tail != Tail::less) interval.low = centre - half_width;
  if (tail != Tail::greater) interval.high = centre + half_width;
  return interval;
}

double outside_each_end(Tail tail, double level) {
  expect(level > 0 && level < 1, "a confidence level lies between 0 and 1");
  return tail == Tail::two_sided ? (1 - level) / 2 : 1 - level;
}

}  // namespace winnow::stats
