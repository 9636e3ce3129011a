#include "storage/rows.hpp"

#include <fmt/format.h>
#include <xxhash.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "searchers/problem/error.hpp"
#include "storage/error.hpp"
#include "storage/text_hash.hpp"

namespace winnow::store {
namespace {

using Json = nlohmann::ordered_json;

[[noreturn]] void damaged(std::string_view what, std::string_view found) {
  throw StoreError(StoreFault::damaged, "understand", "a row of the store",
                   {.text = std::string(what) + ", found '" + std::string(found) + "'"});
}

Json parse(std::string_view text, std::string_view what) {
  Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded()) damaged(what, text);
  return json;
}

std::string_view non_finite_word(double number) {
  if (std::isnan(number)) return "nan";
  return number > 0 ? "inf" : "-inf";
}

std::optional<double> from_non_finite_word(std::string_view word) {
  if (word == "nan") return std::numeric_limits<double>::quiet_NaN();
  if (word == "inf") return std::numeric_limits<double>::infinity();
  if (word == "-inf") return -std::numeric_limits<double>::infinity();
  return std::nullopt;
}

// Text that is not UTF-8 was refused where it came in: a study file is UTF-8.
std::string quoted(const std::string& text) { return Json(text).dump(); }

std::string value_json(const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return quoted(*text);
  const auto* real = std::get_if<double>(&value);
  expect(real == nullptr || std::isfinite(*real), "a parameter's value is finite");
  return winnow::to_text(value);
}

Value value_from(const Json& json) {
  switch (json.type()) {
    case Json::value_t::boolean:
      return json.get<bool>();
    case Json::value_t::number_integer:
      return json.get<std::int64_t>();
    case Json::value_t::number_unsigned:
      if (json.get<std::uint64_t>() > std::uint64_t{std::numeric_limits<std::int64_t>::max()})
        break;
      return json.get<std::int64_t>();
    case Json::value_t::number_float:
      return json.get<double>();
    case Json::value_t::string:
      return json.get<std::string>();
    default:
      break;
  }
  damaged("expected the value of a parameter", json.dump());
}

Aggregate aggregate_from(std::string_view text) {
  for (const Aggregate aggregate : {Aggregate::last, Aggregate::best, Aggregate::mean}) {
    if (text == to_text(aggregate)) return aggregate;
  }
  damaged("expected last, best or mean", text);
}

Objective objective_from(const Json& json) {
  Objective objective;
  if (!json.is_object()) damaged("expected an objective", json.dump());
  objective.metric = json.value("metric", "");
  const std::string goal = json.value("goal", "");
  if (objective.metric.empty() || (goal != "minimize" && goal != "maximize")) {
    damaged("expected an objective", json.dump());
  }
  objective.direction = goal == "minimize" ? Direction::minimize : Direction::maximize;
  objective.aggregate = aggregate_from(json.value("aggregate", "last"));
  if (json.contains("target")) objective.target = json.at("target").get<double>();
  return objective;
}

}  // namespace

std::string point_json(const Point& point) {
  std::string text = "{";
  for (const auto& [name, value] : point.entries()) {
    if (text.size() > 1) text += ',';
    text += quoted(name) + ':' + value_json(value);
  }
  return text + '}';
}

Point point_from_json(std::string_view text) {
  const Json json = parse(text, "expected a point");
  if (!json.is_object()) damaged("expected a point", text);
  std::vector<std::pair<std::string, Value>> entries;
  entries.reserve(json.size());
  for (const auto& [name, value] : json.items()) entries.emplace_back(name, value_from(value));
  return Point(std::move(entries));
}

std::string numbers_json(const std::vector<double>& numbers) {
  std::string text = "[";
  for (const double number : numbers) {
    if (text.size() > 1) text += ',';
    text += std::isfinite(number) ? winnow::to_text(Value(number))
                                  : quoted(std::string(non_finite_word(number)));
  }
  return text + ']';
}

std::vector<double> numbers_from_json(std::string_view text) {
  std::vector<double> numbers;
  if (text == "[]") return numbers;  // most memos
  for (const Json& json : parse(text, "expected an array of numbers")) {
    const auto word =
        json.is_string() ? from_non_finite_word(json.get<std::string>()) : std::nullopt;
    if (!json.is_number() && !word) damaged("expected an array of numbers", text);
    numbers.push_back(word ? *word : json.get<double>());
  }
  return numbers;
}

std::string integers_json(const std::vector<int>& integers) { return Json(integers).dump(); }

std::vector<int> integers_from_json(std::string_view text) {
  std::vector<int> integers;
  for (const Json& json : parse(text, "expected an array of integers")) {
    if (!json.is_number_integer()) damaged("expected an array of integers", text);
    integers.push_back(json.get<int>());
  }
  return integers;
}

std::string objectives_json(const std::vector<Objective>& objectives) {
  Json list = Json::array();
  for (const Objective& objective : objectives) {
    const bool down = objective.direction == Direction::minimize;
    Json json = {{"metric", objective.metric}, {"goal", down ? "minimize" : "maximize"}};
    json["aggregate"] = to_text(objective.aggregate);
    if (objective.target) json["target"] = *objective.target;
    list.push_back(std::move(json));
  }
  return list.dump();
}

std::vector<Objective> objectives_from_json(std::string_view text) {
  std::vector<Objective> objectives;
  for (const Json& json : parse(text, "expected objectives")) {
    objectives.push_back(objective_from(json));
  }
  return objectives;
}

std::optional<std::string> column_of(StopCause cause) {
  switch (cause) {
    case StopCause::none:
      return std::nullopt;
    case StopCause::study_stopping:
      return "study_stopping";
    case StopCause::timed_out:
      return "timed_out";
    case StopCause::no_progress:
      return "no_progress";
    case StopCause::early_stop:
      return "early_stop";
    case StopCause::non_finite:
      return "non_finite";
    case StopCause::killed:
      return "killed";
  }
  return std::nullopt;
}

StopCause stop_cause_from(const std::optional<std::string>& column) {
  for (const StopCause cause :
       {StopCause::none, StopCause::study_stopping, StopCause::timed_out, StopCause::no_progress,
        StopCause::early_stop, StopCause::non_finite, StopCause::killed}) {
    if (column == column_of(cause)) return cause;
  }
  damaged("expected study_stopping, timed_out, no_progress, early_stop, non_finite or killed",
          *column);
}

int code_of(Role role) {
  switch (role) {
    case Role::search:
      return 0;
    case Role::replicate:
      return 1;
    case Role::baseline:
      return 2;
  }
  return -1;
}

int code_of(TrialState state) {
  switch (state) {
    case TrialState::completed:
      return 0;
    case TrialState::queued:
      return 1;
    case TrialState::running:
      return 2;
    case TrialState::stopped:
      return 3;
    case TrialState::failed:
      return 4;
    case TrialState::cancelled:
      return 5;
  }
  return -1;
}

std::string point_names_json(const Point& point) {
  Json names = Json::array();
  for (const auto& [name, value] : point.entries()) names.push_back(name);
  return names.dump();
}

std::string point_values_json(const Point& point) {
  std::string text = "[";
  for (const auto& [name, value] : point.entries()) {
    if (text.size() > 1) text += ',';
    text += value_json(value);
  }
  return text + ']';
}

std::vector<std::string> names_from_json(std::string_view text) {
  std::vector<std::string> names;
  for (const Json& name : parse(text, "expected an array of names")) {
    if (!name.is_string()) damaged("expected an array of names", text);
    names.push_back(name.get<std::string>());
  }
  return names;
}

Point point_from_json(const std::vector<std::string>& names, std::string_view text) {
  const Json values = parse(text, "expected the values of a point");
  if (!values.is_array() || values.size() != names.size()) {
    damaged(fmt::format("expected the {} values of a point", names.size()), text);
  }
  std::vector<std::pair<std::string, Value>> entries;
  entries.reserve(names.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    entries.emplace_back(names[i], value_from(values[i]));
  }
  return Point(std::move(entries));
}

std::string_view to_text(Role role) {
  switch (role) {
    case Role::search:
      return "search";
    case Role::replicate:
      return "replicate";
    case Role::baseline:
      return "baseline";
  }
  return "";
}

Role role_from(std::string_view text) {
  for (const Role role : {Role::search, Role::replicate, Role::baseline}) {
    if (text == to_text(role)) return role;
  }
  damaged("expected a role", text);
}

TrialState state_from(std::string_view text) {
  const std::optional<TrialState> state = trial_state_from(text);
  if (!state) damaged("expected the state of a trial", text);
  return *state;
}

NumberColumns columns_of(double number) {
  if (std::isfinite(number)) return {number, std::nullopt};
  return {std::nullopt, std::string(non_finite_word(number))};
}

double number_from(const NumberColumns& columns) {
  if (columns.value) return *columns.value;
  const auto number = from_non_finite_word(columns.non_finite.value_or(""));
  if (!number) damaged("expected nan, inf or -inf", columns.non_finite.value_or(""));
  return *number;
}

std::int64_t result_hash(TrialNumber trial, std::string_view metric, const NumberColumns& number) {
  // SQLite keeps a real without a fraction as an integer, which has no -0.
  const std::string value =
      number.value ? fmt::format("{:016x}", std::bit_cast<std::uint64_t>(*number.value + 0.0))
                   : number.non_finite.value_or("");
  const std::string row = fmt::format("{}\n{}\n{}", trial.value, metric, value);
  return short_hash(row);
}

std::int64_t text_hash(std::string_view text) {
  return std::bit_cast<std::int64_t>(XXH3_64bits(text.data(), text.size()));
}

std::int64_t short_hash(std::string_view text) {
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(text_hash(text)));
}

}  // namespace winnow::store
