#include "orchestrator/report/model_quality.hpp"

#include <fmt/format.h>

#include "orchestrator/report/json_forms.hpp"

namespace winnow::run {

bool ModelQuality::predicts() const { return r_squared > 0 && rank_p < 0.05; }

nlohmann::ordered_json as_json(const ModelQuality& quality) {
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  json["trials"] = quality.trials;
  json["r_squared"] = number_json(quality.r_squared);
  json["rank_correlation"] = number_json(quality.rank_correlation);
  json["rank_p"] = number_json(quality.rank_p);
  json["coverage_90"] = number_json(quality.coverage_90);
  json["predicts"] = quality.predicts();
  return json;
}

std::string quality_sentence(const ModelQuality& quality) {
  return fmt::format(
      "Of scores that its trees did not see, the forest explains {:.0f} % (R²), with a rank "
      "correlation of {:.2f}; its 90 % ranges hold {:.0f} % of them{}",
      100 * quality.r_squared, quality.rank_correlation, 100 * quality.coverage_90,
      quality.predicts() ? "." : ": it does not predict, and what it explains is noise.");
}

}  // namespace winnow::run
