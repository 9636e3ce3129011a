#include "searchers/stats/equivalence.hpp"

#include <algorithm>

#include "searchers/stats/sign_flip.hpp"
#include "searchers/stats/student_t.hpp"

namespace winnow::stats {
namespace {

void expect_sensible(Margin margin, double alpha) {
  expect(margin.low < margin.high, "the margin of an equivalence test has a positive width");
  expect(alpha > 0 && alpha < 0.5, "the level of an equivalence test lies between 0 and 1/2");
}

Equivalence combined(const TestResult& above_low, const TestResult& below_high, double estimate,
                     const Interval& interval) {
  return {.p = std::max(above_low.p, below_high.p),
          .above_low = above_low,
          .below_high = below_high,
          .estimate = estimate,
          .interval = interval};
}

// `test` is a t-test of its data, as a function of the question.
template <class Test>
Answer<Equivalence> two_t_tests(const Test& test, Margin margin, double alpha) {
  expect_sensible(margin, alpha);
  const Answer<TTest> above =
      test(MeanQuestion{.null_value = margin.low, .tail = Tail::greater, .level = 1 - alpha});
  if (!above) return above.refusal();
  const Answer<TTest> below =
      test(MeanQuestion{.null_value = margin.high, .tail = Tail::less, .level = 1 - alpha});
  const Interval interval{
      .low = above->interval.low, .high = below->interval.high, .level = 1 - 2 * alpha};
  return combined(above->test, below->test, above->estimate, interval);
}

Differences shifted(const Differences& pairs, double shift) {
  Differences result = pairs;
  for (double& value : result.values) value -= shift;
  return result;
}

}  // namespace

Answer<Equivalence> equivalence_paired_t(const Differences& pairs, Margin margin, double alpha) {
  const auto test = [&](const MeanQuestion& question) { return paired_t(pairs, question); };
  return two_t_tests(test, margin, alpha);
}

Answer<Equivalence> equivalence_welch_t(Values first, Values second, Margin margin, double alpha) {
  const auto test = [&](const MeanQuestion& question) { return welch_t(first, second, question); };
  return two_t_tests(test, margin, alpha);
}

Answer<Equivalence> equivalence_sign_flip(const Differences& pairs, Margin margin, double alpha,
                                          const Sampling& sampling) {
  expect_sensible(margin, alpha);
  const double level = 1 - 2 * alpha;
  const Answer<Interval> interval = sign_flip_interval(pairs, level, {.sampling = sampling});
  if (!interval) return interval.refusal();
  const Answer<SignFlip> above =
      sign_flip(shifted(pairs, margin.low), {.tail = Tail::greater, .sampling = sampling});
  const Answer<SignFlip> below =
      sign_flip(shifted(pairs, margin.high), {.tail = Tail::less, .sampling = sampling});
  return combined(above->test, below->test, mean(pairs.values), *interval);
}

}  // namespace winnow::stats
