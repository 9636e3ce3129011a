#include "orchestrator/executors/local_process.hpp"

#include <chrono>

#include "orchestrator/crash_point.hpp"
#include "orchestrator/device_fault.hpp"
#include "orchestrator/process/beneath.hpp"
#include "orchestrator/process/durable_file.hpp"
#include "orchestrator/process/process_table.hpp"
#include "orchestrator/process/system_error.hpp"
#include "orchestrator/study_folder.hpp"

namespace winnow::run {
namespace {

using SteadyTime = std::chrono::steady_clock;
using TimePoint = SteadyTime::time_point;

/// Reports are read at most this often. Origin: half of what the reliability note allows until they
/// are committed; the other half may pass until the runner commits what it has left.
constexpr auto read_interval = std::chrono::milliseconds(100);

/// Woken later than this after a deadline we did not run meanwhile. Origin: a busy machine delays a
/// process by tenths of a second.
constexpr auto standstill = std::chrono::seconds(2);

/// How often a driver that was asked is looked at for its answer, which takes it a second or so.
constexpr auto driver_poll = std::chrono::milliseconds(50);

std::chrono::nanoseconds seconds(double count) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::duration<double>(count));
}

/// One attempt under way: a keeper's pidfd, a report file, and the deadlines.
class RunningAttempt {
 public:
  RunningAttempt(const AttemptRequest& request, asio::io_context& context, FileWatch watch,
                 std::chrono::nanoseconds slow_poll)
      : request_(request),
        files_{request.folder},
        wake_(std::make_shared<Pulse>(context.get_executor())),
        watch_(std::move(watch)),
        reports_(files_.reports(), request.report_offset),
        slow_poll_(slow_poll),
        started_(SteadyTime::now() - seconds(request.elapsed_s)) {}
  ~RunningAttempt() {
    if (watch_id_) watch_.unwatch(*watch_id_);
  }
  RunningAttempt(const RunningAttempt&) = delete;
  RunningAttempt& operator=(const RunningAttempt&) = delete;

  /// Makes the folder and the process, held at its gate until `log` has its identity; or takes over
  /// the living one.
  void begin(asio::io_context& context, AttemptLog& log) {
    store::OwnedFd pidfd = request_.adopt ? adopt() : start(log);
    if (!pidfd.is_open()) {  // ended between the look of recovery and ours
      *over_ = true;
      return;
    }
    keeper_ = std::make_shared<asio::posix::stream_descriptor>(context, pidfd.release());
    keeper_->async_wait(asio::posix::descriptor_base::wait_read,
                        [over = over_, wake = wake_](boost::system::error_code error) {
                          if (error) return;
                          *over = true;
                          wake->beat();
                        });
  }

  /// Waits until there is something to do: the end, due reports, a deadline, a new stage.
  asio::awaitable<void> next_event() {
    const TimePoint deadline = next_deadline();
    const TimePoint slept_at = SteadyTime::now();
    co_await wake_->wait_past_or_until(seen_, deadline);
    // Stopped together with the trial (a frozen container, a debugger): that time is not its fault.
    const TimePoint due = std::max(deadline, slept_at);
    if (SteadyTime::now() > due + standstill) progress_at_ += SteadyTime::now() - due;
    if (wake_->count() != seen_ || SteadyTime::now() >= poll_at_) reports_pending_ = true;
    seen_ = wake_->count();
  }

  bool is_over() const { return *over_; }
  bool has_much_to_read() const { return reports_.has_much_left(); }

  void commit_reports_when_due(AttemptLog& log) {
    if (reports_pending_ && SteadyTime::now() >= reports_due_) commit_reports(log);
  }

  /// Returns whether there were any.
  bool commit_reports(AttemptLog& log) {
    const store::ReportBatch batch = reports_.read(Amount::some, elapsed_s());
    const bool has_new = batch.offset != committed_;
    if (has_new) {
      const StopCause fault = log.add_reports(batch);
      if (fault != StopCause::none) worthless_ = fault;
      committed_ = batch.offset;
      crash_point("reports_committed");
    } else {
      reports_pending_ = false;
    }
    if (reports_.facts().progress != progress_) {
      progress_ = reports_.facts().progress;
      progress_at_ = SteadyTime::now();
    }
    reports_due_ = SteadyTime::now() + read_interval;
    poll_at_ = SteadyTime::now() + slow_poll_;
    return has_new;
  }

  /// TERM when the study stops, the trial is to be killed, the time is up or its reports say that
  /// it is not worth going on with, KILL after the grace.
  void stop_when_due(const StudyControl& control, AttemptLog& log) {
    if (cause_ == StopCause::none) {
      if (control.stage() >= Stage::stopping) {
        begin_stop(StopCause::study_stopping, log);
      } else if (control.is_killed(request_.attempt.trial)) {
        begin_stop(StopCause::killed, log);
      } else if (SteadyTime::now() >= timeout()) {
        begin_stop(StopCause::timed_out, log);
      } else if (worthless_ != StopCause::none) {
        begin_stop(worthless_, log);
      } else if (SteadyTime::now() >= heartbeat_due()) {
        commit_reports(log);  // what it reported since we last looked counts
        if (SteadyTime::now() >= heartbeat_due()) begin_stop(StopCause::no_progress, log);
      }
    }
    const bool must_kill = control.stage() == Stage::killing ||
                           (cause_ != StopCause::none && SteadyTime::now() >= kill_at_);
    if (must_kill && !killed_) {
      signal_keeper(keeper_->native_handle(), StopForce::kill);
      killed_ = true;
    }
  }

  AttemptEnd end() {
    AttemptEnd end;
    end.elapsed_s = elapsed_s();
    if (keeper_) collect_keeper(keeper_->native_handle());
    read_process_end(request_.folder, request_.log_policies, end);
    // Without a record the keeper was killed: the program went with it, what it had started may
    // not.
    if (std::holds_alternative<Vanished>(end.process)) kill_token_holders(request_.attempt.token);
    end.stop_cause = cause_;
    end.last_reports = reports_.read(Amount::all, end.elapsed_s);
    end.facts = reports_.facts();
    end.report_file = request_.attempt.folder + "/" + files_.reports().filename().string();
    return end;
  }

  const std::shared_ptr<Pulse>& wake() const { return wake_; }

 private:
  store::OwnedFd start(AttemptLog& log) {
    const std::filesystem::path study = study_of(request_.folder);
    const store::OwnedFd own = make_beneath(study, request_.folder);
    for (const std::filesystem::path& folder : request_.folders) make_beneath(study, folder);
    for (const auto& [file, text] : request_.files) write_file_in(own.value(), file, text);
    crash_point("folder_made");
    GatedChild child = GatedChild::fork(request_.launch, request_.folder);
    crash_point("forked");
    watch_id_ = watch_.watch(files_.reports(), wake_);
    log.record_process(child.identity());
    crash_point("process_recorded");
    child.open_gate();
    crash_point("gate_opened");
    return child.take_pidfd();
  }

  store::OwnedFd adopt() {
    watch_id_ = watch_.watch(files_.reports(), wake_);
    return open_keeper(*request_.adopt);
  }

  void begin_stop(StopCause cause, AttemptLog& log) {
    log.record_stop(cause);
    crash_point("stop_recorded");
    cause_ = cause;
    kill_at_ = SteadyTime::now() + seconds(request_.grace_s);
    ask_to_stop(keeper_->native_handle(), request_.folder, cause);
    crash_point("stop_asked");
  }

  TimePoint timeout() const {
    return request_.timeout_s ? started_ + seconds(*request_.timeout_s) : TimePoint::max();
  }
  TimePoint heartbeat_due() const {
    return request_.heartbeat_timeout_s ? progress_at_ + seconds(*request_.heartbeat_timeout_s)
                                        : TimePoint::max();
  }
  TimePoint next_deadline() const {
    TimePoint deadline =
        cause_ == StopCause::none ? std::min(timeout(), heartbeat_due()) : kill_at_;
    if (killed_) deadline = TimePoint::max();
    return std::min(deadline, reports_pending_ ? reports_due_ : poll_at_);
  }
  double elapsed_s() const {
    return std::chrono::duration<double>(SteadyTime::now() - started_).count();
  }

  const AttemptRequest& request_;
  AttemptFiles files_;
  std::shared_ptr<Pulse> wake_;
  std::uint64_t seen_ = 0;
  FileWatch watch_;
  std::optional<int> watch_id_;
  ReportFile reports_;
  std::int64_t committed_ = 0;
  bool reports_pending_ = true;  // an adopted attempt may have reported while nobody looked
  TimePoint reports_due_;
  std::chrono::nanoseconds slow_poll_;
  TimePoint poll_at_ = TimePoint::max();
  std::shared_ptr<asio::posix::stream_descriptor> keeper_;
  std::shared_ptr<bool> over_ = std::make_shared<bool>(false);
  StopCause worthless_ = StopCause::none;  // why its reports say that it should not go on
  StopCause cause_ = StopCause::none;
  bool killed_ = false;
  TimePoint started_;
  std::int64_t progress_ = 0;  // as ReportFacts counts it
  TimePoint progress_at_ = SteadyTime::now();
  TimePoint kill_at_;
};

/// Begins the attempt; how it has ended when that was not possible.
std::optional<AttemptEnd> begin(RunningAttempt& attempt, asio::io_context& context,
                                AttemptLog& log) {
  try {
    attempt.begin(context, log);
    return std::nullopt;
  } catch (const SystemError& error) {
    AttemptEnd end;
    end.process = NotStarted{error.code(), error.what()};
    return end;
  }
}

/// Ended neither well nor by anybody's order, and nobody has said why yet.
bool may_be_the_device(const AttemptEnd& end) {
  const bool was_told = end.stop_cause != StopCause::none || end.told_to_terminate;
  return !was_told && !has_finished(end) && end.device_fault.empty() &&
         end.shortage.kind == Shortage::none && !end.facts.infeasible && !end.policy;
}

/// What the driver says of these devices; other trials go on meanwhile.
asio::awaitable<std::string> ask_driver(asio::io_context& context, std::vector<int> devices) {
  std::future<GpuSurvey> answer = ask_for_gpus();
  asio::steady_timer timer(context);
  const TimePoint deadline = SteadyTime::now() + driver_patience;
  while (answer.wait_for(std::chrono::seconds(0)) != std::future_status::ready) {
    if (SteadyTime::now() >= deadline) co_return device_fault(no_answer(), devices);
    timer.expires_after(driver_poll);
    co_await timer.async_wait(asio::use_awaitable);
  }
  const GpuSurvey survey = answer.get();
  co_return device_fault(survey, devices);
}

}  // namespace

asio::awaitable<AttemptEnd> LocalProcess::run(AttemptRequest request, AttemptLog& log,
                                              StudyControl& control) {
  RunningAttempt attempt(request, context_, watch_, slow_poll_);
  std::optional<AttemptEnd> not_begun = begin(attempt, context_, log);
  if (not_begun) co_return *std::move(not_begun);
  control.tell(attempt.wake());
  while (!attempt.is_over()) {
    attempt.commit_reports_when_due(log);
    attempt.stop_when_due(control, log);
    co_await attempt.next_event();
  }
  // What a chatty program has left is taken in by parts, between which others get on. A file that
  // cannot be read gives none, and end() says so.
  while (attempt.has_much_to_read() && attempt.commit_reports(log)) {
    co_await asio::post(context_, asio::use_awaitable);
  }
  AttemptEnd end = attempt.end();
  if (!request.attempt.gpus.empty() && may_be_the_device(end)) {
    end.device_fault = co_await ask_driver(context_, request.attempt.gpus);
  }
  crash_point("attempt_over");
  co_return end;
}

}  // namespace winnow::run
