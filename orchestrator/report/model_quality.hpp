// How well a model of a study's scores predicts trials that it did not see. Stands beside whatever
// the model explains.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "searchers/problem/trial.hpp"

namespace winnow::run {

struct HeldOut {
  TrialNumber trial;
  double observed = 0, predicted = 0;
  double deviation = 0;  // of a new score there, as the model believes
};

struct ModelQuality {
  int trials = 0;
  double r_squared = 0;         // 1 − squared errors / squares about the mean; may be negative
  double rank_correlation = 0;  // of predictions and scores
  double rank_p = 1;            // one-sided: of a model that predicts nothing
  double coverage_90 = 0;       // part of the scores inside the model's central 90 %
  std::vector<HeldOut> held_out;

  bool predicts() const;
};

/// {"trials":…,"r_squared":…,"rank_correlation":…,"rank_p":…,"coverage_90":…,"predicts":true}
nlohmann::ordered_json as_json(const ModelQuality& quality);

std::string quality_sentence(const ModelQuality& quality);

}  // namespace winnow::run
