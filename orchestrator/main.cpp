// The command line of winnow: finds the command, runs it, and turns what went wrong into a message
// and an exit code. The only catch of the program is here.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <system_error>

#include "orchestrator/commands/command.hpp"
#include "orchestrator/commands/exit_codes.hpp"
#include "orchestrator/config/mapping_reader.hpp"
#include "orchestrator/config/study_config.hpp"
#include "orchestrator/process/descriptor_limit.hpp"
#include "orchestrator/process/system_error.hpp"
#include "orchestrator/report/colour.hpp"
#include "orchestrator/report/terminal_text.hpp"
#include "searchers/problem/error.hpp"
#include "storage/error.hpp"

namespace winnow::run {
namespace {

struct Chosen {
  CLI::App* app;
  std::function<ExitStatus()> action;
};

std::vector<Chosen> set_up_commands(CLI::App& app, CommonArguments& common) {
  std::vector<Chosen> all;
  for (const CommandEntry* entry : commands()) {
    CLI::App* command = app.add_subcommand(entry->name, entry->summary);
    CommandOptions options(*command);
    all.push_back({command, entry->set_up(options)});
    common.add_to(options);
  }
  return all;
}

std::string unknown_command(std::string_view word) {
  std::vector<std::string> names;
  for (const CommandEntry* entry : commands()) names.push_back(entry->name);
  return fmt::format("there is no command `{}`{}", terminal_text(word), did_you_mean(word, names));
}

std::string error_word() { return painted("error:", Colour::bad, stderr); }

// Where standard error cannot be written either, the exit code alone says it: fmt would throw.
void say_fault(const std::string& text) { std::fputs(text.c_str(), stderr); }

ExitStatus usage_error(const CLI::ParseError& error, const CLI::App& app,
                       std::string_view first_word) {
  const std::vector<CLI::App*> used = app.get_subcommands();
  const bool is_unknown = used.empty() && !first_word.empty() && !first_word.starts_with('-');
  const std::string command = used.empty() ? "winnow" : "winnow " + used.front()->get_name();
  say_fault(fmt::format("winnow: {} {}\n`{} --help` shows how it is used.\n", error_word(),
                        is_unknown ? unknown_command(first_word) : terminal_text(error.what()),
                        command));
  return ExitStatus::usage;
}

ExitStatus run(int argc, char** argv) {
  CLI::App app("Winnow runs a hyperparameter search and keeps the evidence.", "winnow");
  app.set_version_flag("--version", std::string("winnow ") + WINNOW_VERSION);
  app.require_subcommand(1);
  CommonArguments common;
  const std::vector<Chosen> all = set_up_commands(app, common);
  // After the commands, whose help would have it too.
  app.footer(std::string("New here: `winnow init first`, then `winnow run first/study.yaml`.\n"
                         "Exit codes:\n") +
             exit_codes);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() != 0) return usage_error(error, app, argc > 1 ? argv[1] : "");
    app.exit(error);  // prints help or version
    return ExitStatus::ok;
  }
  choose_colour(common.colour);
  for (const Chosen& chosen : all) {
    if (chosen.app->parsed()) return chosen.action();
  }
  throw BrokenExpectation("a parsed command line without a command");
}

// Descriptors 0 to 2 that were closed before we began would be given to the next file we open, and
// messages would be written into it. Open for reading only, so that output still fails.
void occupy_standard_descriptors() {
  int fd = 0;
  do {
    fd = ::open("/dev/null", O_RDONLY);
  } while (fd >= 0 && fd <= STDERR_FILENO);
  if (fd > STDERR_FILENO) ::close(fd);
}

// Ignored, as some parents leave it to us, it would keep everybody here from learning how a child
// of theirs ended; what we start inherits what we have.
void expect_children() { std::signal(SIGCHLD, SIG_DFL); }

// What a full disk or a closed output swallowed must not look like success.
ExitStatus with_output_written(ExitStatus status) {
  const bool failed = std::fflush(stdout) != 0 || std::ferror(stdout) != 0;
  if (!failed || status != ExitStatus::ok) return status;
  throw_system_error("write to standard output");
}

ExitStatus guarded(int argc, char** argv) {
  try {
    return with_output_written(run(argc, argv));
  } catch (const StudyFileError& error) {
    for (const Fault& fault : error.faults()) {
      say_fault(fmt::format("{}: {} {}\n", fault.place, error_word(), fault.message));
    }
    return ExitStatus::study_file;
  } catch (const ConfigError& error) {
    for (const Fault& fault : error.faults()) {
      say_fault(fmt::format("winnow: {} {}: {}\n", error_word(), fault.place, fault.message));
    }
    return ExitStatus::usage;
  } catch (const store::StoreError& error) {
    say_fault(fmt::format("winnow: {} {}\n", error_word(), error.what()));
    return ExitStatus::store;
  } catch (const SystemError& error) {
    say_fault(fmt::format("winnow: {} {}\n", error_word(), error.what()));
    return ExitStatus::environment;
  } catch (const std::system_error& error) {  // std::filesystem's own
    say_fault(fmt::format("winnow: {} {}\n", error_word(), error.what()));
    return ExitStatus::environment;
  } catch (const std::exception& error) {
    say_fault(fmt::format(
        "winnow: {} this is a bug in winnow, please report it with the next line:\n{}\n",
        error_word(), error.what()));
    return ExitStatus::bug;
  }
}

}  // namespace
}  // namespace winnow::run

int main(int argc, char** argv) {
  winnow::run::occupy_standard_descriptors();
  winnow::run::expect_children();
  winnow::run::raise_descriptor_limit();
  return static_cast<int>(winnow::run::guarded(argc, argv));
}
