// What the bounds of a selection did, for its record: who was left out and why, and how the arms
// kept to them.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>

#include "orchestrator/decision/finalists.hpp"

namespace winnow::run {

/// ["latency_ms <= 50"]
nlohmann::ordered_json bounds_json(const SelectionSpec& selection);

/// Adds "constraints":["latency_ms <= 50"], "filtered":{"count":2,"trials":[{"trial":7,
/// "constraint":"latency_ms <= 50","value":80}]} (20 at most), to every arm "constraints":
/// [{"constraint","mean","kept","seeds"}], and sentences to "reasons". Needs a record with "arms"
/// and "reasons", and bounds.
void add_constraints(const SelectionSpec& selection, const Finalists& finalists,
                     std::optional<std::size_t> chosen, nlohmann::ordered_json& record);

}  // namespace winnow::run
