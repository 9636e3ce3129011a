// Recovery on a prepared store: what an earlier session left is there as rows, files and, where the
// subject is how living attempts are ended, as real keepers.
#include "orchestrator/recovery.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "orchestrator/attempt.hpp"
#include "orchestrator/process/durable_file.hpp"
#include "orchestrator/process/gated_child.hpp"
#include "orchestrator/process/process_table.hpp"
#include "orchestrator/random_token.hpp"
#include "storage/study_lock.hpp"
#include "tests/storage/builders.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace winnow;
using namespace winnow::run;

namespace {

constexpr TrialNumber trial{0};
const std::vector<Slot> one_slot = {Slot{0, {}}};

/// A study of one running trial, which may not be retried.
class LeftBehind {
 public:
  LeftBehind()
      : study_(folder_ / "study"),
        config_(parse_study("{name: left, method: random, metric: {name: eval_loss}, parameters: "
                            "{x: {min: 0.0, max: 1.0}}, limits: {max_trials: 1}, trial: {command: "
                            "[/bin/true], retries: 0, stop: {grace: 20s}}}",
                            folder_ / "study.yaml")),
        store_(store::a_store()) {
    store::NewAttempt attempt = store::an_attempt(0);
    attempt.token = random_token();
    attempt_ = store_.add_trial_and_start(store::a_trial(0), attempt);
    make_folders(attempt_folder());
  }

  /// A process that is no more, and what its keeper wrote down.
  void end_with(const std::string& exit_record) {
    store_.record_process(attempt_, {::getpid(), 1, store::boot_id()});
    tests::write_text(attempt_folder() / "exit.json", exit_record);
  }

  /// A shell under its keeper. Returns once it has written the file "ready".
  void start(const std::string& script) {
    Launch launch;
    launch.program = "/bin/sh";
    launch.arguments = {"sh", "-c", script};
    launch.environment = {"PATH=/usr/bin:/bin", "WINNOW_TOKEN=" + row().attempt.token};
    launch.work_folder = folder_.path();
    GatedChild child = GatedChild::fork(launch, attempt_folder());
    store_.record_process(attempt_, child.identity());
    child.open_gate();
    // Read rather than waited for: opening a pipe for reading returns when somebody writes.
    tests::read_text(folder_ / "ready");
  }

  void make_pipe() { REQUIRE(::mkfifo((folder_ / "ready").c_str(), 0600) == 0); }
  Recovered recover_with(Living living, const std::vector<Slot>& slots = one_slot) {
    EarlyStopping early_stopping(config_.spec, store_);
    return recover(store_, config_, early_stopping, study_, slots, living);
  }
  store::AttemptRow row() const { return store_.attempts(trial).at(0); }
  store::TrialRow trial_row() const { return *store_.trial(trial); }
  std::filesystem::path file(const std::string& name) const { return folder_ / name; }
  std::filesystem::path attempt_folder() const {
    return study_.attempt(store::an_attempt(0).folder);
  }
  store::Store& store() { return store_; }
  store::AttemptId attempt() const { return attempt_; }

 private:
  tests::TemporaryFolder folder_;
  StudyFolder study_;
  StudyConfig config_;
  store::Store store_;
  store::AttemptId attempt_;
};

const std::string last_checkpoint_on_term =
    "trap 'echo saved > saved; exit 75' TERM; echo ready > ready; while :; do sleep 0.01; done";

}  // namespace

TEST_CASE("an attempt that ended while its study was being stopped is interrupted") {
  LeftBehind study;
  study.end_with(R"({"code":1,"signal":null,"elapsed_us":1000000})");
  study.store().record_stop(study.attempt(), StopCause::study_stopping);
  study.recover_with(Living::adopt);
  CHECK(study.row().end->ending == "interrupted");
  CHECK_FALSE(study.row().end->counts);
  CHECK(study.trial_row().state == TrialState::queued);
}

TEST_CASE("an attempt that ended because its time was up has timed out, whoever reads it") {
  LeftBehind study;
  study.end_with(R"({"code":null,"signal":15,"elapsed_us":1000000})");
  study.store().record_stop(study.attempt(), StopCause::timed_out);
  study.recover_with(Living::adopt);
  CHECK(study.trial_row().state == TrialState::failed);
  CHECK(study.trial_row().reason == "timed_out: ended after 1.0 s");
}

TEST_CASE("an attempt that ended by a machine's TERM while nobody looked does not count") {
  LeftBehind study;
  study.end_with(R"({"code":75,"signal":null,"told_to_terminate":true,"elapsed_us":1000000})");
  study.recover_with(Living::adopt);
  CHECK(study.row().end->ending == "interrupted");
  CHECK(study.trial_row().state == TrialState::queued);
}

TEST_CASE("a power cut that took reports along takes the exit record along") {
  LeftBehind study;
  const std::string reports = "{\"eval_loss\":0.5}\n";
  const auto record = [&](std::size_t bytes) {
    return fmt::format(R"({{"code":0,"signal":null,"elapsed_us":1000000,"report_bytes":{}}})",
                       bytes);
  };
  tests::write_text(study.attempt_folder() / "reports.jsonl", reports);
  SECTION("all that the record counts on is there") {
    study.end_with(record(reports.size()));
    study.recover_with(Living::adopt);
    CHECK(study.trial_row().state == TrialState::completed);
  }
  SECTION("a byte of it is missing") {
    study.end_with(record(reports.size() + 1));
    study.recover_with(Living::adopt);
    CHECK_FALSE(study.row().end->counts);
    CHECK(study.trial_row().state == TrialState::queued);
  }
}

TEST_CASE("a living attempt that recovery ends may write a last checkpoint and does not count") {
  LeftBehind study;
  study.make_pipe();
  study.start(last_checkpoint_on_term);
  // It is to start anew, its slot is no more, it was told to stop.
  const std::string because = GENERATE(as<std::string>(), "anew", "no slot", "told");
  CAPTURE(because);
  if (because == "told") study.store().record_stop(study.attempt(), StopCause::study_stopping);
  const Recovered recovered =
      study.recover_with(because == "anew" ? Living::end : Living::adopt,
                         because == "no slot" ? std::vector<Slot>{} : one_slot);
  CHECK(recovered.adopted.empty());
  CHECK(recovered.settled == 1);
  CHECK(std::filesystem::exists(study.file("saved")));
  CHECK(study.row().stop_cause == StopCause::study_stopping);
  CHECK(study.row().end->ending == "interrupted");
  CHECK_FALSE(study.row().end->counts);
  CHECK(study.row().end->exit_code == 75);
  CHECK(study.trial_row().state == TrialState::queued);
}

TEST_CASE("a living attempt in its slot is adopted and left alone") {
  LeftBehind study;
  study.make_pipe();
  study.start(last_checkpoint_on_term);
  CHECK(study.recover_with(Living::adopt).adopted.size() == 1);
  CHECK(is_alive(*study.row().process));
  study.recover_with(Living::end);
}
