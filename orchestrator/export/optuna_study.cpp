#include "orchestrator/export/optuna_study.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "orchestrator/export/optuna_layout.hpp"
#include "orchestrator/report/json_forms.hpp"
#include "orchestrator/report/withheld.hpp"
#include "searchers/problem/error.hpp"
#include "searchers/problem/overloaded.hpp"
#include "storage/sqlite.hpp"

namespace winnow::run {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::int64_t study_id = 1;

Json distribution(const char* name, Json attributes) {
  return {{"name", name}, {"attributes", std::move(attributes)}};
}

Json distribution(const Real& real) {
  const bool is_log = real.scale == Scale::log;
  const bool has_step = real.step && !is_log;
  const double high = has_step ? as_number(value_at(real, *cardinality(real) - 1)) : real.high;
  return distribution("FloatDistribution", {{"step", has_step ? Json(*real.step) : Json(nullptr)},
                                            {"low", real.low},
                                            {"high", high},
                                            {"log", is_log}});
}

Json distribution(const Integer& integer) {
  const bool is_log = integer.scale == Scale::log;
  return distribution("IntDistribution", {{"log", is_log},
                                          {"step", is_log ? 1 : integer.step},
                                          {"low", integer.low},
                                          {"high", integer.high}});
}

Json distribution(const Categorical& categorical) {
  Json choices = Json::array();
  for (const Value& choice : categorical.choices) choices.push_back(to_json(choice));
  return distribution("CategoricalDistribution", {{"choices", std::move(choices)}});
}

Json distribution(const Constant& constant) { return distribution(Categorical{{constant.value}}); }

/// As trial_params.param_value holds it: of a choice, its place in the list.
double column_of(const Domain& domain, const Value& value) {
  if (std::holds_alternative<Real>(domain) || std::holds_alternative<Integer>(domain))
    return as_number(value);
  return static_cast<double>(*index_of(domain, value));
}

const char* state_of(TrialState state) {
  switch (state) {
    case TrialState::queued:
      return "WAITING";
    case TrialState::running:
      return "RUNNING";
    case TrialState::completed:
      return "COMPLETE";
    case TrialState::stopped:
      return "PRUNED";
    case TrialState::failed:
    case TrialState::cancelled:
      break;
  }
  return "FAIL";
}

const char* type_of(double value) {
  if (std::isnan(value)) return "NAN";
  if (std::isinf(value)) return value > 0 ? "INF_POS" : "INF_NEG";
  return "FINITE";
}

/// A reason may quote what a program printed: bytes that are no UTF-8 are replaced.
std::string utf8_text(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::optional<double> finite(double value) {
  return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

class OptunaFile {
 public:
  OptunaFile(const store::Store& store, const StudySpec& spec)
      : store_(store), spec_(spec), rows_("", store::Access::memory) {}

  std::int64_t write(const std::filesystem::path& file) {
    store::Transaction everything(rows_);
    rows_.run_script(std::string(optuna_layout));
    rows_.run("INSERT INTO studies VALUES(?1, ?2)", study_id, spec_.name);
    for (std::size_t k = 0; k < spec_.objectives.size(); ++k) {
      const bool down = spec_.objectives[k].direction == Direction::minimize;
      rows_.run("INSERT INTO study_directions(direction, study_id, objective) VALUES(?1, ?2, ?3)",
                std::string_view(down ? "MINIMIZE" : "MAXIMIZE"), study_id,
                static_cast<std::int64_t>(k));
    }
    std::int64_t trials = 0;
    for (const store::TrialRow& row : shown_trials(store_))
      if (row.trial.role == store::Role::search) add_trial(row, trials++);
    everything.commit();
    rows_.run("VACUUM INTO ?1", file.string());
    return trials;
  }

 private:
  void add_trial(const store::TrialRow& row, std::int64_t number) {
    const std::int64_t id = number + 1;
    const std::vector<store::AttemptRow> attempts = store_.attempts(row.trial.suggestion.number);
    const std::optional<std::string> began =
        attempts.empty() ? std::nullopt : std::optional(attempts.front().started_at);
    const std::optional<double> lasted =
        is_ended(row.state) ? std::optional(row.elapsed_s) : std::nullopt;
    // Optuna reads what follows the seconds as a number of microseconds: six digits.
    rows_.run(
        "INSERT INTO trials VALUES(?1, ?2, ?3, ?4, strftime('%Y-%m-%d %H:%M:%f', ?5) || '000', "
        "strftime('%Y-%m-%d %H:%M:%f', ?5, ?6 || ' seconds') || '000')",
        id, number, study_id, std::string_view(state_of(row.state)), began, lasted);
    for (const auto& [name, value] : row.trial.suggestion.point.entries()) {
      const Domain& domain = spec_.space.find(name)->domain;
      rows_.run(
          "INSERT INTO trial_params(trial_id, param_name, param_value, distribution_json) "
          "VALUES(?1, ?2, ?3, ?4)",
          id, name, column_of(domain, value),
          std::visit([](const auto& d) { return distribution(d); }, domain).dump());
    }
    add_values(row, id);
    if (spec_.objectives.size() == 1) add_curve(row, id);
    add_attributes(row, id);
  }

  /// Of every objective or of none: Optuna cannot read a part of them, nor NaN.
  void add_values(const store::TrialRow& row, std::int64_t id) {
    const bool is_whole = std::ranges::all_of(spec_.objectives, [&](const Objective& objective) {
      const auto value = row.values.find(objective.metric);
      return value != row.values.end() && !std::isnan(value->second);
    });
    for (std::size_t k = 0; is_whole && k < spec_.objectives.size(); ++k) {
      const auto value = row.values.find(spec_.objectives[k].metric);
      rows_.run(
          "INSERT INTO trial_values(trial_id, objective, value, value_type) "
          "VALUES(?1, ?2, ?3, ?4)",
          id, static_cast<std::int64_t>(k), finite(value->second),
          std::string_view(type_of(value->second)));
    }
  }

  /// The last value of each step.
  void add_curve(const store::TrialRow& row, std::int64_t id) {
    std::map<std::int64_t, double> curve;
    for (const Measurement& measurement :
         store_.measurements(row.trial.suggestion.number, spec_.objectives[0].metric))
      curve[measurement.step] = measurement.value;
    for (const auto& [step, value] : curve)
      rows_.run(
          "INSERT INTO trial_intermediate_values(trial_id, step, intermediate_value, "
          "intermediate_value_type) VALUES(?1, ?2, ?3, ?4)",
          id, step, finite(value), std::string_view(type_of(value)));
  }

  void add_attributes(const store::TrialRow& row, std::int64_t id) {
    Json attributes = {{"winnow_trial", row.trial.suggestion.number.value},
                       {"seed", row.trial.seed}};
    if (!row.reason.empty()) attributes["reason"] = row.reason;
    for (const auto& [metric, value] : row.values) {
      const bool is_objective =
          std::ranges::find(spec_.objectives, metric, &Objective::metric) != spec_.objectives.end();
      if (!is_objective) attributes[metric] = number_json(value);
    }
    for (const auto& [key, value] : attributes.items())
      rows_.run("INSERT INTO trial_user_attributes(trial_id, key, value_json) VALUES(?1, ?2, ?3)",
                id, key, utf8_text(value));
  }

  const store::Store& store_;
  const StudySpec& spec_;
  store::Connection rows_;
};

}  // namespace

std::int64_t write_optuna_study(const store::Store& store, const StudySpec& spec,
                                const std::filesystem::path& file) {
  if (std::filesystem::exists(file))
    throw ConfigError(file.string(), "exists already; name a file that does not");
  if (file.has_parent_path() && !std::filesystem::is_directory(file.parent_path()))
    throw ConfigError(file.string(), "its folder does not exist; make it first");
  return OptunaFile(store, spec).write(file);
}

}  // namespace winnow::run
