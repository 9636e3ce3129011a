#include "orchestrator/config/parameter_entries.hpp"

#include <fmt/format.h>

#include "orchestrator/report/terminal_text.hpp"

namespace winnow::run {
namespace {

void collect(const Node& parameters, const std::string& prefix, Diagnostics& diagnostics,
             std::vector<ParameterEntry>& entries) {
  for (const Entry& entry : parameters.entries) {
    const std::string name = prefix + entry.key;
    const Node* group = entry.value.find("parameters");
    if (group == nullptr) {
      entries.push_back({name, &entry.value});
      continue;
    }
    for (const Entry& other : entry.value.entries) {
      if (other.key == "parameters") continue;
      diagnostics.error(other.key_at, "parameter-form",
                        fmt::format("parameters.{}: a group has nothing but `parameters`; write "
                                    "`{}` at each of them",
                                    terminal_text(name), terminal_text(other.key)));
    }
    if (group->kind != Node::Kind::mapping || group->entries.empty()) {
      diagnostics.error(group->at, "wrong-type",
                        fmt::format("parameters.{}.parameters needs a mapping with at least one "
                                    "parameter",
                                    terminal_text(name)));
    }
    collect(*group, name + ".", diagnostics, entries);
  }
}

}  // namespace

std::vector<ParameterEntry> parameter_entries(const Node& parameters, Diagnostics& diagnostics) {
  std::vector<ParameterEntry> entries;
  collect(parameters, "", diagnostics, entries);
  return entries;
}

}  // namespace winnow::run
