#include "orchestrator/config/read_early_termination.hpp"

#include "orchestrator/config/mapping_reader.hpp"
#include "orchestrator/config/read_parameters.hpp"
#include "searchers/problem/error.hpp"
#include "searchers/stop_rules/stop_rule.hpp"

namespace winnow::run {

std::optional<EarlyTermination> read_early_termination(const Node& root,
                                                       const std::vector<Objective>& objectives,
                                                       Diagnostics& diagnostics) {
  const Node* node = root.find("early_terminate");
  if (node == nullptr) return std::nullopt;
  MappingReader reader(*node, "early_terminate", diagnostics);
  EarlyTermination termination;
  const Node* type = reader.require("type");
  if (type != nullptr) {
    termination.rule = read_text(*type, "early_terminate.type", diagnostics).value_or("");
  }
  for (const Entry& entry : node->entries) {
    if (entry.key == "type") continue;
    if (entry.key == "strict" && termination.rule == "hyperband") {
      // The rule of W&B's that has the key (sweeps 0.2, hyperband_stopping.py) never reads it.
      if (read_flag(entry.value, "early_terminate.strict", diagnostics)) {
        diagnostics.warning(entry.key_at, "label",
                            "`strict` changes nothing: every trial is judged at every rung");
      }
      continue;
    }
    const auto value = read_value(entry.value, "early_terminate." + entry.key, diagnostics);
    if (value) termination.options[entry.key] = *value;
  }
  if (objectives.size() > 1) {
    diagnostics.error(node->at, "early-terminate",
                      "a stop rule compares curves of one objective; with several, leave it out");
  }
  if (diagnostics.has_errors() || termination.rule.empty()) return std::nullopt;
  try {
    search::make_stop_rule(termination.rule, termination.options);
  } catch (const ConfigError& error) {
    report_faults(error, root, "early-terminate", diagnostics);
    return std::nullopt;
  }
  const search::StopRuleEntry* entry = search::find_stop_rule(termination.rule);
  termination.rule = entry->name;
  complete_options(entry->options, termination.options);
  return termination;
}

}  // namespace winnow::run
