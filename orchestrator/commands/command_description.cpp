#include "orchestrator/commands/command_description.hpp"

#include <CLI/CLI.hpp>

#include "orchestrator/commands/command.hpp"

namespace winnow::run {
namespace {

OptionDescription described(const CLI::Option& option) {
  OptionDescription description;
  description.meaning = option.get_description();
  description.is_positional = option.get_positional();
  description.takes_value = option.get_items_expected_max() > 0;
  description.is_required = option.get_required();
  if (description.is_positional) {
    description.names.push_back(option.get_name(true));
    return description;
  }
  for (const std::string& name : option.get_lnames()) description.names.push_back("--" + name);
  for (const std::string& name : option.get_snames()) description.names.push_back("-" + name);
  return description;
}

}  // namespace

std::vector<CommandDescription> described_commands() {
  std::vector<CommandDescription> all;
  for (const CommandEntry* entry : commands()) {
    CLI::App app;
    CommandOptions options(app);
    const std::function<ExitStatus()> unused = entry->set_up(options);  // keeps the words alive
    CommonArguments common;
    common.add_to(options);
    CommandDescription command{entry->name, entry->summary, {}};
    for (const CLI::Option* option : app.get_options())
      command.options.push_back(described(*option));
    all.push_back(std::move(command));
  }
  return all;
}

}  // namespace winnow::run
