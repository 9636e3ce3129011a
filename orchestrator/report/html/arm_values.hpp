// The fresh values of a race's arms, read off a decision record, so that records of earlier
// versions can be drawn too.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace winnow::run {

struct ArmValues {
  std::string name;  // "baseline", "trial 7"
  bool is_baseline = false;
  bool is_chosen = false;
  std::optional<double> search_value;               // the score that made it a finalist
  std::vector<std::optional<double>> by_seed = {};  // nothing: it failed

  std::vector<double> measured() const;
};

/// Empty where nothing was raced.
std::vector<ArmValues> arm_values(const nlohmann::ordered_json& record);

/// A row for each seed under which all arms have a value, a column for each arm.
std::vector<std::vector<double>> common_seeds(const std::vector<ArmValues>& arms);

}  // namespace winnow::run
