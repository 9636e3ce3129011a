// winnow man: the manual page, of the same words as --help.
#include <fmt/format.h>

#include "orchestrator/commands/command.hpp"
#include "orchestrator/commands/command_description.hpp"
#include "orchestrator/commands/exit_codes.hpp"

namespace winnow::run {
namespace {

// Text that roff takes for text.
std::string roff(const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '\\') {
      escaped += "\\e";
    } else if (c == '-') {
      escaped += "\\-";
    } else if ((c == '.' || c == '\'') && escaped.empty()) {
      escaped += std::string("\\&") + c;
    } else {
      escaped += c;
    }
  }
  return escaped;
}

std::string usage(const CommandDescription& command) {
  std::string line = "winnow " + command.name;
  for (const OptionDescription& option : command.options) {
    if (!option.is_positional) continue;
    const std::string& name = option.names.front();
    line += option.is_required ? " " + name : " [" + name + "]";
  }
  return line + " [options]";
}

std::string names_of(const OptionDescription& option) {
  std::string names;
  for (const std::string& name : option.names) names += (names.empty() ? "" : ", ") + name;
  return option.takes_value && !option.is_positional ? names + " VALUE" : names;
}

ExitStatus print_page() {
  fmt::print(
      ".TH WINNOW 1 \"\" \"winnow {}\"\n.SH NAME\nwinnow \\- runs a hyperparameter search "
      "and keeps the evidence\n.SH SYNOPSIS\n.B winnow\n.I COMMAND\n[options]\n.SH COMMANDS\n",
      WINNOW_VERSION);
  for (const CommandDescription& command : described_commands()) {
    fmt::print(".SS {}\n{}.\n", roff(usage(command)), roff(command.summary));
    for (const OptionDescription& option : command.options) {
      fmt::print(".TP\n.B {}\n{}\n", roff(names_of(option)), roff(option.meaning));
    }
  }
  fmt::print(
      ".SH EXIT STATUS\n{}.SH ENVIRONMENT\n.TP\n.B WINNOW_ROOT\nwhere studies live (./studies)\n"
      ".TP\n.B WINNOW_TRAINER\nthe trainer's program\n.TP\n.B NO_COLOR\nno colours\n",
      exit_codes);
  return ExitStatus::ok;
}

const CommandRegistration registration(CommandEntry{
    "man", "print the manual page (roff): winnow man | man -l -",
    [](CommandOptions&) -> std::function<ExitStatus()> { return [] { return print_page(); }; }});

}  // namespace
}  // namespace winnow::run
