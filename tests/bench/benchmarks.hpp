// The benchmarks: each prints its runs one by one and returns the rows of the table.
#pragma once

#include <vector>

#include "tests/bench/figure.hpp"
#include "tests/bench/workplace.hpp"

namespace winnow::bench {

std::vector<Figure> measure_overhead(const Workplace& place);
std::vector<Figure> measure_commits(const Workplace& place);
std::vector<Figure> measure_resume(const Workplace& place);
std::vector<Figure> measure_growth(const Workplace& place);
std::vector<Figure> measure_million(const Workplace& place);
std::vector<Figure> measure_crowd(const Workplace& place);
std::vector<Figure> measure_sleepers(const Workplace& place);
std::vector<Figure> measure_faults(const Workplace& place);
std::vector<Figure> measure_language(const Workplace& place);
std::vector<Figure> measure_searchers(const Workplace& place);
/// These two want nothing of the place: scores are simulated.
std::vector<Figure> measure_decisions(const Workplace& place);
std::vector<Figure> measure_fresh_scores(const Workplace& place);

}  // namespace winnow::bench
