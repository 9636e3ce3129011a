// Several hypotheses tested at once: p-values raised so that each can be held against the level
// that was meant for all of them together.
#pragma once

#include "searchers/stats/sample.hpp"

namespace winnow::stats {

enum class Correction {
  // Of the chance of any false rejection:
  bonferroni,  // any dependence; Holm is never worse
  holm,  // any dependence: Holm (1979), "A simple sequentially rejective multiple test procedure"
  hochberg,  // independent or positively dependent: Hochberg (1988), "A sharper Bonferroni
             // procedure
             // for multiple tests of significance"
  // Of the expected part of false ones among the rejections:
  benjamini_hochberg,   // independent or positively dependent: Benjamini, Hochberg (1995)
  benjamini_yekutieli,  // any dependence: Benjamini, Yekutieli (2001), theorem 1.3
};

/// Adjusted p-values in the order given: hypothesis i is rejected where adjusted[i] < level. Never
/// below the raw ones, never above 1, in the same order as they. `family`: how many hypotheses
/// there were in all, those without a p-value (arms dropped on the way) counted as 1; 0: as many as
/// given. Refused: a p-value that is not a number. Needs p-values in [0, 1].
Answer<std::vector<double>> adjusted(Values p_values, Correction correction,
                                     std::int64_t family = 0);

}  // namespace winnow::stats
