// The entries of `parameters:`, groups taken apart: {optimizer: {parameters: {lr: …}}} is the
// parameter optimizer.lr.
#pragma once

#include <string>
#include <vector>

#include "orchestrator/config/diagnostic.hpp"
#include "orchestrator/config/yaml.hpp"

namespace winnow::run {

struct ParameterEntry {
  std::string name;
  const Node* node;  // of the tree that was given
  /// Computed from others by its `expr`, not searched.
  bool is_derived() const { return node->find("expr") != nullptr; }
};

/// Groups hold nothing but `parameters`; what else is in one is an error.
std::vector<ParameterEntry> parameter_entries(const Node& parameters, Diagnostics& diagnostics);

}  // namespace winnow::run
