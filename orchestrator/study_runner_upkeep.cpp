// What a runner does on the side: it commits what was left and the run time, watches over the
// store's and the trials' files, and waits while the machine lacks something.
#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>

#include "orchestrator/log_cap.hpp"
#include "orchestrator/store_watch.hpp"
#include "orchestrator/study_runner.hpp"

namespace winnow::run {
namespace {

/// Run times are committed this often when nothing else is: what a killed session may lose of them,
/// for a sync that no disk notices.
constexpr auto heartbeat_interval = std::chrono::seconds(5);

/// What ends a trial waits at most this long for the commit that begins the next one, and reports
/// for those of other trials. Origin: half of what the reliability note allows for group commits;
/// the other half may pass until reports are read.
constexpr auto longest_wait_for_commit = std::chrono::milliseconds(100);

/// How soon a store that was moved away is missed, and a log that has grown too long is cut.
/// Origin: the reliability note, row 13.
constexpr auto watch_interval = std::chrono::seconds(5);

/// How long a slot rests after the machine lacked something to start an attempt with; doubled each
/// time in a row. Origin: a burst of forks, or a linker that still writes the program, is over in a
/// second; nobody minds a minute when a disk is full.
constexpr auto first_pause = std::chrono::seconds(1);
constexpr auto longest_pause = std::chrono::seconds(60);

}  // namespace

/// For as long as the study runs; what it throws ends the study.
void StudyRunner::spawn(asio::awaitable<void> task) {
  asio::co_spawn(parts_.context, std::move(task), [this](std::exception_ptr failure) {
    if (failure && !failure_) failure_ = failure;
    worker_ended_.beat();
  });
}

asio::awaitable<void> StudyRunner::keep_time() {
  asio::steady_timer timer(parts_.context);
  while (true) {
    timer.expires_after(heartbeat_interval);
    co_await timer.async_wait(asio::use_awaitable);
    std::vector<store::AttemptTime> running;
    const double now_s = parts_.clock.now_s();
    for (const auto& [number, trial] : progress_.running) {
      running.push_back(store::AttemptTime{trial.attempt_id, now_s - trial.started_s});
    }
    parts_.store.record_times(running);
  }
}

asio::awaitable<void> StudyRunner::commit_what_is_left() {
  asio::steady_timer timer(parts_.context);
  std::uint64_t seen = 0;
  while (true) {
    co_await left_->wait_past(seen);
    seen = left_->count();
    timer.expires_after(longest_wait_for_commit);
    co_await timer.async_wait(asio::use_awaitable);
    parts_.store.commit_deferred();
  }
}

asio::awaitable<void> StudyRunner::watch_store() {
  asio::steady_timer timer(parts_.context);
  bool is_said = false;
  while (true) {
    timer.expires_after(watch_interval);
    co_await timer.async_wait(asio::use_awaitable);
    require_in_place(parts_.store, parts_.folder);
    for (const auto& [number, trial] : progress_.running) {
      const std::string attempt = StudyFolder::attempt_name(number, trial.attempt);
      cap_log(AttemptFiles{parts_.folder.attempt(attempt)}.log());
    }
    const std::optional<std::string> sentence = long_log(parts_.folder);
    if (sentence && !is_said) parts_.listener.event(*sentence, progress());
    is_said = sentence.has_value();
  }
}

/// Until it is over or somebody says stop.
asio::awaitable<void> StudyRunner::wait_out_shortage() {
  if (parts_.control.stage() >= Stage::stopping) co_return;
  std::chrono::seconds pause = first_pause;
  for (int i = 0; i < shortages_in_a_row_ && pause < longest_pause; ++i) pause *= 2;
  pause = std::min(pause, std::chrono::seconds(longest_pause));
  ++shortages_in_a_row_;
  parts_.listener.event(fmt::format("the next attempt starts in {} s", pause.count()), progress());
  const auto stage_changed = std::make_shared<Pulse>(parts_.context.get_executor());
  parts_.control.tell(stage_changed);
  const auto until = std::chrono::steady_clock::now() + pause;
  co_await stage_changed->wait_past_or_until(stage_changed->count(), until);
}

}  // namespace winnow::run
