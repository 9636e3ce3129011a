#include "orchestrator/report/json_forms.hpp"

#include <cmath>

#include "storage/rows.hpp"

namespace winnow::run {

nlohmann::ordered_json to_json(const Value& value) {
  return std::visit([](const auto& content) { return nlohmann::ordered_json(content); }, value);
}

nlohmann::ordered_json to_json(const Point& point) {
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  for (const auto& [name, value] : point.entries()) json[name] = to_json(value);
  return json;
}

nlohmann::ordered_json number_json(double number) {
  if (std::isnan(number)) return "nan";
  if (std::isinf(number)) return number > 0 ? "inf" : "-inf";
  return number;
}

nlohmann::ordered_json interval_json(const stats::Interval& interval) {
  return nlohmann::ordered_json::array({number_json(interval.low), number_json(interval.high)});
}

std::string exact_text(double number) {
  const nlohmann::ordered_json json = number_json(number);
  return json.is_string() ? json.get<std::string>() : json.dump();
}

nlohmann::ordered_json trial_json(const store::TrialRow& row) {
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  json["number"] = row.trial.suggestion.number.value;
  json["state"] = to_text(row.state);
  if (!row.reason.empty()) json["reason"] = row.reason;
  if (row.trial.role != store::Role::search) {
    json["role"] = store::to_text(row.trial.role);
    json["replicate"] = row.trial.replicate;
  }
  json["params"] = to_json(row.trial.suggestion.point);
  json["values"] = nlohmann::ordered_json::object();
  for (const auto& [metric, value] : row.values) json["values"][metric] = number_json(value);
  json["seed"] = row.trial.seed;
  json["attempts"] = row.attempts;
  json["seconds"] = number_json(row.elapsed_s);
  return json;
}

std::string json_line(const nlohmann::ordered_json& json) {
  constexpr int on_one_line = -1;
  return json.dump(on_one_line, ' ', false, nlohmann::ordered_json::error_handler_t::replace) +
         "\n";
}

}  // namespace winnow::run
