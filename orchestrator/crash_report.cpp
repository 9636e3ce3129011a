#include "orchestrator/crash_report.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <iterator>
#include <system_error>
#include <typeinfo>

#include "orchestrator/process/durable_file.hpp"
#include "orchestrator/process/system_error.hpp"
#include "searchers/problem/error.hpp"
#include "storage/error.hpp"

namespace winnow::run {
namespace {

/// As much as a person reads to find out what led there.
constexpr std::int64_t last_events = 50;
constexpr std::ptrdiff_t last_decisions = 10;

std::string report_text(const store::Store& store, const std::exception& error,
                        const std::string& what_ended) {
  const store::StudyRow study = store.study();
  const store::TrialCounts counts = store.counts();
  std::string text = fmt::format(
      "{} of winnow {} ended by a mistake of its own: {} ({})\nstudy {}: {} trials, {} running, {} "
      "queued, {} told\n",
      what_ended, WINNOW_VERSION, error.what(), typeid(error).name(), study.name, counts.total(),
      counts.running, counts.queued, store.tells());
  text += "\nattempts that go on:\n";
  for (const store::AttemptRow& row : store.attempts_not_ended()) {
    text += fmt::format("  trial {} attempt {} in slot {}: {}, report read up to byte {}\n",
                        row.attempt.trial.value, row.attempt.ordinal, row.attempt.slot, row.state,
                        row.report_offset);
  }
  text += "\nlast decisions:\n";
  const std::vector<store::DecisionRow> decisions = store.decisions();
  for (auto row = decisions.end() - std::min(last_decisions, std::ssize(decisions));
       row != decisions.end(); ++row) {
    text += fmt::format("  {} {}: {}\n", row->at, row->kind, row->record);
  }
  text += "\nlast events:\n";
  for (const store::EventRow& event : store.events(store.last_event() - last_events)) {
    const std::string trial = event.trial ? fmt::format(" trial {}", event.trial->value) : "";
    text += fmt::format("  {} {} {}{} {}\n", event.seq, event.at, event.kind, trial, event.detail);
  }
  return text;
}

}  // namespace

bool is_our_mistake(const std::exception& error) {
  return dynamic_cast<const store::StoreError*>(&error) == nullptr &&
         dynamic_cast<const SystemError*>(&error) == nullptr &&
         dynamic_cast<const ConfigError*>(&error) == nullptr &&
         dynamic_cast<const std::system_error*>(&error) == nullptr;
}

std::optional<std::filesystem::path> write_crash_report(const StudyFolder& folder,
                                                        const store::Store& store,
                                                        const std::exception& error,
                                                        const std::optional<TrialNumber>& trial) {
  const std::string of_trial = trial ? fmt::format("-trial-{}", trial->value) : "";
  const std::filesystem::path file =
      folder.path() / fmt::format("crash-{}{}.txt", ::getpid(), of_trial);
  const std::string what_ended =
      trial ? fmt::format("trial {}", trial->value) : std::string("a session");
  try {
    write_file(file, report_text(store, error, what_ended));
  } catch (const std::exception&) {
    return std::nullopt;  // the mistake itself is what the program says
  }
  return file;
}

}  // namespace winnow::run
