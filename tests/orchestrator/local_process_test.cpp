// Real children: their subject is how processes start and end.
#include "orchestrator/executors/local_process.hpp"

#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <functional>

#include "orchestrator/process/durable_file.hpp"
#include "orchestrator/process/gated_child.hpp"
#include "orchestrator/process/process_table.hpp"
#include "orchestrator/random_token.hpp"
#include "orchestrator/study_folder.hpp"
#include "storage/owned_fd.hpp"
#include "tests/orchestrator/attempt_runs.hpp"

using namespace winnow;
using namespace winnow::run;

TEST_CASE("exit codes and signals arrive as they were") {
  CHECK(std::get<Exited>(run_script("exit 0").process).code == 0);
  CHECK(std::get<Exited>(run_script("exit 75").process).code == 75);
  CHECK(std::get<Signalled>(run_script("kill -SEGV $$").process).signal == SIGSEGV);
}

TEST_CASE("a program that cannot be started says why") {
  const tests::TemporaryFolder folder;
  RecordingLog log;
  StudyControl control;
  AttemptRequest request = shell_request(folder.path(), "");
  request.launch.program = folder / "not-there";
  const AttemptEnd end = run_attempt(std::move(request), log, control);
  CHECK(std::get<NotStarted>(end.process).error == ENOENT);
}

TEST_CASE("reports by path and by descriptor are read to the end, the last without its newline") {
  const tests::TemporaryFolder folder;
  RecordingLog log;
  StudyControl control;
  const std::string script =
      "echo '{\"loss\":1.5}' >> $WINNOW_REPORT_FILE; echo '{\"loss\":2.5}' >&3;"
      "printf '{\"loss\":9}' >&3";
  const AttemptEnd end = run_attempt(shell_request(folder.path(), script), log, control);
  REQUIRE_FALSE(end.last_reports.measurements.empty());
  // On a busy machine the first ones are read while it runs.
  CHECK(log.measurements + end.last_reports.measurements.size() == 3);
  CHECK(end.last_reports.measurements.back().measurement.value == 9);
}

TEST_CASE("the program does not run before its keeper is on record") {
  const tests::TemporaryFolder folder;
  RecordingLog log;
  StudyControl control;
  bool ran_too_early = false;
  log.on_process = [&] { ran_too_early = std::filesystem::exists(folder / "ran"); };
  run_attempt(shell_request(folder.path(), "touch ran"), log, control);
  CHECK_FALSE(ran_too_early);
  CHECK(std::filesystem::exists(folder / "ran"));
  CHECK(log.process.pid > 0);
}

TEST_CASE(
    "nothing of a trial is left: neither background children nor those in sessions of their own") {
  const tests::TemporaryFolder folder;
  RecordingLog log;
  StudyControl control;
  AttemptRequest request = shell_request(
      folder.path(),
      "sleep 300 & setsid sleep 300 & setsid sh -c 'trap \"\" TERM; sleep 300' & exit 0");
  const std::string token = request.attempt.token;
  run_attempt(std::move(request), log, control);
  CHECK_FALSE(has_holder(token));
}

TEST_CASE("a stopping study ends a trial by TERM, one that ignores it by KILL after the grace") {
  for (const bool ignores : {false, true}) {
    const tests::TemporaryFolder folder;
    RecordingLog log;
    StudyControl control;
    log.on_reports = [&] { control.advance(Stage::stopping, SIGINT); };
    const std::string trap = ignores ? "trap '' TERM; " : "";
    AttemptRequest request =
        shell_request(folder.path(), trap + "echo '{\"loss\":1}' >&3; while :; do sleep 300; done");
    const std::string token = request.attempt.token;
    const AttemptEnd end = run_attempt(std::move(request), log, control);
    CHECK(std::get<Signalled>(end.process).signal == (ignores ? SIGKILL : SIGTERM));
    CHECK(end.stop_cause == StopCause::study_stopping);
    CHECK(log.stop_cause == StopCause::study_stopping);
    CHECK(tests::read_text(folder / "attempt-1/control.jsonl").find("stop") != std::string::npos);
    CHECK_FALSE(has_holder(token));
  }
}

TEST_CASE("a trial that is killed ends by itself or by KILL, and others do not") {
  const tests::TemporaryFolder folder;
  RecordingLog log;
  StudyControl control;
  AttemptRequest request =
      shell_request(folder.path(), "echo '{\"loss\":1}' >&3; while :; do sleep 300; done");
  const TrialNumber trial = request.attempt.trial;
  control.kill(TrialNumber{trial.value + 1});
  log.on_reports = [&] { control.kill(trial); };
  const AttemptEnd end = run_attempt(std::move(request), log, control);
  CHECK(end.stop_cause == StopCause::killed);
  CHECK(log.stop_cause == StopCause::killed);
  CHECK(tests::read_text(folder / "attempt-1/control.jsonl").find("killed") != std::string::npos);
}

TEST_CASE("a trial whose time is up is ended and says so") {
  const tests::TemporaryFolder folder;
  RecordingLog log;
  StudyControl control;
  AttemptRequest request = shell_request(folder.path(), "sleep 300");
  request.timeout_s = 0.05;
  const AttemptEnd end = run_attempt(std::move(request), log, control);
  CHECK(end.stop_cause == StopCause::timed_out);
  CHECK(log.stop_cause == StopCause::timed_out);
}

TEST_CASE("a trial that has fallen behind is told so, and may still write its checkpoint") {
  const tests::TemporaryFolder folder;
  RecordingLog log;
  log.has_fallen_behind = true;
  StudyControl control;
  AttemptRequest request =
      shell_request(folder.path(),
                    "trap 'echo saved > saved; exit 75' TERM; echo '{\"loss\":1}' >&3;"
                    "while :; do sleep 0.01; done");
  const AttemptEnd end = run_attempt(std::move(request), log, control);
  CHECK(std::get<Exited>(end.process).code == 75);
  CHECK(end.stop_cause == StopCause::early_stop);
  CHECK(log.stop_cause == StopCause::early_stop);
  CHECK(tests::read_text(folder / "saved") == "saved\n");
  CHECK(tests::read_text(folder / "attempt-1/control.jsonl").find("behind") != std::string::npos);
}

TEST_CASE("a trial is told to stop only when the order is on record") {
  const tests::TemporaryFolder folder;
  RecordingLog log;
  StudyControl control;
  log.on_reports = [&] { control.advance(Stage::stopping, SIGINT); };
  bool was_told_too_early = false;
  log.on_stop = [&] {
    was_told_too_early = std::filesystem::exists(folder / "attempt-1/control.jsonl");
  };
  AttemptRequest request =
      shell_request(folder.path(), "echo '{\"loss\":1}' >&3; while :; do sleep 0.01; done");
  run_attempt(std::move(request), log, control);
  CHECK(log.stop_cause == StopCause::study_stopping);
  CHECK_FALSE(was_told_too_early);
}

TEST_CASE("a TERM that somebody else sends to the keeper is passed on and written down") {
  const tests::TemporaryFolder folder;
  RecordingLog log;
  StudyControl control;
  log.on_reports = [&] { ::kill(static_cast<pid_t>(log.process.pid), SIGTERM); };
  AttemptRequest request = shell_request(
      folder.path(), "trap 'exit 75' TERM; echo '{\"loss\":1}' >&3; while :; do sleep 0.01; done");
  const AttemptEnd end = run_attempt(std::move(request), log, control);
  CHECK(std::get<Exited>(end.process).code == 75);
  CHECK(end.stop_cause == StopCause::none);
  CHECK(end.told_to_terminate);
}

TEST_CASE("how a trial ends is learnt also where SIGCHLD is ignored") {
  const auto before = ::signal(SIGCHLD, SIG_IGN);
  const AttemptEnd end = run_script("sleep 0 & sleep 0; exit 7");
  ::signal(SIGCHLD, before);
  CHECK(std::get<Exited>(end.process).code == 7);
}

TEST_CASE("what cannot be begun is an end and names what was attempted") {
  const tests::TemporaryFolder folder;
  tests::write_text(folder / "attempt-1", "in the way");
  RecordingLog log;
  StudyControl control;
  const AttemptEnd end = run_attempt(shell_request(folder.path(), "exit 0"), log, control);
  const auto& not_started = std::get<NotStarted>(end.process);
  CHECK_FALSE(is_passing_shortage(end.process));
  CHECK(not_started.doing.find((folder / "attempt-1").string()) != std::string::npos);
  CHECK(log.process.pid == 0);
}

TEST_CASE("a program that is being written is a passing shortage") {
  const tests::TemporaryFolder folder;
  const std::filesystem::path program = folder / "program";
  std::filesystem::copy_file("/bin/true", program);
  const store::OwnedFd writer = open_for_append(program);
  RecordingLog log;
  StudyControl control;
  AttemptRequest request = shell_request(folder.path(), "");
  request.launch.program = program;
  const AttemptEnd end = run_attempt(std::move(request), log, control);
  CHECK(std::get<NotStarted>(end.process).error == ETXTBSY);
  CHECK(is_passing_shortage(end.process));
}

TEST_CASE("a trial that leaves a thousand children behind is cleared away") {
  const tests::TemporaryFolder folder;
  RecordingLog log;
  StudyControl control;
  AttemptRequest request = shell_request(
      folder.path(), "i=0; while [ $i -lt 1000 ]; do setsid sleep 300 & i=$((i+1)); done; exit 3");
  const std::string token = request.attempt.token;
  const AttemptEnd end = run_attempt(std::move(request), log, control);
  CHECK(std::get<Exited>(end.process).code == 3);
  CHECK_FALSE(has_holder(token));
}

TEST_CASE("when the keeper is killed the program and its children go with it") {
  const tests::TemporaryFolder folder;
  RecordingLog log;
  StudyControl control;
  log.on_reports = [&] { ::kill(static_cast<pid_t>(log.process.pid), SIGKILL); };
  AttemptRequest request =
      shell_request(folder.path(), "setsid sleep 300 & echo '{\"loss\":1}' >&3; sleep 300");
  const std::string token = request.attempt.token;
  const AttemptEnd end = run_attempt(std::move(request), log, control);
  CHECK(std::holds_alternative<Vanished>(end.process));
  CHECK_FALSE(has_holder(token));
}

TEST_CASE("a living attempt is adopted by a second executor, which learns its exit code") {
  const tests::TemporaryFolder folder;
  RecordingLog first_log;
  StudyControl control;
  AttemptRequest request = shell_request(
      folder.path(), "echo '{\"loss\":1}' >&3; while [ ! -e go ]; do sleep 0.01; done; exit 7");
  AttemptRequest adoption = request;
  {
    // The first executor is dropped while the trial runs, as when an orchestrator dies.
    asio::io_context context;
    LocalProcess executor(context);
    first_log.on_reports = [&] { context.stop(); };
    asio::awaitable<AttemptEnd> running = executor.run(std::move(request), first_log, control);
    asio::co_spawn(context, std::move(running), [](std::exception_ptr, const AttemptEnd&) {});
    context.run();
  }
  REQUIRE(is_alive(first_log.process));
  tests::write_text(folder / "go", "");
  adoption.adopt = first_log.process;
  RecordingLog second_log;
  const AttemptEnd end = run_attempt(std::move(adoption), second_log, control);
  CHECK(std::get<Exited>(end.process).code == 7);
}

TEST_CASE("a report file that is long and cannot be read does not keep its attempt from ending") {
  if (::geteuid() == 0) {
    WARN("root may read everything: run as an ordinary user");
    return;
  }
  const AttemptEnd end = run_script(
      "exec 4>>$WINNOW_REPORT_FILE; chmod 000 $WINNOW_REPORT_FILE;"
      "yes '{\"loss\":1}' | head -c 1500000 >&4");
  CHECK_FALSE(end.facts.lost.empty());
}

TEST_CASE("reports are found without any notice that their file grew") {
  const tests::TemporaryFolder folder;
  RecordingLog log;
  StudyControl control;
  log.on_reports = [&] { tests::write_text(folder / "go", ""); };
  // Another file of the same name: the watch is on the old one and stays silent.
  AttemptRequest request =
      shell_request(folder.path(),
                    "echo '{\"loss\":1}' > other; mv other \"$WINNOW_REPORT_FILE\";"
                    "while [ ! -e go ]; do sleep 0.01; done");
  run_attempt(std::move(request), log, control, std::chrono::milliseconds(20));
  CHECK(log.measurements == 1);
}

TEST_CASE("an attempt that removed its report file is adopted all the same") {
  const tests::TemporaryFolder folder;
  RecordingLog log;
  StudyControl control;
  const AttemptRequest request =
      shell_request(folder.path(), "while [ ! -e go ]; do sleep 0.01; done; exit 7");
  make_folders(request.folder);
  GatedChild child = GatedChild::fork(request.launch, request.folder);
  child.open_gate();
  std::filesystem::remove(AttemptFiles{request.folder}.reports());
  tests::write_text(folder / "go", "");
  AttemptRequest adoption = request;
  adoption.adopt = child.identity();
  CHECK(std::get<Exited>(run_attempt(std::move(adoption), log, control).process).code == 7);
}

TEST_CASE("the time of an adopted attempt goes on where it was") {
  const tests::TemporaryFolder folder;
  RecordingLog log;
  StudyControl control;
  const AttemptRequest request = shell_request(folder.path(), "sleep 300");
  make_folders(request.folder);
  GatedChild child = GatedChild::fork(request.launch, request.folder);
  child.open_gate();
  AttemptRequest adoption = request;
  adoption.adopt = child.identity();
  adoption.timeout_s = 600;
  adoption.elapsed_s = 600.5;  // its time was up while nobody looked
  const AttemptEnd end = run_attempt(std::move(adoption), log, control);
  CHECK(end.stop_cause == StopCause::timed_out);
}

TEST_CASE("a process is as old as the time since its start, also for who did not start it") {
  const store::ProcessIdentity self = identify(::getpid());
  const double before_s = age_s(self);
  CHECK(before_s >= 0);
  CHECK(age_s(self) >= before_s);
  CHECK(age_s(identify(1)) > before_s);
  store::ProcessIdentity younger = self;
  younger.started += 100 * ::sysconf(_SC_CLK_TCK);
  CHECK(age_s(younger) == 0);  // never negative
  younger.started -= 300 * ::sysconf(_SC_CLK_TCK);
  CHECK(age_s(younger) == Approx(before_s + 200).margin(5));
}
