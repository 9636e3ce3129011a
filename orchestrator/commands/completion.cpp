// winnow completion bash|zsh|fish: what makes a shell complete winnow's words, studies and trials.
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "orchestrator/commands/command.hpp"
#include "orchestrator/commands/command_description.hpp"
#include "orchestrator/report/terminal_text.hpp"
#include "searchers/problem/error.hpp"

namespace winnow::run {
namespace {

bool takes(const CommandDescription& command, std::string_view word) {
  return std::ranges::any_of(command.options, [&](const OptionDescription& option) {
    return option.is_positional && option.names.front() == word;
  });
}

std::string option_words(const CommandDescription& command) {
  std::string words;
  for (const OptionDescription& option : command.options) {
    if (option.is_positional) continue;
    for (const std::string& name : option.names) words += (words.empty() ? "" : " ") + name;
  }
  return words;
}

std::string bash_script() {
  std::string names;
  std::string cases;
  for (const CommandDescription& command : described_commands()) {
    names += (names.empty() ? "" : " ") + command.name;
    std::string words = option_words(command);
    if (takes(command, "STUDY")) words += " $(_winnow_studies)";
    if (takes(command, "TRIAL") || takes(command, "TRIALS")) words += " $(_winnow_trials)";
    const char* files = takes(command, "FILE") ? " -f" : "";
    cases += fmt::format("    {}) COMPREPLY=($(compgen{} -W \"{}\" -- \"$word\")) ;;\n",
                         command.name, files, words);
  }
  return "_winnow_studies() {\n"
         "  local store\n"
         "  for store in \"${WINNOW_ROOT:-./studies}\"/*/study.db; do\n"
         "    [[ -e $store ]] && basename \"$(dirname \"$store\")\"\n"
         "  done\n"
         "}\n"
         "_winnow_trials() {  # of the study before the word\n"
         "  ((COMP_CWORD > 2)) && winnow trials \"${COMP_WORDS[2]}\" --csv 2>/dev/null |\n"
         "    sed -n 's/^\\([0-9]*\\),.*/\\1/p'\n"
         "}\n"
         "_winnow_metrics() {\n"
         "  winnow trials \"${COMP_WORDS[2]}\" --csv 2>/dev/null | head -n 1 | tr , '\\n' |\n"
         "    sed -n 's/^values\\.//p'\n"
         "}\n"
         "_winnow() {\n"
         "  local word=${COMP_WORDS[COMP_CWORD]}\n"
         "  if [[ ${COMP_WORDS[COMP_CWORD - 1]} == --metric ]]; then\n"
         "    COMPREPLY=($(compgen -W \"$(_winnow_metrics)\" -- \"$word\"))\n"
         "    return\n"
         "  fi\n"
         "  if ((COMP_CWORD == 1)); then\n"
         "    COMPREPLY=($(compgen -W \"" +
         names +
         "\" -- \"$word\"))\n"
         "    return\n"
         "  fi\n"
         "  case ${COMP_WORDS[1]} in\n" +
         cases +
         "  esac\n"
         "}\n"
         "complete -F _winnow winnow\n";
}

std::string single_quoted(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("\\'") : std::string(1, c);
  return quoted + "'";
}

std::string fish_script() {
  std::string script =
      "function __winnow_studies\n"
      "  test (count (commandline -opc)) -eq 2; or return\n"
      "  set -l root ./studies\n"
      "  set -q WINNOW_ROOT; and set root $WINNOW_ROOT\n"
      "  for store in $root/*/study.db; basename (dirname $store); end\n"
      "end\n"
      "function __winnow_table  # of the study that was named\n"
      "  set -l words (commandline -opc)\n"
      "  test (count $words) -gt 2; and winnow trials $words[3] --csv 2>/dev/null\n"
      "end\n"
      "function __winnow_trials; __winnow_table | string match -r '^[0-9]+'; end\n"
      "function __winnow_metrics\n"
      "  __winnow_table | head -n 1 | string split , | string replace -fr '^values\\.' ''\n"
      "end\n";
  for (const CommandDescription& command : described_commands()) {
    script +=
        fmt::format("complete -c winnow -n __fish_use_subcommand -a {} -d {}{}\n", command.name,
                    single_quoted(command.summary), takes(command, "FILE") ? "" : " -f");
    const std::string when =
        fmt::format("complete -c winnow -n '__fish_seen_subcommand_from {}'", command.name);
    if (takes(command, "STUDY")) script += when + " -f -a '(__winnow_studies)'\n";
    if (takes(command, "TRIAL") || takes(command, "TRIALS")) {
      script += when + " -f -a '(__winnow_trials)'\n";
    }
    for (const OptionDescription& option : command.options) {
      if (option.is_positional) continue;
      script += when;
      for (const std::string& name : option.names) {
        script += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
      }
      if (option.names.front() == "--metric") script += " -f -a '(__winnow_metrics)'";
      script +=
          fmt::format("{} -d {}\n", option.takes_value ? " -r" : "", single_quoted(option.meaning));
    }
  }
  return script;
}

ExitStatus print_completion(const std::string& shell) {
  if (shell == "bash") {
    fmt::print("{}", bash_script());
  } else if (shell == "zsh") {
    // bashcompinit needs what compinit brings, which not every zsh has loaded by then.
    fmt::print(
        "#compdef winnow\n(( $+functions[compdef] )) || {{ autoload -Uz compinit && compinit; }}\n"
        "autoload -U +X bashcompinit && bashcompinit\n{}",
        bash_script());
  } else if (shell == "fish") {
    fmt::print("{}", fish_script());
  } else {
    throw ConfigError("SHELL",
                      fmt::format("expected bash, zsh or fish, found {}", terminal_text(shell)));
  }
  return ExitStatus::ok;
}

const CommandRegistration registration(CommandEntry{
    "completion", "print what makes a shell complete winnow's words",
    [](CommandOptions& options) -> std::function<ExitStatus()> {
      auto shell = std::make_shared<std::string>();
      options.add_required("SHELL", *shell,
                           "bash, zsh or fish; then: source <(winnow completion bash)");
      return [shell] { return print_completion(*shell); };
    }});

}  // namespace
}  // namespace winnow::run
