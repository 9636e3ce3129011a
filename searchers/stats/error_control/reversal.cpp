#include "searchers/stats/error_control/reversal.hpp"

#include <boost/math/distributions/students_t.hpp>
#include <cmath>

#include "searchers/stats/student_t.hpp"

namespace winnow::stats {

Answer<double> reversal_probability(const Differences& seen, std::int64_t planned) {
  const auto n = static_cast<std::int64_t>(seen.values.size());
  expect(planned > n, "some differences are still to come");
  const auto test = paired_t(seen);
  if (!test) return test.refusal();
  const double whole = static_cast<double>(planned), rest = static_cast<double>(planned - n);
  const boost::math::students_t_distribution<double> ahead(static_cast<double>(n - 1));
  return cdf(ahead, -std::abs(test->test.statistic) * std::sqrt(whole / rest));
}

}  // namespace winnow::stats
