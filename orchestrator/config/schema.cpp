#include "orchestrator/config/schema.hpp"

#include <algorithm>

#include "orchestrator/config/read_distribution.hpp"
#include "orchestrator/log_policy.hpp"
#include "orchestrator/metric_patterns.hpp"
#include "orchestrator/report/json_forms.hpp"
#include "searchers/problem/overloaded.hpp"
#include "searchers/registry.hpp"
#include "searchers/stop_rules/stop_rule.hpp"
#include "trainer/protocol/settings.hpp"

namespace winnow::run {
namespace {

using Json = nlohmann::ordered_json;

Json described(Json schema, const char* description) {
  schema["description"] = description;
  return schema;
}

Json of_type(const char* type) { return {{"type", type}}; }
Json at_least(const char* type, int minimum) { return {{"type", type}, {"minimum", minimum}}; }
Json words(const std::vector<std::string>& all) { return {{"enum", all}}; }

Json list_of(Json items) {
  Json schema = of_type("array");
  schema["items"] = std::move(items);
  return schema;
}

Json either(std::vector<Json> schemas) { return {{"anyOf", std::move(schemas)}}; }

/// Nothing but these keys.
Json mapping(Json properties, const std::vector<std::string>& required = {}) {
  Json schema = of_type("object");
  schema["properties"] = std::move(properties);
  if (!required.empty()) schema["required"] = required;
  schema["additionalProperties"] = false;
  return schema;
}

/// Any keys, all of them alike.
Json map_to(Json values) {
  Json schema = of_type("object");
  schema["additionalProperties"] = std::move(values);
  return schema;
}

Json scalar() { return {{"type", {"string", "number", "boolean"}}}; }

Json duration() {
  Json schema = of_type("string");
  schema["pattern"] = "^[0-9.]+([eE][+-]?[0-9]+)?[smhd]$";
  return schema;
}

Json schema_of(const Domain& domain) {
  return std::visit(
      Overloaded{
          [](const Real& real) {
            return Json{{"type", "number"}, {"minimum", real.low}, {"maximum", real.high}};
          },
          [](const Integer& integer) {
            return Json{{"type", "integer"}, {"minimum", integer.low}, {"maximum", integer.high}};
          },
          [](const Categorical& categorical) {
            Json schema = Json::object();
            schema["enum"] = Json::array();
            for (const Value& choice : categorical.choices)
              schema["enum"].push_back(to_json(choice));
            return schema;
          },
          [](const Constant& constant) {
            return Json{{"const", to_json(constant.value)}};
          }},
      domain);
}

Json options_schema(const std::vector<search::OptionSpec>& options) {
  Json properties = Json::object();
  for (const search::OptionSpec& option : options) {
    properties[option.name] = schema_of(option.domain);
    properties[option.name]["default"] = to_json(option.default_value);
    properties[option.name]["description"] = option.meaning;
  }
  return properties;
}

Json objective_schema() {
  return mapping({{"name", of_type("string")},
                  {"goal", words({"minimize", "maximize"})},
                  {"aggregate", words({"last", "best", "mean"})},
                  {"target", of_type("number")},
                  {"impute", words({"worst"})},
                  {"impute_while_running", {{"enum", {false}}}}},
                 {"name"});
}

Json parameter_schema() {
  const Json value = scalar();
  return mapping({{"min", of_type("number")},
                  {"max", of_type("number")},
                  {"scale", words({"linear", "log", "reverse_log"})},
                  {"step", of_type("number")},
                  {"type", words({"float", "int"})},
                  {"values", list_of(value)},
                  {"ordered", of_type("boolean")},
                  {"probabilities", list_of(of_type("number"))},
                  {"value", value},
                  {"distribution", words(distribution_words())},
                  {"mu", of_type("number")},
                  {"sigma", of_type("number")},
                  {"a", of_type("number")},
                  {"b", of_type("number")},
                  {"q", of_type("number")},
                  {"prior", of_type("string")},
                  {"default", value},
                  {"when", map_to(either({value, list_of(value)}))}});
}

Json parameters_schema() {
  Json group = mapping({{"parameters", {{"$ref", "#/definitions/parameters"}}}}, {"parameters"});
  Json derived = mapping({{"expr", scalar()}}, {"expr"});
  return map_to(either({parameter_schema(), std::move(derived), std::move(group)}));
}

Json limits_schema() {
  return mapping({{"max_trials", at_least("integer", 1)},
                  {"max_concurrent", at_least("integer", 1)},
                  {"max_duration", duration()},
                  {"trial_timeout", duration()},
                  {"max_gpu_hours", of_type("number")},
                  {"max_failed", at_least("integer", 0)},
                  {"max_initial_failures", at_least("integer", 1)}});
}

Json selection_schema() {
  return mapping({{"metric", of_type("string")},
                  {"goal", words({"minimize", "maximize"})},
                  {"alpha", of_type("number")},
                  {"margin", of_type("number")},
                  {"finalists", at_least("integer", 1)},
                  {"seeds", at_least("integer", 1)},
                  {"power", of_type("number")},
                  {"effect", of_type("number")},
                  {"folds", at_least("integer", 2)},
                  {"looks", at_least("integer", 0)},
                  {"test", words({"sign_flip", "paired_t", "wilcoxon", "corrected_t"})},
                  {"correction", words({"bonferroni", "holm"})},
                  {"baseline", either({map_to(scalar()), words({"none"})})},
                  {"tie_break", of_type("string")},
                  {"constraints", list_of(of_type("string"))},
                  {"holdout_metric", of_type("string")}});
}

Json command_schema() {
  Json command = list_of(scalar());
  command["minItems"] = 1;
  return described(std::move(command),
                   "program and arguments; ${args} becomes --name=value for each parameter");
}

Json trial_schema() {
  const Json pattern =
      described(of_type("string"),
                "a preset (tagged, katib, guild, keras, huggingface) or a pattern with "
                "named groups");
  return mapping(
      {{"command", command_schema()},
       {"resources",
        mapping({{"gpus", {{"type", "number"}, {"minimum", 0}}},
                 {"cpus", at_least("integer", 1)},
                 {"memory", {{"type", "string"}, {"pattern", "^[0-9.]+([kMGT]|[KMGT]i)?B$"}}}})},
       {"env", map_to(scalar())},
       {"retries", at_least("integer", 0)},
       {"halve_batch", at_least("integer", 0)},
       {"heartbeat_timeout", duration()},
       {"fail_fast_on_nan", of_type("boolean")},
       {"metrics_from", mapping({{"stdout", either({pattern, list_of(pattern)})}}, {"stdout"})},
       {"log_policies",
        list_of(mapping({{"pattern", described(of_type("string"),
                                               "RE2, looked for in the log of an attempt "
                                               "that did not finish")},
                         {"action", words({log_action_words.begin(), log_action_words.end()})}},
                        {"pattern", "action"}))},
       {"stop", mapping({{"grace", duration()}, {"signal", words({"TERM"})}})}});
}

Json checkpoints_schema() {
  return mapping({{"keep_best_overall", at_least("integer", 0)},
                  {"keep_best_per_trial", at_least("integer", 0)},
                  {"keep_latest_per_trial", at_least("integer", 0)}});
}

Json executor_schema() {
  const Json type = words({"local"});
  return either({type, mapping({{"type", type}}, {"type"})});
}

Json stopping_schema() {
  std::vector<Json> rules;
  for (const search::StopRuleEntry* rule : search::stop_rules()) {
    Json properties = options_schema(rule->options);
    std::vector<std::string> names = rule->aliases;
    names.insert(names.begin(), rule->name);
    properties["type"] = words(names);
    properties["type"]["description"] = rule->summary;
    if (std::ranges::find(names, "hyperband") != names.end()) {
      properties["strict"] = described(of_type("boolean"), "of W&B; changes nothing");
    }
    rules.push_back(mapping(std::move(properties), {"type"}));
  }
  return either(std::move(rules));
}

Json method_schema() {
  std::vector<std::string> names;
  for (const search::SearcherEntry* entry : search::searchers()) {
    names.push_back(entry->name);
    names.insert(names.end(), entry->aliases.begin(), entry->aliases.end());
  }
  return described(words(names), "how points are proposed; `winnow methods` explains them");
}

Json trainer_schema() {
  Json properties = Json::object();
  for (const protocol::Setting& setting : protocol::settings()) {
    properties[setting.name] = {{"description", setting.meaning}};
    if (!setting.choices.empty()) properties[setting.name]["enum"] = setting.choices;
  }
  return mapping(std::move(properties));
}

Json determinism_schema() {
  const Json mode = words({"free", "strict"});
  return either({mode, mapping({{"mode", mode}, {"lag", at_least("integer", 1)}}, {"mode"})});
}

Json study_properties() {
  return {{"version", {{"const", 1}}},
          {"name", described({{"type", "string"}, {"pattern", "^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$"}},
                             "the study's folder; the file's name where it is missing")},
          {"description", of_type("string")},
          {"method", method_schema()},
          {"method_options", map_to(scalar())},
          {"seed", at_least("integer", 0)},
          {"metric", objective_schema()},
          {"metrics", list_of(objective_schema())},
          {"outcome_constraints",
           described(list_of(of_type("string")), "what trials must come to: \"latency_ms <= 50\"")},
          {"parameters", {{"$ref", "#/definitions/parameters"}}},
          {"constraints", list_of(of_type("string"))},
          {"points", list_of(map_to(scalar()))},
          {"prior_studies", described(list_of(of_type("string")),
                                      "studies of like problems: folders, stores, study files or "
                                      "names")},
          {"determinism", determinism_schema()},
          {"early_terminate", stopping_schema()},
          {"limits", limits_schema()},
          {"planned_trials", described(at_least("integer", 0),
                                       "what the method plans for, where that is not max_trials; "
                                       "0 is no end")},
          {"run_cap", described(at_least("integer", 1), "limits.max_trials, as W&B calls it")},
          {"selection", selection_schema()},
          {"trial", trial_schema()},
          {"trainer", trainer_schema()},
          {"program", of_type("string")},
          {"command", command_schema()},
          {"checkpoints", checkpoints_schema()},
          {"executor", executor_schema()},
          {"controller", mapping({{"type", words({"local"})}})},
          {"project", scalar()},
          {"entity", scalar()}};
}

}  // namespace

nlohmann::ordered_json study_schema() {
  Json schema = {{"$schema", "http://json-schema.org/draft-07/schema#"}, {"title", "Winnow study"}};
  schema.update(mapping(study_properties(), {"method", "parameters"}));
  schema["definitions"]["parameters"] = parameters_schema();
  return schema;
}

}  // namespace winnow::run
