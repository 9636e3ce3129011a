#include "orchestrator/past_trials.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "orchestrator/config/read_parameters.hpp"
#include "searchers/problem/objective.hpp"

namespace winnow::run {
namespace {

/// The value as the domain has it, also where a table wrote a text without quotes; nothing when it
/// is not of the domain.
std::optional<Value> fitting_value(const Domain& domain, const Value& value) {
  const Value as_given = adapted(domain, value);
  if (contains(domain, as_given)) return as_given;
  const auto* real = std::get_if<double>(&value);  // a table of numbers has 3.0 for 3
  constexpr double exact = 0x1p53;
  if (real != nullptr && std::abs(*real) <= exact && *real == std::floor(*real)) {
    const Value as_integer(static_cast<std::int64_t>(*real));
    if (contains(domain, as_integer)) return as_integer;
  }
  const Value as_text = Value(to_text(value));
  return contains(domain, as_text) ? std::optional(as_text) : std::nullopt;
}

/// The settings as a point of the space, or why they are none.
std::optional<Point> fitting_point(const PastTrial& past, const StudySpec& spec, std::string& why) {
  Point partial;
  for (const auto& [name, value] : past.settings) {
    const Parameter* parameter = spec.space.find(name);
    if (parameter == nullptr) {
      why = fmt::format("the study has no parameter {}", name);
      return std::nullopt;
    }
    const std::optional<Value> fitting = fitting_value(parameter->domain, value);
    if (!fitting) {
      why = fmt::format("{} is not {}", name, describe(parameter->domain));
      return std::nullopt;
    }
    partial.set(name, *fitting);
  }
  const std::optional<Point> point = spec.space.complete(partial);
  if (!point) {
    why = "a parameter has neither a value nor a default";
    return std::nullopt;
  }
  for (const auto& [name, value] : past.settings) {
    if (point->find(name) != nullptr) continue;
    why = fmt::format("{} is not active there", name);
    return std::nullopt;
  }
  if (broken_rule(spec.rules, *point)) {
    why = "its point is not allowed by the constraints";
    return std::nullopt;
  }
  return point;
}

/// Why a trial says nothing about what trials must report; "" when it does.
std::string silence(const PastTrial& past, const StudySpec& spec) {
  if (past.ending == Ending::failed && past.reason.starts_with("infeasible")) return "";
  if (past.ending != Ending::completed) return fmt::format("it is {}", to_text(past.ending));
  std::vector<std::string> metrics;
  for (const Objective& objective : spec.objectives) metrics.push_back(objective.metric);
  for (const MetricBound& bound : spec.outcome_constraints) metrics.push_back(bound.metric);
  for (const std::string& metric : metrics) {
    const auto value = past.values.find(metric);
    if (value == past.values.end()) return fmt::format("it has no {}", metric);
    if (!std::isfinite(value->second)) return fmt::format("its {} is not finite", metric);
  }
  return "";
}

/// What a completed trial that breaks a bound of this study would have come to here.
store::TrialEndRow end_of(const PastTrial& past, const std::vector<MetricBound>& bounds) {
  store::TrialEndRow end{past.ending, past.reason, past.values, std::nullopt};
  if (past.ending != Ending::completed) return end;
  if (const std::string breach = first_breach(bounds, past.values); !breach.empty()) {
    end.ending = Ending::failed;
    end.reason = "infeasible: " + breach;
  }
  return end;
}

std::string few(const std::vector<std::string>& names) {
  constexpr std::size_t shown = 3;
  const std::size_t rest = names.size() - std::min(names.size(), shown);
  const std::vector<std::string> first(names.begin(),
                                       names.end() - static_cast<std::ptrdiff_t>(rest));
  return fmt::format("{}{}", fmt::join(first, ", "),
                     rest == 0 ? "" : fmt::format(" and {} more", rest));
}

}  // namespace

std::vector<std::string> Knowledge::sentences() const {
  std::vector<std::string> lines;
  for (const auto& [reason, names] : left_out) {
    lines.push_back(fmt::format("{} left out, {}: {}", names.size(), few(names), reason));
  }
  return lines;
}

Knowledge knowledge_of(const std::vector<PastTrial>& past, const StudySpec& spec,
                       const std::string& source) {
  Knowledge knowledge;
  for (const PastTrial& trial : past) {
    std::string why = silence(trial, spec);
    const std::optional<Point> point =
        why.empty() ? fitting_point(trial, spec, why) : std::optional<Point>();
    if (!point) {
      knowledge.left_out[why].push_back(trial.name);
      continue;
    }
    knowledge.known.trials.push_back({*point, end_of(trial, spec.outcome_constraints)});
  }
  nlohmann::ordered_json record{{"source", source}, {"left_out", nlohmann::ordered_json::object()}};
  for (const auto& [reason, names] : knowledge.left_out) record["left_out"][reason] = names;
  knowledge.known.record = record.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  return knowledge;
}

std::vector<PastTrial> past_trials(const store::Store& store) {
  std::vector<PastTrial> past;
  for (const store::TrialRow& row : store.trials()) {
    if (row.trial.role != store::Role::search || !is_ended(row.state)) continue;
    PastTrial trial;
    const Suggestion& suggestion = row.trial.suggestion;
    trial.name = fmt::format("trial {}", suggestion.number.value);
    trial.settings = suggestion.point.entries();
    trial.values = row.values;
    trial.ending = *ending_from(to_text(row.state));
    trial.reason = row.reason;
    past.push_back(std::move(trial));
  }
  return past;
}

}  // namespace winnow::run
