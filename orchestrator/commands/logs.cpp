// winnow logs STUDY TRIAL: what a trial printed, and with --follow what it goes on to print.
#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <memory>

#include "orchestrator/commands/command.hpp"
#include "orchestrator/commands/trial_argument.hpp"
#include "orchestrator/log_follower.hpp"
#include "orchestrator/process/system_error.hpp"
#include "orchestrator/report/json_forms.hpp"
#include "orchestrator/report/terminal_text.hpp"
#include "orchestrator/study_holder.hpp"
#include "searchers/problem/error.hpp"

namespace winnow::run {
namespace {

struct Arguments {
  TrialArgument trial;
  std::optional<std::int64_t> attempt;
  bool follow = false;
  bool raw = false;
  bool json = false;
  bool json_lines = false;
};

void write_out(std::string_view bytes) {
  std::fwrite(bytes.data(), 1, bytes.size(), stdout);
  if (std::fflush(stdout) != 0) throw_system_error("write to standard output");
}

/// To a terminal line by line, without what would move its cursor; elsewhere byte for byte, or each
/// line as an object with its attempt.
class Output {
 public:
  Output(const Arguments& arguments, int attempt)
      : raw_(!arguments.json_lines && (arguments.raw || ::isatty(STDOUT_FILENO) == 0)),
        json_lines_(arguments.json_lines),
        attempt_(attempt) {}

  void begin_attempt(int attempt) {
    finish();
    attempt_ = attempt;
  }
  void write(std::string_view bytes) {
    if (raw_) return write_out(bytes);
    line_ += bytes;
    std::size_t begin = 0;
    for (std::size_t end; (end = line_.find('\n', begin)) != std::string::npos; begin = end + 1) {
      write_line(std::string_view(line_).substr(begin, end - begin));
    }
    line_.erase(0, begin);
    if (line_.size() >= longest_line) finish();
  }
  void finish() {
    if (!line_.empty()) write_line(std::exchange(line_, {}));
  }

 private:
  void write_line(std::string_view line) const {
    if (!json_lines_) return write_out(terminal_text(line) + "\n");
    write_out(json_line({{"version", 1}, {"attempt", attempt_}, {"line", std::string(line)}}));
  }

  static constexpr std::size_t longest_line = 65536;  // of a program that never ends one
  bool raw_;
  bool json_lines_;
  int attempt_;
  std::string line_;
};

int chosen_attempt(const Arguments& arguments, const std::vector<store::AttemptRow>& attempts) {
  const std::int64_t last = std::ssize(attempts);
  const std::int64_t chosen = arguments.attempt.value_or(std::max<std::int64_t>(last, 1));
  if (chosen < 1 || (arguments.attempt && chosen > last)) {
    throw ConfigError("--attempt", fmt::format("the trial has {} attempt{}; found {}", last,
                                               last == 1 ? "" : "s", chosen));
  }
  return static_cast<int>(chosen);
}

/// The whole log as one object; "log" is null before the trial has begun.
ExitStatus print_json(const StudyFolder& folder, TrialNumber trial, int attempt, bool is_waiting) {
  const auto file = AttemptFiles{folder.attempt(StudyFolder::attempt_name(trial, attempt))}.log();
  std::string text;
  const LogSink sink = [&text](std::string_view bytes) { text += bytes; };
  if (!is_waiting) copy_log(file, 0, sink);
  nlohmann::ordered_json answer = {{"version", 1}, {"trial", trial.value}};
  answer["attempt"] = nullptr;
  answer["log"] = nullptr;
  if (!is_waiting) {
    answer["attempt"] = attempt;
    answer["log"] = std::move(text);
  }
  fmt::print("{}", json_line(answer));
  return ExitStatus::ok;
}

ExitStatus show_logs(const Arguments& arguments) {
  const store::Store store = arguments.trial.study.open();
  const TrialNumber trial = arguments.trial.find_in(store).trial.suggestion.number;
  const StudyFolder folder = arguments.trial.study.folder();
  const std::vector<store::AttemptRow> attempts = store.attempts(trial);
  const int attempt = chosen_attempt(arguments, attempts);
  if (arguments.json) return print_json(folder, trial, attempt, attempts.empty());
  Output output(arguments, attempt);
  const LogSink sink = [&output](std::string_view bytes) { output.write(bytes); };
  if (!arguments.follow) {
    copy_log(AttemptFiles{folder.attempt(StudyFolder::attempt_name(trial, attempt))}.log(), 0,
             sink);
    output.finish();
    if (attempts.empty()) fmt::print(stderr, "winnow: trial {} has not begun yet\n", trial.value);
    return ExitStatus::ok;
  }
  if (!is_ended(store.trial(trial)->state) && !living_orchestrator(folder)) {
    fmt::print(stderr,
               "winnow: no orchestrator is at work on this study; `winnow resume {}` goes on "
               "with it\n",
               folder.as_argument());
  }
  follow_logs(store, folder, trial, attempt, sink, [&](int ordinal) {
    output.begin_attempt(ordinal);
    fmt::print(stderr, "winnow: trial {} goes on with attempt {}\n", trial.value, ordinal);
  });
  output.finish();
  return ExitStatus::ok;
}

const CommandRegistration registration(CommandEntry{
    "logs", "print what a trial wrote to standard output and standard error",
    [](CommandOptions& options) -> std::function<ExitStatus()> {
      auto arguments = std::make_shared<Arguments>();
      arguments->trial.add_to(options);
      options.add_flag("-f,--follow", arguments->follow, "go on until the trial has ended");
      options.add("--attempt", arguments->attempt, "of this attempt (default: the last one)");
      options.add_flag("--raw", arguments->raw,
                       "byte for byte to a terminal too, colours and all (as to a pipe)");
      options.add_flag("--json", arguments->json, "the whole log as one JSON object", "--follow");
      options.add_flag("--jsonl", arguments->json_lines, "each line as a JSON object", "--json");
      return [arguments] { return show_logs(*arguments); };
    }});

}  // namespace
}  // namespace winnow::run
