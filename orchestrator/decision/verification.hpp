// Does a recorded decision follow from the other rows of the store? The record is worked out again;
// so is what it rests on: the values of its trials from their reports, the seeds of fresh trials
// from the study's.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "searchers/problem/study.hpp"
#include "storage/store.hpp"

namespace winnow::run {

struct Discrepancy {
  std::string place;                 // "decision.p", "trial 15 seed", "trial 15 loss"
  nlohmann::ordered_json has, give;  // what stands there; what the other rows give
};

/// Empty: every number follows. `study` as the store holds it, `decision` one of its rows.
std::vector<Discrepancy> discrepancies(const StudySpec& study, const store::Store& store,
                                       const store::DecisionRow& decision);

}  // namespace winnow::run
