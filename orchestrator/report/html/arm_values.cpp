#include "orchestrator/report/html/arm_values.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace winnow::run {
namespace {

using Json = nlohmann::ordered_json;

std::optional<double> number(const Json& json, const char* field) {
  const auto found = json.find(field);
  if (found == json.end() || !found->is_number()) return std::nullopt;
  return found->get<double>();
}

}  // namespace

std::vector<double> ArmValues::measured() const {
  std::vector<double> values;
  for (const std::optional<double>& value : by_seed) {
    if (value) values.push_back(*value);
  }
  return values;
}

std::vector<ArmValues> arm_values(const Json& record) {
  std::vector<ArmValues> arms;
  if (!record.contains("arms")) return arms;
  for (const Json& form : record.at("arms")) {
    ArmValues arm;
    arm.is_baseline = form.at("baseline").get<bool>();
    const Json& searched = form.at("search_trial");
    arm.name = arm.is_baseline      ? "baseline"
               : searched.is_null() ? "finalist"
                                    : fmt::format("trial {}", searched.get<std::int64_t>());
    arm.search_value = number(form, "search_value");
    for (const Json& value : form.at("fresh_values")) {
      arm.by_seed.push_back(value.is_number() ? std::optional(value.get<double>()) : std::nullopt);
    }
    arms.push_back(std::move(arm));
  }
  const auto chosen = number(record, "chosen_arm");
  if (chosen && *chosen < static_cast<double>(arms.size())) {
    arms[static_cast<std::size_t>(*chosen)].is_chosen = true;
  }
  return arms;
}

std::vector<std::vector<double>> common_seeds(const std::vector<ArmValues>& arms) {
  std::vector<std::vector<double>> rows;
  if (arms.empty()) return rows;
  for (std::size_t seed = 0; seed < arms.front().by_seed.size(); ++seed) {
    std::vector<double> row;
    for (const ArmValues& arm : arms) {
      if (seed < arm.by_seed.size() && arm.by_seed[seed]) row.push_back(*arm.by_seed[seed]);
    }
    if (row.size() == arms.size()) rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace winnow::run
