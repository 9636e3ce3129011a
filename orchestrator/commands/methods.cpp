// winnow methods: the search methods, the stop rules, and their options.
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "orchestrator/commands/command.hpp"
#include "orchestrator/report/json_forms.hpp"
#include "searchers/registry.hpp"
#include "searchers/stop_rules/stop_rule.hpp"

namespace winnow::run {
namespace {

nlohmann::ordered_json options_json(const std::vector<search::OptionSpec>& options) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const search::OptionSpec& option : options) {
    nlohmann::ordered_json form = nlohmann::ordered_json::object();
    form["name"] = option.name;
    form["values"] = describe(option.domain);
    form["default"] = to_json(option.default_value);
    form["meaning"] = option.meaning;
    list.push_back(std::move(form));
  }
  return list;
}

nlohmann::ordered_json rule_json(const search::StopRuleEntry& entry) {
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  json["name"] = entry.name;
  json["aliases"] = entry.aliases;
  json["summary"] = entry.summary;
  json["citation"] = entry.citation;
  json["options"] = options_json(entry.options);
  return json;
}

nlohmann::ordered_json method_json(const search::SearcherEntry& entry) {
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  json["name"] = entry.name;
  json["aliases"] = entry.aliases;
  json["summary"] = entry.summary;
  json["citation"] = entry.citation;
  json["continuous"] = entry.capabilities.continuous;
  json["conditions"] = entry.capabilities.conditions;
  json["multi_objective"] = entry.capabilities.multi_objective;
  json["options"] = options_json(entry.options);
  return json;
}

void print_aliases(const std::vector<std::string>& aliases) {
  if (!aliases.empty()) fmt::print("    also called {}\n", fmt::join(aliases, ", "));
}

/// The last of a series name_1, name_2, … that means the same all along and begins at `first`.
std::size_t end_of_series(const std::vector<search::OptionSpec>& options, std::size_t first) {
  const std::string& name = options[first].name;
  if (!name.ends_with("_1")) return first;
  const std::string stem = name.substr(0, name.size() - 1);
  std::size_t last = first;
  while (last + 1 < options.size() &&
         options[last + 1].name == stem + std::to_string(last + 2 - first)) {
    ++last;
  }
  return last;
}

void print_options(const std::vector<search::OptionSpec>& options) {
  for (std::size_t i = 0; i < options.size(); ++i) {
    const search::OptionSpec& option = options[i];
    const std::size_t last = end_of_series(options, i);
    const std::string name = last == i ? option.name : option.name + " … " + options[last].name;
    fmt::print("    {} ({}, default {}): {}{}\n", name, describe(option.domain),
               to_text(option.default_value), option.meaning, last == i ? "" : "; and so on");
    i = last;
  }
}

void print_rule(const search::StopRuleEntry& entry) {
  fmt::print("{}: {}\n", entry.name, entry.summary);
  print_aliases(entry.aliases);
  fmt::print("    source: {}\n", entry.citation);
  print_options(entry.options);
}

void print_method(const search::SearcherEntry& entry) {
  fmt::print("{}: {}\n", entry.name, entry.summary);
  print_aliases(entry.aliases);
  if (entry.citation != "—") fmt::print("    source: {}\n", entry.citation);
  if (!entry.capabilities.continuous) fmt::print("    needs finitely many values per parameter\n");
  if (!entry.capabilities.conditions) fmt::print("    no conditional parameters\n");
  if (!entry.capabilities.multi_objective) fmt::print("    one objective\n");
  print_options(entry.options);
}

ExitStatus list_methods(bool json) {
  if (!json) {
    for (const search::SearcherEntry* entry : search::searchers()) print_method(*entry);
    fmt::print("\nStop rules, for early_terminate: {{type: NAME}}:\n\n");
    for (const search::StopRuleEntry* entry : search::stop_rules()) print_rule(*entry);
    return ExitStatus::ok;
  }
  nlohmann::ordered_json answer = nlohmann::ordered_json::object();
  answer["version"] = 1;
  answer["methods"] = nlohmann::ordered_json::array();
  for (const search::SearcherEntry* entry : search::searchers()) {
    answer["methods"].push_back(method_json(*entry));
  }
  answer["stop_rules"] = nlohmann::ordered_json::array();
  for (const search::StopRuleEntry* entry : search::stop_rules()) {
    answer["stop_rules"].push_back(rule_json(*entry));
  }
  fmt::print("{}", json_line(answer));
  return ExitStatus::ok;
}

const CommandRegistration registration(CommandEntry{
    "methods", "list the search methods and stop rules with their options",
    [](CommandOptions& options) -> std::function<ExitStatus()> {
      auto json = std::make_shared<bool>(false);
      options.add_flag("--json", *json, "one JSON object");
      return [json] { return list_methods(*json); };
    }});

}  // namespace
}  // namespace winnow::run
