#include "orchestrator/trainer_suggestions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "orchestrator/config/read_trial.hpp"
#include "trainer/protocol/search_ranges.hpp"

namespace winnow::run {
namespace {

/// By which adaptations trials of the study learn.
std::vector<Value> adaptations_of(const StudyConfig& config, const nlohmann::json& settings) {
  if (const Parameter* searched = config.spec.space.find("adaptation")) {
    return extreme_values(searched->domain);
  }
  return {settings.value("adaptation", std::string("full"))};
}

bool matters(const protocol::SearchRange& range, const std::vector<Value>& adaptations) {
  if (range.adaptations.empty()) return true;
  std::istringstream words(range.adaptations);
  for (std::string word; words >> word;) {
    if (std::ranges::find(adaptations, Value(word)) != adaptations.end()) return true;
  }
  return false;
}

}  // namespace

std::string suggested_parameters(const StudyConfig& config) {
  const auto* program = std::get_if<TrainerProgram>(&config.program);
  if (program == nullptr) return "";
  const std::vector<Value> adaptations = adaptations_of(config, program->settings);
  std::string lines;
  for (const protocol::SearchRange& range : protocol::search_ranges()) {
    const bool used = program->settings.contains(range.setting) ||
                      config.spec.space.find(range.setting) != nullptr;
    if (used || !matters(range, adaptations)) continue;
    lines += fmt::format("  {}: {}\n", range.setting, range.range);
  }
  return lines;
}

}  // namespace winnow::run
