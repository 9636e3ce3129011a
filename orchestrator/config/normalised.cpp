#include <fmt/format.h>

#include "orchestrator/config/scalar.hpp"
#include "orchestrator/config/study_config.hpp"
#include "orchestrator/report/json_forms.hpp"
#include "searchers/problem/overloaded.hpp"

namespace winnow::run {
namespace {

using Json = nlohmann::ordered_json;

std::string_view word(Scale scale) {
  switch (scale) {
    case Scale::quantile:  // said by the distribution
    case Scale::linear:
      return "linear";
    case Scale::log:
      return "log";
    case Scale::reverse_log:
      return "reverse_log";
  }
  throw BrokenExpectation("a scale of no known kind");
}

std::string_view word(Direction direction) {
  return direction == Direction::minimize ? "minimize" : "maximize";
}

Json values_form(const std::vector<Value>& values) {
  Json form = Json::array();
  for (const Value& value : values) form.push_back(to_json(value));
  return form;
}

Json prior_form(const Real& real) {
  Json form = std::visit(
      Overloaded{
          [](const NormalPrior& p) {
            return Json{{"distribution", "normal"}, {"mu", p.mean}, {"sigma", p.deviation}};
          },
          [](const LogNormalPrior& p) {
            return Json{{"distribution", "log_normal"}, {"mu", p.mean}, {"sigma", p.deviation}};
          },
          [](const BetaPrior& p) {
            return Json{{"distribution", "beta"}, {"a", p.a}, {"b", p.b}};
          }},
      *real.prior);
  form["min"] = real.low;
  form["max"] = real.high;
  return form;
}

Json domain_form(const Domain& domain) {
  const auto range = [](const char* type, const auto& numbers) {
    return Json{{"type", type},
                {"min", numbers.low},
                {"max", numbers.high},
                {"scale", word(numbers.scale)}};
  };
  return std::visit(Overloaded{[&](const Real& real) {
                                 Json form = real.prior ? prior_form(real) : range("float", real);
                                 if (real.step) form["step"] = *real.step;
                                 return form;
                               },
                               [&](const Integer& integer) {
                                 Json form = range("int", integer);
                                 form["step"] = integer.step;
                                 return form;
                               },
                               [](const Categorical& categorical) {
                                 Json form{{"values", values_form(categorical.choices)},
                                           {"ordered", categorical.ordered}};
                                 if (!categorical.probabilities.empty()) {
                                   form["probabilities"] = categorical.probabilities;
                                 }
                                 return form;
                               },
                               [](const Constant& constant) {
                                 Json form = Json::object();
                                 form["value"] = to_json(constant.value);
                                 return form;
                               }},
                    domain);
}

Json parameter_form(const Parameter& parameter) {
  Json form = domain_form(parameter.domain);
  if (parameter.default_value) form["default"] = to_json(*parameter.default_value);
  for (const Condition& condition : parameter.conditions) {
    form["when"][condition.parameter] = values_form(condition.any_of);
  }
  return form;
}

Json objective_form(const Objective& objective) {
  Json form{{"name", objective.metric},
            {"goal", word(objective.direction)},
            {"aggregate", to_text(objective.aggregate)}};
  if (objective.target) form["target"] = *objective.target;
  return form;
}

Json limits_form(const Limits& limits) {
  Json form = Json::object();
  if (limits.max_trials) form["max_trials"] = *limits.max_trials;
  form["max_concurrent"] = limits.max_concurrent;
  if (limits.max_duration_s) form["max_duration"] = duration_text(*limits.max_duration_s);
  if (limits.trial_timeout_s) form["trial_timeout"] = duration_text(*limits.trial_timeout_s);
  if (limits.max_gpu_hours) form["max_gpu_hours"] = *limits.max_gpu_hours;
  if (limits.max_failed) form["max_failed"] = *limits.max_failed;
  form["max_initial_failures"] = limits.max_initial_failures;
  return form;
}

Json selection_form(const SelectionSpec& selection, bool has_front) {
  Json form = Json::object();
  if (!has_front) {
    form["metric"] = selection.objective.metric;
    form["goal"] = word(selection.objective.direction);
    form["test"] = to_text(selection.test);
    form["looks"] = selection.looks;
  }
  form["alpha"] = selection.alpha;
  if (selection.margin) form["margin"] = *selection.margin;
  form["finalists"] = selection.finalists;
  form["seeds"] = selection.seeds;
  if (selection.power) {
    form["power"] = selection.power->power;
    form["effect"] = selection.power->effect;
  }
  if (selection.folds) form["folds"] = *selection.folds;
  form["baseline"] = selection.baseline ? to_json(*selection.baseline) : Json("none");
  if (selection.cost_metric) form["tie_break"] = *selection.cost_metric;
  for (const MetricBound& bound : selection.constraints) {
    form["constraints"].push_back(to_text(bound));
  }
  if (selection.holdout_metric) form["holdout_metric"] = *selection.holdout_metric;
  return form;
}

Json early_form(const EarlyTermination& early) {
  Json form{{"type", early.rule}};
  for (const auto& [name, value] : early.options) form[name] = to_json(value);
  return form;
}

Json determinism_form(const Determinism& determinism) {
  if (!determinism.is_strict()) return {{"mode", "free"}};
  return {{"mode", "strict"}, {"lag", *determinism.lag}};
}

Json resources_form(const TrialPolicy& trial) {
  const bool is_share = trial.gpus > 0 && trial.gpus < 1;
  Json form{{"gpus", is_share ? Json(trial.gpus) : Json(static_cast<std::int64_t>(trial.gpus))}};
  if (trial.cpus) form["cpus"] = *trial.cpus;
  if (trial.memory_bytes) form["memory"] = fmt::format("{}B", *trial.memory_bytes);
  return form;
}

Json trial_form(const StudyConfig& config) {
  Json form = Json::object();
  if (const auto* command = std::get_if<CommandProgram>(&config.program)) {
    form["command"] = command->arguments;
  }
  form["resources"] = resources_form(config.trial);
  form["env"] = Json::object();
  for (const auto& [name, value] : config.trial.environment) form["env"][name] = value;
  if (!config.trial.metrics_from.empty()) {
    form["metrics_from"] = Json{{"stdout", config.trial.metrics_from}};
  }
  for (const LogPolicy& policy : config.trial.log_policies) {
    const std::string_view action = log_action_words[static_cast<std::size_t>(policy.action)];
    form["log_policies"].push_back(Json{{"pattern", policy.pattern}, {"action", action}});
  }
  form["retries"] = config.trial.retries;
  if (config.trial.batch_halvings > 0) form["halve_batch"] = config.trial.batch_halvings;
  if (config.trial.heartbeat_timeout_s) {
    form["heartbeat_timeout"] = duration_text(*config.trial.heartbeat_timeout_s);
  }
  if (config.trial.fails_fast_on_nan) form["fail_fast_on_nan"] = true;
  form["stop"] = Json{{"signal", "TERM"}, {"grace", duration_text(config.trial.grace_s)}};
  return form;
}

}  // namespace

nlohmann::ordered_json normalised(const StudyConfig& config) {
  const StudySpec& spec = config.spec;
  Json form{{"version", 1}, {"name", spec.name}, {"description", spec.description}};
  form["method"] = spec.method;
  form["method_options"] = Json::object();
  for (const auto& [name, value] : spec.method_options) {
    form["method_options"][name] = to_json(value);
  }
  form["seed"] = spec.seed;
  form["metrics"] = Json::array();
  for (const Objective& objective : spec.objectives) {
    form["metrics"].push_back(objective_form(objective));
  }
  for (const MetricBound& bound : spec.outcome_constraints) {
    form["outcome_constraints"].push_back(to_text(bound));
  }
  form["parameters"] = Json::object();
  for (const Parameter& parameter : spec.space.parameters()) {
    form["parameters"][parameter.name] = parameter_form(parameter);
  }
  for (const DerivedValue& value : spec.rules.derived) {
    form["parameters"][value.name] = Json{{"expr", value.expression.text()}};
  }
  if (!spec.rules.constraints.empty()) form["constraints"] = Json::array();
  for (const Expression& constraint : spec.rules.constraints) {
    form["constraints"].push_back(constraint.text());
  }
  form["points"] = Json::array();
  for (const Point& point : spec.points) form["points"].push_back(to_json(point));
  for (const PriorStudy& study : spec.prior_studies) form["prior_studies"].push_back(study.source);
  form["determinism"] = determinism_form(spec.determinism);
  form["limits"] = limits_form(spec.limits);
  if (spec.planned_trials) form["planned_trials"] = *spec.planned_trials;
  if (spec.early_termination) form["early_terminate"] = early_form(*spec.early_termination);
  if (spec.selection)
    form["selection"] = selection_form(*spec.selection, spec.objectives.size() > 1);
  form["trial"] = trial_form(config);
  if (config.checkpoints) {
    form["checkpoints"] = Json{{"keep_best_overall", config.checkpoints->best_overall},
                               {"keep_best_per_trial", config.checkpoints->best_per_trial},
                               {"keep_latest_per_trial", config.checkpoints->latest_per_trial}};
  }
  form["executor"] = "local";
  if (const auto* trainer = std::get_if<TrainerProgram>(&config.program)) {
    form["trainer"] = trainer->settings;
  }
  return form;
}

}  // namespace winnow::run
