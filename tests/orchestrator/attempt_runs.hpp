// Shell scripts run as attempts by the executor for processes, and what it committed of them.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <utility>

#include "orchestrator/executors/local_process.hpp"
#include "orchestrator/process/process_table.hpp"
#include "orchestrator/random_token.hpp"
#include "orchestrator/study_folder.hpp"
#include "tests/support/temporary_folder.hpp"

namespace winnow::run {

/// Remembers what was committed, and may do something when it is.
class RecordingLog final : public AttemptLog {
 public:
  void record_process(const store::ProcessIdentity& identity) override {
    process = identity;
    if (on_process) on_process();
  }
  StopCause add_reports(const store::ReportBatch& batch) override {
    measurements += batch.measurements.size();
    if (on_reports) on_reports();
    return has_fallen_behind ? StopCause::early_stop : StopCause::none;
  }
  void record_stop(StopCause cause) override {
    stop_cause = cause;
    if (on_stop) on_stop();
  }
  store::ProcessIdentity process;
  std::size_t measurements = 0;
  bool has_fallen_behind = false;
  StopCause stop_cause = StopCause::none;
  std::function<void()> on_stop;
  std::function<void()> on_process;
  std::function<void()> on_reports;
};

inline AttemptRequest shell_request(const std::filesystem::path& folder,
                                    const std::string& script) {
  AttemptRequest request;
  request.attempt.token = random_token();
  request.folder = folder / "attempt-1";
  const AttemptFiles files{request.folder};
  request.launch.program = "/bin/sh";
  request.launch.arguments = {"sh", "-c", script};
  request.launch.environment = {"PATH=/usr/bin:/bin", "WINNOW_TOKEN=" + request.attempt.token,
                                "WINNOW_REPORT_FILE=" + files.reports().string(),
                                "WINNOW_CONTROL_FILE=" + files.control().string()};
  request.launch.work_folder = folder;
  request.grace_s = 0.2;
  return request;
}

inline AttemptEnd run_attempt(AttemptRequest request, RecordingLog& log, StudyControl& control,
                              std::chrono::nanoseconds slow_poll = std::chrono::hours(1)) {
  asio::io_context context;
  LocalProcess executor(context, slow_poll);
  AttemptEnd end;
  asio::awaitable<AttemptEnd> running = executor.run(std::move(request), log, control);
  asio::co_spawn(context, std::move(running), [&](std::exception_ptr failure, AttemptEnd result) {
    if (failure) std::rethrow_exception(failure);
    end = std::move(result);
    context.stop();
  });
  context.run();
  return end;
}

inline AttemptEnd run_script(const std::string& script) {
  const tests::TemporaryFolder folder;
  RecordingLog log;
  StudyControl control;
  return run_attempt(shell_request(folder.path(), script), log, control);
}

inline bool has_holder(const std::string& token) {
  for (const TokenHolder& holder : find_token_holders()) {
    if (holder.token == token) return true;
  }
  return false;
}

}  // namespace winnow::run
