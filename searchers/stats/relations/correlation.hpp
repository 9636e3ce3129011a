// Do two quantities move together: a score with the size of the data, with a setting, with its
// cost?
#pragma once

#include "searchers/stats/result.hpp"
#include "searchers/stats/sample.hpp"

namespace winnow::stats {

struct Correlation {
  TestResult test = {};  // of no association; the statistic is the coefficient
  double coefficient = 0;
  Interval interval = {};  // two-sided whatever the tail
};

struct CorrelationQuestion {
  Tail tail = Tail::two_sided;
  Effort effort = Effort::automatic;  // monte_carlo is not offered
  double level = 0.95;
};

/// Linear association of about normal values. Test: t with n − 2 degrees of freedom, exact for
/// normal values (Student 1908). Interval: Fisher (1921), z = atanh r with variance 1/(n − 3);
/// [−1, 1] for three values. Refused: fewer than three, unequal lists, a constant one.
Answer<Correlation> pearson(Values x, Values y, const CorrelationQuestion& question = {});

/// Monotone association: Pearson's of the ranks (Spearman 1904). Test: exact, ties included, up to
/// nine values, by all orders; beyond, t with n − 2 degrees of freedom (Kendall, Stuart). Interval:
/// as Pearson's with variance (1 + ρ²/2)/(n − 3), Bonett, Wright (2000), "Sample size requirements
/// for estimating Pearson, Kendall and Spearman correlations".
Answer<Correlation> spearman(Values x, Values y, const CorrelationQuestion& question = {});

/// Monotone association as concordant less discordant pairs, τ-b (Kendall 1938, 1945). Test: exact
/// without ties up to 150 values, with ties up to nine by all orders; beyond, the normal limit with
/// the variance under ties (Kendall 1970, "Rank correlation methods", 4.9). Interval: atanh τ with
/// variance 0.437/(n − 4), Fieller, Hartley, Pearson (1957); [−1, 1] up to four values.
Answer<Correlation> kendall(Values x, Values y, const CorrelationQuestion& question = {});

/// What all three refuse.
std::optional<Refusal> fault_of_relation(Values x, Values y);

/// tanh(atanh(coefficient) ± z √variance), [−1, 1] for a variance that is not positive and finite.
Interval fisher_interval(double coefficient, double variance, double level);

}  // namespace winnow::stats
