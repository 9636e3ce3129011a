// Past trials from the SQLite file of Optuna's RDBStorage, alembic versions v3.0.0.d (Optuna 3.0
// and 3.1) and v3.2.0.a (since 3.2), which differ in an index only: one study of it, that of our
// study's name or the only one. Objectives go by their order. Trials that broke a constraint of
// Optuna's are infeasible ones here.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>

#include "orchestrator/import/imported_study.hpp"
#include "orchestrator/report/terminal_text.hpp"
#include "searchers/problem/error.hpp"
#include "storage/sqlite.hpp"

namespace winnow::run {
namespace {

using Json = nlohmann::json;
using Trials = std::map<std::int64_t, PastTrial>;  // by Optuna's id: in the order they were made

constexpr std::array<std::string_view, 2> known_layouts = {"v3.0.0.d", "v3.2.0.a"};

[[noreturn]] void refuse(const std::filesystem::path& file, const std::string& why) {
  throw ConfigError(terminal_text(file.string()), why);
}

void check_layout(store::Connection& rows, const std::filesystem::path& file) {
  if (!rows.first<int>("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'"))
    refuse(file, "has no table `alembic_version`: expected the SQLite file of an Optuna storage");
  const std::string version =
      rows.first<std::string>("SELECT version_num FROM alembic_version").value_or("nothing");
  if (std::ranges::find(known_layouts, version) != known_layouts.end()) return;
  refuse(file, fmt::format("has Optuna's layout {}, expected one of {}; `optuna storage upgrade` "
                           "brings older ones up to date",
                           terminal_text(version), fmt::join(known_layouts, ", ")));
}

std::int64_t study_in(store::Connection& rows, const std::string& wanted,
                      const std::filesystem::path& file) {
  std::vector<std::int64_t> ids;
  std::vector<std::string> names;
  store::Statement study = rows.query("SELECT study_id, study_name FROM studies ORDER BY study_id");
  while (study.step()) {
    ids.push_back(study.column<std::int64_t>(0));
    names.push_back(study.column<std::string>(1));
    if (names.back() == wanted) return ids.back();
  }
  if (ids.empty()) refuse(file, "holds no study");
  if (ids.size() == 1) return ids.front();
  refuse(file, terminal_text(
                   fmt::format("holds the studies {}; give ours the name of one of them: name=NAME",
                               fmt::join(names, ", "))));
}

void check_directions(store::Connection& rows, std::int64_t study, const StudySpec& spec,
                      const std::filesystem::path& file) {
  std::vector<std::string> directions;
  store::Statement row = rows.query(
      "SELECT direction FROM study_directions WHERE study_id = ?1 ORDER BY objective", study);
  while (row.step()) directions.push_back(row.column<std::string>(0));
  if (directions.size() != spec.objectives.size())
    refuse(file, fmt::format("its number of objectives is {}, that of the study file {}",
                             directions.size(), spec.objectives.size()));
  for (std::size_t k = 0; k < directions.size(); ++k) {
    const bool down = spec.objectives[k].direction == Direction::minimize;
    if (directions[k] == (down ? "MINIMIZE" : "MAXIMIZE")) continue;
    refuse(file,
           fmt::format("its objective {} has the direction {}, but {} of the study file is {}", k,
                       terminal_text(directions[k]), spec.objectives[k].metric,
                       down ? "minimised" : "maximised"));
  }
}

Ending ending_of(const std::string& state) {
  if (state == "COMPLETE") return Ending::completed;
  if (state == "PRUNED") return Ending::stopped;
  return Ending::failed;
}

Trials ended_trials(store::Connection& rows, std::int64_t study) {
  Trials trials;
  store::Statement row = rows.query(
      "SELECT trial_id, number, state FROM trials"
      " WHERE study_id = ?1 AND state IN ('COMPLETE', 'PRUNED', 'FAIL')",
      study);
  while (row.step()) {
    PastTrial& trial = trials[row.column<std::int64_t>(0)];
    trial.name = fmt::format("trial {}", row.column<std::int64_t>(1));
    trial.ending = ending_of(row.column<std::string>(2));
  }
  return trials;
}

std::optional<Value> value_of(const Json& choice) {
  if (choice.is_boolean()) return choice.get<bool>();
  if (choice.is_number_integer()) return choice.get<std::int64_t>();
  if (choice.is_number()) return choice.get<double>();
  if (choice.is_string()) return choice.get<std::string>();
  return std::nullopt;
}

/// The value behind the number of trial_params: of a choice, its place in the list. Nothing where
/// it is none that a parameter of ours can have (None), or no distribution of Optuna's.
std::optional<Value> value_of(double column, const Json& distribution) {
  if (!distribution.is_object() || !distribution.contains("name")) return std::nullopt;
  const Json& name = distribution["name"];
  if (!name.is_string()) return std::nullopt;
  if (name.get<std::string>().starts_with("Int"))
    return static_cast<std::int64_t>(std::llround(column));
  if (name != "CategoricalDistribution") return column;
  const Json choices = distribution.value(Json::json_pointer("/attributes/choices"), Json::array());
  const auto place = static_cast<std::size_t>(std::llround(column));
  return choices.is_array() && place < choices.size() ? value_of(choices[place]) : std::nullopt;
}

void read_settings(store::Connection& rows, Trials& trials, std::vector<std::string>& notes) {
  store::Statement row = rows.query(
      "SELECT trial_id, param_name, param_value, distribution_json FROM trial_params"
      " ORDER BY param_id");
  std::int64_t without_word = 0;
  while (row.step()) {
    const auto trial = trials.find(row.column<std::int64_t>(0));
    if (trial == trials.end()) continue;
    const std::optional<Value> value =
        value_of(row.column<double>(2), Json::parse(row.column<std::string>(3), nullptr, false));
    if (value) trial->second.settings.emplace_back(row.column<std::string>(1), *value);
    if (!value) ++without_word;
  }
  if (without_word > 0)
    notes.push_back(fmt::format(
        "{} values that no parameter of a study can have (None) were passed over", without_word));
}

double number_of(const std::optional<double>& value, const std::string& type) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  if (type == "INF_POS") return infinity;
  if (type == "INF_NEG") return -infinity;
  return value.value_or(std::numeric_limits<double>::quiet_NaN());
}

void read_values(store::Connection& rows, Trials& trials, const StudySpec& spec) {
  store::Statement row =
      rows.query("SELECT trial_id, objective, value, value_type FROM trial_values");
  while (row.step()) {
    const auto trial = trials.find(row.column<std::int64_t>(0));
    const auto objective = static_cast<std::size_t>(row.column<std::int64_t>(1));
    if (trial == trials.end() || objective >= spec.objectives.size()) continue;
    trial->second.values[spec.objectives[objective].metric] =
        number_of(row.column<std::optional<double>>(2), row.column<std::string>(3));
  }
}

/// Optuna keeps what its constraints said as a list; above 0 is broken.
void read_constraints(store::Connection& rows, Trials& trials) {
  store::Statement row = rows.query(
      "SELECT trial_id, value_json FROM trial_system_attributes WHERE \"key\" = 'constraints'");
  while (row.step()) {
    const auto trial = trials.find(row.column<std::int64_t>(0));
    if (trial == trials.end() || trial->second.ending != Ending::completed) continue;
    const Json said = Json::parse(row.column<std::string>(1), nullptr, false);
    const bool is_broken =
        said.is_array() && std::any_of(said.begin(), said.end(), [](const Json& each) {
          return each.is_number() && each.get<double>() > 0;
        });
    if (!is_broken) continue;
    trial->second.ending = Ending::failed;
    trial->second.reason = "infeasible: it broke a constraint";
  }
}

}  // namespace

std::vector<PastTrial> read_past_optuna(const std::filesystem::path& file, const StudySpec& spec,
                                        std::vector<std::string>& notes) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(file, ignored)) refuse(file, "there is no such file");
  // As SQLite's file format has it; of any other file SQLite itself says less.
  constexpr std::string_view head("SQLite format 3", 16);
  std::string begins(head.size(), ' ');
  std::ifstream(file, std::ios::binary).read(begins.data(), std::ssize(begins));
  if (begins != head) refuse(file, "it is no SQLite file; name that of Optuna's storage");
  store::Connection rows(file, store::Access::read_only);
  const store::Transaction at_one_moment(rows, store::Transaction::Kind::snapshot);
  check_layout(rows, file);
  const std::int64_t study = study_in(rows, spec.name, file);
  check_directions(rows, study, spec, file);
  Trials trials = ended_trials(rows, study);
  read_settings(rows, trials, notes);
  read_values(rows, trials, spec);
  read_constraints(rows, trials);
  std::vector<PastTrial> past;
  for (auto& [id, trial] : trials) past.push_back(std::move(trial));
  return past;
}

}  // namespace winnow::run
