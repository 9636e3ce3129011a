// What a runner does on the side: it commits what was left and the run time, watches over the
// store's and the trials' files, and waits while the machine lacks something.
#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>

#include "orchestrator/log_cap.hpp"
#include "orchestrator/process/system_error.hpp"
#include "orchestrator/resource_watch.hpp"
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
  const bool has_devices = parts_.config.trial.gpus > 0;
  ResourceSurvey resources(has_devices ? nvml_library : "");
  while (true) {
    timer.expires_after(heartbeat_interval);
    co_await timer.async_wait(asio::use_awaitable);
    const bool is_alone = parts_.config.trial.gpus >= 1;
    const std::vector<store::AttemptRow> attempts = parts_.store.attempts_not_ended();
    const ResourceUses& uses = resources.look(attempts, is_alone);
    std::vector<store::AttemptTime> running;
    const double now_s = parts_.clock.now_s();
    for (const store::AttemptRow& row : attempts) {
      const auto trial = progress_.running.find(row.attempt.trial);
      if (trial == progress_.running.end() || !row.process) continue;
      const auto use = uses.find(row.id);
      running.push_back(store::AttemptTime{row.id, now_s - trial->second.started_s,
                                           use != uses.end() ? use->second : row.use});
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
    parts_.listener.committed();
  }
}

asio::awaitable<void> StudyRunner::watch_store() {
  asio::steady_timer timer(parts_.context);
  bool is_said = false;
  bool is_space_said = false;
  while (true) {
    const std::optional<std::string> space = low_space(parts_.folder);
    if (space && !is_space_said) parts_.listener.event(*space, progress());
    is_space_said = space.has_value();
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

std::chrono::seconds StudyRunner::pause_after_shortage() {
  std::chrono::seconds pause = first_pause;
  for (int i = 0; i < shortages_in_a_row_ && pause < longest_pause; ++i) pause *= 2;
  ++shortages_in_a_row_;
  return std::min(pause, std::chrono::seconds(longest_pause));
}

/// A slot rests while the machine lacks something, and while everything ends badly in the same
/// words; until that is over or somebody says stop.
asio::awaitable<void> StudyRunner::rest_after(const AttemptEnd& end, const Verdict& verdict) {
  const bool is_shortage = is_passing_shortage(end.process) || end.shortage.kind == Shortage::disk;
  std::chrono::seconds pause = backoff_.note(verdict.attempt);
  if (is_shortage) {
    pause = pause_after_shortage();
  } else {
    shortages_in_a_row_ = 0;
  }
  const bool is_over = phase_ == Phase::search && verdict.trial && !may_start();
  if (pause.count() == 0 || is_over || parts_.control.stage() >= Stage::stopping) co_return;
  parts_.listener.event(fmt::format("the next attempt starts in {} s", pause.count()), progress());
  const auto stage_changed = std::make_shared<Pulse>(parts_.context.get_executor());
  parts_.control.tell(stage_changed);
  const auto until = std::chrono::steady_clock::now() + pause;
  co_await stage_changed->wait_past_or_until(stage_changed->count(), until);
}

/// A slot with a broken device takes no further trial in this session; its trial goes on in another
/// one, and without any the study waits for a session with devices that work.
void StudyRunner::close_slot(const Slot& slot, const store::NewTrial& trial,
                             const std::string& fault) {
  const nlohmann::json detail = {{"slot", slot.index}, {"gpus", slot.gpus}, {"fault", fault}};
  parts_.store.add_event("slot_closed", trial.suggestion.number,
                         detail.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  parts_.listener.event(fmt::format("slot {} takes no more trials: {}; {} slots are left",
                                    slot.index, fault, slots_.size() - 1),
                        progress());
  std::erase_if(slots_, [&slot](const Slot& open) { return open.index == slot.index; });
  queued_.push_front(trial);
  may_ask_again_->beat();
  if (!slots_.empty()) return;
  parts_.store.add_event("paused", std::nullopt, R"({"reason":"no device is left"})");
  throw SystemError("go on with the study",
                    fmt::format("no slot has a device that works, the last one: {}; "
                                "`winnow doctor` lists the GPUs, `winnow resume {}` goes on",
                                fault, parts_.config.spec.name));
}

bool StudyRunner::is_open(const Slot& slot) const {
  return std::ranges::find(slots_, slot.index, &Slot::index) != slots_.end();
}

}  // namespace winnow::run
