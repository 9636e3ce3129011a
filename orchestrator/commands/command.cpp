#include "orchestrator/commands/command.hpp"

#include <map>

#include "searchers/problem/error.hpp"

namespace winnow::run {
namespace {

// A function's static: registrations in other files run before main in an unspecified order.
std::map<std::string, CommandEntry>& entries() {
  static std::map<std::string, CommandEntry> by_name;
  return by_name;
}

}  // namespace

void CommonArguments::add_to(CommandOptions& options) {
  options.add("--color", colour, "auto (at a terminal, unless NO_COLOR is set), always or never");
}

CommandRegistration::CommandRegistration(CommandEntry entry) {
  const std::string name = entry.name;
  const bool is_new = entries().emplace(name, std::move(entry)).second;
  expect(is_new, "two commands are called " + name);
}

std::vector<const CommandEntry*> commands() {
  std::vector<const CommandEntry*> all;
  for (const auto& [name, entry] : entries()) all.push_back(&entry);
  return all;
}

}  // namespace winnow::run
