// winnow methods: the search methods and their options.
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "orchestrator/commands/command.hpp"
#include "orchestrator/report/json_forms.hpp"
#include "searchers/registry.hpp"

namespace winnow::run {
namespace {

nlohmann::ordered_json method_json(const search::SearcherEntry& entry) {
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  json["name"] = entry.name;
  json["aliases"] = entry.aliases;
  json["summary"] = entry.summary;
  json["citation"] = entry.citation;
  json["continuous"] = entry.capabilities.continuous;
  json["conditions"] = entry.capabilities.conditions;
  json["multi_objective"] = entry.capabilities.multi_objective;
  json["options"] = nlohmann::ordered_json::array();
  for (const search::OptionSpec& option : entry.options) {
    nlohmann::ordered_json form = nlohmann::ordered_json::object();
    form["name"] = option.name;
    form["values"] = describe(option.domain);
    form["default"] = to_json(option.default_value);
    form["meaning"] = option.meaning;
    json["options"].push_back(std::move(form));
  }
  return json;
}

void print_method(const search::SearcherEntry& entry) {
  fmt::print("{}: {}\n", entry.name, entry.summary);
  if (!entry.aliases.empty()) fmt::print("    also called {}\n", fmt::join(entry.aliases, ", "));
  if (entry.citation != "—") fmt::print("    source: {}\n", entry.citation);
  if (!entry.capabilities.continuous) fmt::print("    needs finitely many values per parameter\n");
  if (!entry.capabilities.conditions) fmt::print("    no conditional parameters\n");
  if (!entry.capabilities.multi_objective) fmt::print("    one objective\n");
  for (const search::OptionSpec& option : entry.options) {
    fmt::print("    {} ({}, default {}): {}\n", option.name, describe(option.domain),
               to_text(option.default_value), option.meaning);
  }
}

ExitStatus list_methods(bool json) {
  if (!json) {
    for (const search::SearcherEntry* entry : search::searchers()) print_method(*entry);
    return ExitStatus::ok;
  }
  nlohmann::ordered_json answer = nlohmann::ordered_json::object();
  answer["version"] = 1;
  answer["methods"] = nlohmann::ordered_json::array();
  for (const search::SearcherEntry* entry : search::searchers()) {
    answer["methods"].push_back(method_json(*entry));
  }
  fmt::print("{}", json_line(answer));
  return ExitStatus::ok;
}

const CommandRegistration registration(CommandEntry{
    "methods", "list the search methods and their options",
    [](CommandOptions& options) -> std::function<ExitStatus()> {
      auto json = std::make_shared<bool>(false);
      options.add_flag("--json", *json, "one JSON object");
      return [json] { return list_methods(*json); };
    }});

}  // namespace
}  // namespace winnow::run
