#include "searchers/stop_rules/stop_rule.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "searchers/problem/error.hpp"

namespace winnow::search {
namespace {

// A function's static: registrations in other files run before main in an unspecified order.
std::map<std::string, StopRuleEntry, std::less<>>& entries() {
  static std::map<std::string, StopRuleEntry, std::less<>> by_name;
  return by_name;
}

}  // namespace

StopRuleRegistration::StopRuleRegistration(StopRuleEntry entry) {
  const std::string name = entry.name;
  const bool is_new = entries().emplace(name, std::move(entry)).second;
  expect(is_new, "two stop rules are called " + name);
}

std::vector<const StopRuleEntry*> stop_rules() {
  std::vector<const StopRuleEntry*> all;
  for (const auto& [name, entry] : entries()) all.push_back(&entry);
  return all;
}

const StopRuleEntry* find_stop_rule(std::string_view name) {
  for (const auto& [own_name, entry] : entries()) {
    if (own_name == name || std::ranges::find(entry.aliases, name) != entry.aliases.end())
      return &entry;
  }
  return nullptr;
}

std::unique_ptr<StopRule> make_stop_rule(std::string_view name,
                                         const std::map<std::string, Value>& options) {
  const StopRuleEntry* entry = find_stop_rule(name);
  if (entry == nullptr) {
    std::vector<std::string> known;
    for (const auto& [own_name, each] : entries()) known.push_back(own_name);
    const std::optional<std::string> meant = nearest(name, known);
    throw ConfigError("early_terminate.type",
                      fmt::format("unknown stop rule \"{}\"{}; there are: {}", name,
                                  meant ? fmt::format("; did you mean {}?", *meant) : "",
                                  fmt::join(known, ", ")));
  }
  return entry->make(Options(entry->options, options, "early_terminate"));
}

}  // namespace winnow::search
