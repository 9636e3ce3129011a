#include "orchestrator/recovery.hpp"

#include <poll.h>

#include <set>

#include "orchestrator/attempt.hpp"
#include "orchestrator/conclusion.hpp"
#include "orchestrator/crash_point.hpp"
#include "orchestrator/process/process_table.hpp"
#include "orchestrator/process/report_file.hpp"

namespace winnow::run {
namespace {

/// Ends a living keeper's program and waits for the keeper to write its record.
void end_and_wait(const store::ProcessIdentity& process) {
  const store::OwnedFd keeper = open_keeper(process);
  if (!keeper.is_open()) return;
  signal_keeper(keeper.value(), StopForce::kill);
  pollfd ended{keeper.value(), POLLIN, 0};
  while (::poll(&ended, 1, -1) < 0) continue;  // EINTR
}

/// An attempt whose keeper is gone: what it left is read, judged and committed.
void settle(store::Store& store, const StudyConfig& config, const StudyFolder& folder,
            const store::AttemptRow& row) {
  const std::filesystem::path attempt_folder = folder.attempt(row.attempt.folder);
  if (!row.process) {
    // No pid was committed, so the gate never opened and nothing has run.
    store::AttemptEndRow end;
    end.ending = "not_started";
    end.counts = false;
    end.message = "the orchestrator ended before the program was started";
    store.end_attempt(row.id, store::ReportBatch{{}, {}, row.report_offset, 0}, end, std::nullopt);
    return;
  }
  AttemptEnd end;
  end.elapsed_s = row.elapsed_s;  // unless its record knows better
  read_process_end(attempt_folder, end);
  ReportFile reports(AttemptFiles{attempt_folder}.reports(), row.report_offset);
  end.last_reports = reports.read(Amount::all, end.elapsed_s);
  end.facts = reports.facts();
  conclude(store, config, row.id, row.attempt.trial, end, Witness::recovery);
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

Recovered recover(store::Store& store, const StudyConfig& config, const StudyFolder& folder,
                  const std::vector<Slot>& slots, Living living) {
  Recovered recovered;
  std::set<std::string> adopted_tokens;
  for (const store::AttemptRow& row : store.attempts_not_ended()) {
    const bool alive = row.process && is_alive(*row.process);
    if (alive && living == Living::adopt && has_its_slot(row.attempt, slots)) {
      adopted_tokens.insert(row.attempt.token);
      recovered.adopted.push_back(row);
      continue;
    }
    if (alive) end_and_wait(*row.process);
    if (row.process) kill_token_holders(row.attempt.token);
    settle(store, config, folder, row);
    ++recovered.settled;
    crash_point("recovered_attempt");
  }
  recovered.strays_killed = kill_strays(store, adopted_tokens);
  return recovered;
}

}  // namespace winnow::run
