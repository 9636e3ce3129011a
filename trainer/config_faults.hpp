// What is wrong with settings that are each allowed, but not together or not for the task.
#pragma once

#include <nlohmann/json.hpp>
#include <vector>

#include "trainer/errors.hpp"

namespace winnow::train {

/// Needs settings with every default filled in, each within its range.
std::vector<Fault> cross_faults(const nlohmann::json& settings);

}  // namespace winnow::train
