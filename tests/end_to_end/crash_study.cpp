#include "tests/end_to_end/crash_study.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <set>

#include "orchestrator/config/study_config.hpp"
#include "orchestrator/process/process_table.hpp"
#include "orchestrator/recovery.hpp"
#include "storage/rows.hpp"
#include "storage/store.hpp"
#include "storage/study_lock.hpp"
#include "storage/verify.hpp"

namespace winnow::tests {
namespace {

std::string study_text(const CrashStudyShape& shape) {
  return fmt::format(R"(version: 1
name: shot
method: random
seed: 11
determinism: strict
metric: {{name: loss, goal: minimize}}
parameters:
  x: {{min: 0.0, max: 1.0}}
  n: {{min: 1, max: 9}}
limits: {{max_trials: {}, max_concurrent: {}}}
trial:
  command: ["{}/tests/end_to_end/scripted_trial.sh", "${{args}}"]
  retries: 1000
  env: {{SCRIPTED_STEP_S: "{}"}}
  stop: {{grace: 1s}}
)",
                     shape.trials, shape.slots, WINNOW_SOURCE_DIR, shape.step_s);
}

std::set<std::string> tokens_of(const store::Store& store) {
  std::set<std::string> tokens;
  for (const store::TrialRow& row : store.trials()) {
    for (const store::AttemptRow& attempt : store.attempts(row.trial.suggestion.number)) {
      tokens.insert(attempt.attempt.token);
    }
  }
  return tokens;
}

std::vector<run::TokenHolder> holders_of(const store::Store& store) {
  const std::set<std::string> tokens = tokens_of(store);
  std::vector<run::TokenHolder> ours;
  for (const run::TokenHolder& holder : run::find_token_holders()) {
    if (tokens.contains(holder.token)) ours.push_back(holder);
  }
  return ours;
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

pid_t CrashStudy::start(const std::optional<std::string>& crash_at) {
  const std::string program = std::string(WINNOW_BINARY_DIR) + "/bin/winnow-crashing";
  const std::string root = "--root=" + (folder_ / "studies").string();
  std::vector<std::string> words = {program, "run", (folder_ / "study.yaml").string(), root};
  if (has_store()) words = {program, "resume", "shot", root};
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
  int status = 0;
  while (::waitpid(orchestrator, &status, 0) < 0 && errno == EINTR) continue;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int CrashStudy::run(const std::optional<std::string>& crash_at) { return wait(start(crash_at)); }

bool CrashStudy::has_store() const { return std::filesystem::exists(store_file()); }

std::vector<std::string> CrashStudy::recover_and_verify() const {
  store::Store store = store::Store::open(store_file());
  const store::StudyRow study = store.study();
  const run::StudyConfig config = run::parse_study(study.spec, study.config_path);
  const run::StudyFolder folder(store_file().parent_path());
  store.begin_session({::getpid(), "test", store::boot_id()});
  run::recover(store, config, folder, shape_.slots, run::Living::adopt);
  store::LiveProcesses live;
  for (const run::TokenHolder& holder : holders_of(store))
    live.push_back({holder.token, holder.pid});
  return store::verify(store, folder.path(), live, {shape_.trials, false});
}

std::string CrashStudy::table() const {
  const store::Store store = store::Store::open_read_only(store_file());
  std::string text;
  for (const store::TrialRow& row : store.trials()) {
    text += fmt::format("{} {} '{}' {} {}", row.trial.suggestion.number.value, to_text(row.state),
                        row.reason, row.trial.seed, store::point_json(row.trial.suggestion.point));
    for (const auto& [metric, value] : row.values) text += fmt::format(" {}={}", metric, value);
    text += '\n';
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
