#include "tests/end_to_end/crash_study.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <regex>

#include "orchestrator/process/report_file.hpp"
#include "storage/owned_fd.hpp"
#include "storage/rows.hpp"
#include "storage/store.hpp"
#include "storage/verify.hpp"
#include "tests/end_to_end/study_check.hpp"

namespace winnow::tests {
namespace {

std::string study_text(const CrashStudyShape& shape) {
  return fmt::format(R"(version: 1
name: shot
method: test_history
seed: 11
determinism: {}
metric: {{name: loss, goal: minimize}}
parameters:
  x: {{min: 0.0, max: 1.0}}
  n: {{min: 1, max: 9}}
limits: {{max_trials: {}, max_concurrent: {}, max_duration: {}}}
trial:
  command: ["{}/tests/end_to_end/scripted_trial.sh", "${{args}}"]
  retries: {}
  env: {{SCRIPTED_STEP_S: "{}"}}
  stop: {{grace: 1s}}
{})",
                     shape.determinism, shape.trials, shape.slots, shape.max_duration,
                     WINNOW_SOURCE_DIR, shape.retries, shape.step_s,
                     shape.stops_early ? "early_terminate: {type: asha, eta: 2, max_iter: 4}" : "");
}

std::string joined(const std::string& start, const std::vector<std::string>& sentences) {
  std::string text;
  for (const std::string& sentence : sentences) text += start + sentence + "\n";
  return text;
}

}  // namespace

CrashStudy::CrashStudy(const CrashStudyShape& shape) : shape_(shape) {
  write_text(folder_ / "study.yaml", study_text(shape));
}

CrashStudy::~CrashStudy() {
  if (!has_store()) return;
  for (const pid_t pid : programs()) ::kill(pid, SIGKILL);
  for (const pid_t pid : keepers()) ::kill(pid, SIGKILL);
}

pid_t CrashStudy::start(const std::optional<std::string>& crash_at, Resume resume) {
  const std::string program = std::string(WINNOW_BINARY_DIR) + "/bin/winnow-crashing";
  const std::string root = "--root=" + (folder_ / "studies").string();
  std::vector<std::string> words = {program, "run", (folder_ / "study.yaml").string(), root};
  if (has_store()) words = {program, "resume", "shot", root};
  if (has_store() && resume == Resume::fresh) words.push_back("--fresh");
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  std::string armed = "WINNOW_CRASH_AT=" + crash_at.value_or("");
  std::vector<char*> environment;
  for (char** entry = environ; *entry != nullptr; ++entry) environment.push_back(*entry);
  environment.push_back(armed.data());
  environment.push_back(nullptr);

  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  const std::string output = (folder_ / "output.txt").string();
  ::posix_spawn_file_actions_addopen(&actions, 1, output.c_str(), O_WRONLY | O_CREAT | O_APPEND,
                                     0600);
  ::posix_spawn_file_actions_adddup2(&actions, 1, 2);
  pid_t pid = 0;
  const int error =
      ::posix_spawn(&pid, program.c_str(), &actions, nullptr, arguments.data(), environment.data());
  ::posix_spawn_file_actions_destroy(&actions);
  if (error != 0) throw std::runtime_error("cannot start " + program);
  return pid;
}

int CrashStudy::wait(pid_t orchestrator) {
  const store::OwnedFd process(static_cast<int>(::syscall(SYS_pidfd_open, orchestrator, 0)));
  pollfd end{process.value(), POLLIN, 0};
  if (::poll(&end, 1, 600'000) == 0) ::kill(orchestrator, SIGKILL);
  int status = 0;
  while (::waitpid(orchestrator, &status, 0) < 0 && errno == EINTR) continue;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

int CrashStudy::run(const std::optional<std::string>& crash_at, Resume resume) {
  return wait(start(crash_at, resume));
}

void CrashStudy::wait_for_keeper_at_gate() const {
  const auto attempts = store::Store::open_read_only(store_file()).attempts_not_ended();
  const pid_t keeper = static_cast<pid_t>(attempts.back().process->pid);
  const store::OwnedFd process(static_cast<int>(::syscall(SYS_pidfd_open, keeper, 0)));
  if (!process.is_open()) return;
  pollfd end{process.value(), POLLIN, 0};
  if (::poll(&end, 1, 600'000) == 0) throw std::runtime_error("a keeper stays at its gate");
}

bool CrashStudy::has_store() const { return std::filesystem::exists(store_file()); }

std::string CrashStudy::shown_but_not_committed() const {
  const store::Store store = store::Store::open_read_only(store_file());
  const std::regex shown(R"(trial (\d+) (completed|stopped|failed|cancelled) after )");
  const std::string text = output();
  std::string found;
  for (std::sregex_iterator at(text.begin(), text.end(), shown), end; at != end; ++at) {
    const auto trial = store.trial(TrialNumber{std::stoll((*at)[1])});
    if (trial && to_text(trial->state) == (*at)[2].str()) continue;
    found += fmt::format("shown, but not in the store: {}\n", at->str());
  }
  return found;
}

std::string CrashStudy::violations_after_crash() const {
  if (!has_store()) return "";
  std::vector<std::string> found = store::verify(store::Store::open(store_file()), study(),
                                                 run::values_of_line, {}, {shape_.trials, false});
  std::string text = shown_but_not_committed() + joined("as the crash left it: ", found);
  found = violations_after_recovery(study(), shape_.trials, shape_.slots);
  return text + joined("after recovery: ", found);
}

std::string CrashStudy::violations_at_end() const {
  const store::Store store = store::Store::open_read_only(store_file());
  std::string text = joined("at the end: ", violations_at_rest(store, study(), shape_.trials));
  for (const store::AttemptRow& row : store.attempts_not_ended()) {
    text += fmt::format("at the end: I4: attempt {} is {}\n", row.id.value, row.state);
  }
  for (const run::TokenHolder& holder : holders_of(store)) {
    text += fmt::format("at the end: I3: process {} is left\n", holder.pid);
  }
  return text;
}

std::string CrashStudy::table() const {
  const store::Store store = store::Store::open_read_only(store_file());
  std::string text;
  for (const store::TrialRow& row : store.trials()) {
    const TrialNumber number = row.trial.suggestion.number;
    text += fmt::format("{} {} '{}' {} {}", number.value, to_text(row.state), row.reason,
                        row.trial.seed, store::point_json(row.trial.suggestion.point));
    for (const auto& [metric, value] : row.values) text += fmt::format(" {}={}", metric, value);
    for (const Measurement& measured : store.measurements(number, "loss")) {
      text += fmt::format(" {}:{}", measured.step, measured.value);
    }
    text += '\n';
  }
  return text;
}

double CrashStudy::run_time_s() const {
  return store::Store::open_read_only(store_file()).study().run_time_s;
}

std::size_t CrashStudy::attempts() const {
  const store::Store store = store::Store::open_read_only(store_file());
  std::size_t attempts = 0;
  for (const store::TrialRow& row : store.trials()) {
    attempts += static_cast<std::size_t>(row.attempts);
  }
  return attempts;
}

std::string CrashStudy::crash_reports() const {
  std::string text;
  for (const auto& entry : std::filesystem::directory_iterator(study())) {
    if (entry.path().filename().string().starts_with("crash-")) text += read_text(entry.path());
  }
  return text;
}

std::string CrashStudy::output() const { return read_text(folder_ / "output.txt"); }

std::vector<pid_t> CrashStudy::programs() const {
  std::vector<pid_t> pids;
  for (const run::TokenHolder& holder : holders_of(store::Store::open_read_only(store_file()))) {
    pids.push_back(holder.pid);
  }
  return pids;
}

std::vector<pid_t> CrashStudy::keepers() const {
  std::vector<pid_t> pids;
  for (const store::AttemptRow& row :
       store::Store::open_read_only(store_file()).attempts_not_ended()) {
    if (row.process && run::is_alive(*row.process)) {
      pids.push_back(static_cast<pid_t>(row.process->pid));
    }
  }
  return pids;
}

}  // namespace winnow::tests
