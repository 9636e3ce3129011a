#include "orchestrator/recovery.hpp"

#include <poll.h>

#include <algorithm>
#include <chrono>
#include <climits>
#include <iterator>
#include <set>

#include "orchestrator/conclusion.hpp"
#include "orchestrator/crash_point.hpp"
#include "orchestrator/process/process_table.hpp"
#include "orchestrator/process/report_file.hpp"
#include "searchers/problem/error.hpp"

namespace winnow::run {
namespace {

using SteadyTime = std::chrono::steady_clock;

/// Waits until all keepers have ended, at most up to `deadline` when there is one. Those that have
/// are closed.
void wait_for_ends(std::vector<store::OwnedFd>& keepers,
                   std::optional<SteadyTime::time_point> deadline) {
  while (!keepers.empty()) {
    int timeout_ms = -1;
    if (deadline) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(*deadline - SteadyTime::now());
      if (left.count() <= 0) return;
      timeout_ms = static_cast<int>(std::min<std::int64_t>(left.count(), INT_MAX));
    }
    std::vector<pollfd> polled;
    for (const store::OwnedFd& keeper : keepers) polled.push_back({keeper.value(), POLLIN, 0});
    if (::poll(polled.data(), polled.size(), timeout_ms) < 0) continue;  // EINTR
    std::vector<store::OwnedFd> living;
    for (std::size_t i = 0; i < polled.size(); ++i) {
      if (polled[i].revents == 0) living.push_back(std::move(keepers[i]));
    }
    keepers = std::move(living);
  }
}

/// Brings living attempts to their end as a stopping study does: TERM, so that they can write a
/// last checkpoint, and KILL for who is still there after the grace. That it was us is on record
/// first.
void end_all(store::Store& store, const StudyFolder& folder, double grace_s,
             std::vector<store::AttemptRow>& living) {
  std::vector<store::OwnedFd> keepers;
  for (store::AttemptRow& row : living) {
    store::OwnedFd keeper = open_keeper(*row.process);
    if (!keeper.is_open()) continue;
    if (row.stop_cause == StopCause::none) {
      row.stop_cause = StopCause::study_stopping;
      store.record_stop(row.id, row.stop_cause);
      crash_point("stop_recorded");
    }
    ask_to_stop(keeper.value(), folder.attempt(row.attempt.folder), row.stop_cause);
    crash_point("stop_asked");
    keepers.push_back(std::move(keeper));
  }
  const auto grace =
      std::chrono::duration_cast<SteadyTime::duration>(std::chrono::duration<double>(grace_s));
  wait_for_ends(keepers, SteadyTime::now() + grace);
  for (const store::OwnedFd& keeper : keepers) signal_keeper(keeper.value(), StopForce::kill);
  wait_for_ends(keepers, std::nullopt);
}

/// An attempt whose keeper is gone: what it left is read, judged and committed.
void settle(store::Store& store, const StudyConfig& config, EarlyStopping& early_stopping,
            const StudyFolder& folder, const store::AttemptRow& row) {
  if (!row.process) {
    // No pid was committed, so the gate never opened and nothing has run.
    store::AttemptEndRow end;
    end.ending = "not_started";
    end.counts = false;
    end.message = "the orchestrator ended before the program was started";
    store.end_attempt(row.id, store::ReportBatch{{}, {}, row.report_offset, 0}, end, std::nullopt);
    return;
  }
  conclude(store, config, early_stopping, row.id, row.attempt.trial,
           what_is_left(folder, row, config.trial.log_policies), Witness::recovery);
}

bool has_its_slot(const store::NewAttempt& attempt, const std::vector<Slot>& slots) {
  const auto index = static_cast<std::size_t>(attempt.slot);
  return index < slots.size() && slots[index].gpus == attempt.gpus;
}

/// Ends every process that holds a token of this study but belongs to no living attempt.
int kill_strays(const store::Store& store, const std::set<std::string>& adopted) {
  int killed = 0;
  for (const TokenHolder& holder : find_token_holders()) {
    if (adopted.contains(holder.token) || !store.has_attempt(holder.token)) continue;
    killed += kill_token_holders(holder.token);
  }
  return killed;
}

}  // namespace

AttemptEnd what_is_left(const StudyFolder& folder, const store::AttemptRow& row,
                        const std::vector<LogPolicy>& policies) {
  const std::filesystem::path attempt_folder = folder.attempt(row.attempt.folder);
  AttemptEnd end;
  end.stop_cause = row.stop_cause;
  end.elapsed_s = row.elapsed_s;  // unless its record knows better
  end.last_reports.offset = row.report_offset;
  try {
    read_process_end(attempt_folder, policies, end);
    ReportFile reports(AttemptFiles{attempt_folder}.reports(), row.report_offset);
    end.last_reports = reports.read(Amount::all, end.elapsed_s);
    end.facts = reports.facts();
  } catch (const BrokenExpectation&) {
    throw;
  } catch (const std::exception& error) {  // else no later session could go on with the study
    end.facts.lost = error.what();
  }
  return end;
}

Recovered recover(store::Store& store, const StudyConfig& config, EarlyStopping& early_stopping,
                  const StudyFolder& folder, const std::vector<Slot>& slots, Living living) {
  Recovered recovered;
  std::set<std::string> adopted_tokens;
  std::vector<store::AttemptRow> to_end;
  std::vector<store::AttemptRow> to_settle;
  for (store::AttemptRow& row : store.attempts_not_ended()) {
    const bool alive = row.process && is_alive(*row.process);
    // What was told to stop is brought to its end, whoever told it.
    const bool goes_on = living == Living::adopt && row.stop_cause == StopCause::none &&
                         has_its_slot(row.attempt, slots);
    if (alive && goes_on) {
      adopted_tokens.insert(row.attempt.token);
      recovered.adopted.push_back(std::move(row));
    } else {
      (alive ? to_end : to_settle).push_back(std::move(row));
    }
  }
  end_all(store, folder, config.trial.grace_s, to_end);
  std::ranges::move(to_end, std::back_inserter(to_settle));
  std::ranges::sort(to_settle, {}, &store::AttemptRow::id);  // as they were started
  for (const store::AttemptRow& row : to_settle) {
    if (row.process) kill_token_holders(row.attempt.token);
    settle(store, config, early_stopping, folder, row);
    ++recovered.settled;
    crash_point("recovered_attempt");
  }
  recovered.strays_killed = kill_strays(store, adopted_tokens);
  return recovered;
}

}  // namespace winnow::run
