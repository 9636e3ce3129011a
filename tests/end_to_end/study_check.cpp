#include "tests/end_to_end/study_check.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <fstream>
#include <set>

#include "orchestrator/conclusion.hpp"
#include "orchestrator/process/gated_child.hpp"
#include "orchestrator/process/report_file.hpp"
#include "orchestrator/recovery.hpp"
#include "searchers/registry.hpp"
#include "storage/study_lock.hpp"
#include "storage/verify.hpp"

namespace winnow::tests {
namespace {

using Sentences = std::vector<std::string>;

run::StudyConfig config_of(const store::Store& store) {
  const store::StudyRow study = store.study();
  return run::parse_study(study.spec, study.config_path);
}

std::unique_ptr<search::Searcher> searcher_of(const StudySpec& spec) {
  search::Setup setup;
  setup.space = spec.space;
  setup.objectives = spec.objectives;
  setup.seed = spec.seed;
  setup.max_trials = spec.limits.max_trials;
  return search::make_searcher(spec.method, spec.method_options, std::move(setup));
}

/// I6: what the searcher proposes for each trial when it is told what it had been told by then, in
/// the order on record, with what was pending by then.
void check_proposals(const store::Store& store, const StudySpec& spec, Sentences& violations) {
  const std::vector<Outcome> told = store.outcomes();
  std::vector<Suggestion> suggested;
  for (const store::TrialRow& row : store.trials()) {
    const auto history = static_cast<std::size_t>(row.trial.history);
    if (history > told.size()) {
      violations.push_back(fmt::format("I6: trial {} rests on {} outcomes, {} were told",
                                       row.trial.suggestion.number.value, history, told.size()));
      return;
    }
    const std::unique_ptr<search::Searcher> searcher = searcher_of(spec);
    std::set<TrialNumber> known;
    for (std::size_t i = 0; i < history; ++i) {
      known.insert(told[i].suggestion.number);
      searcher->tell(told[i]);
    }
    std::vector<Suggestion> pending;
    for (const Suggestion& earlier : suggested) {
      if (!known.contains(earlier.number)) pending.push_back(earlier);
    }
    const search::Context context{row.trial.suggestion.number, pending};
    const search::Proposal proposal = searcher->ask(context, 1);
    if (proposal.suggestions.empty() || !(proposal.suggestions[0] == row.trial.suggestion)) {
      violations.push_back(fmt::format("I6: trial {} is {}, which its history of {} does not give",
                                       row.trial.suggestion.number.value,
                                       canonical_text(row.trial.suggestion.point), history));
    }
    suggested.push_back(row.trial.suggestion);
  }
}

/// I1: the value that counts is the one that was reported; and each step of a completed trial
/// counts once.
void check_results(const store::Store& store, const StudySpec& spec, Sentences& violations) {
  for (const store::TrialRow& row : store.trials()) {
    if (row.state != TrialState::completed && row.state != TrialState::stopped) continue;
    const TrialNumber number = row.trial.suggestion.number;
    const store::MetricValues due = run::trial_values(store, spec.objectives, number, {});
    for (const auto& [metric, value] : due) {
      if (row.values.at(metric) == value) continue;
      violations.push_back(fmt::format("I1: trial {} has {} {}, its reports say {}", number.value,
                                       metric, row.values.at(metric), value));
    }
    std::int64_t step = 0;
    for (const auto& [line, measured, is_final] : store.reported(number)) {
      const bool is_curve = measured.metric == spec.objectives.front().metric && !is_final;
      if (!is_curve || measured.step == ++step) continue;
      violations.push_back(fmt::format("I1: trial {} has step {} where {} is due", number.value,
                                       measured.step, step));
      break;
    }
  }
}

/// Keepers whose gate closed with their orchestrator are on their way out and have run nothing.
/// Waits until each has gone, has a program, or has written how that ended.
void wait_for_closed_gates(const store::Store& store, const std::filesystem::path& study_folder) {
  for (const store::AttemptRow& row : store.attempts_not_ended()) {
    if (!row.process || !run::is_alive(*row.process)) continue;
    const store::OwnedFd keeper = run::open_keeper(*row.process);
    const std::string pid = std::to_string(row.process->pid);
    const std::string children = "/proc/" + pid + "/task/" + pid + "/children";
    for (int looks = 0; looks < 1000 && keeper.is_open(); ++looks) {
      std::string program;
      std::ifstream(children) >> program;
      const bool is_over = std::filesystem::exists(study_folder / row.attempt.folder / "exit.json");
      pollfd gone{keeper.value(), POLLIN, 0};
      if (!program.empty() || is_over || ::poll(&gone, 1, 2) > 0) break;
    }
  }
}

/// Attempts said to run whose keepers are no more.
std::set<store::AttemptId> attempts_over(const store::Store& store) {
  std::set<store::AttemptId> over;
  for (const store::AttemptRow& row : store.attempts_not_ended()) {
    if (row.process && !run::is_alive(*row.process)) over.insert(row.id);
  }
  return over;
}

}  // namespace

std::vector<run::TokenHolder> holders_of(const store::Store& store) {
  std::vector<run::TokenHolder> ours;
  for (const run::TokenHolder& holder : run::find_token_holders()) {
    if (store.has_attempt(holder.token)) ours.push_back(holder);
  }
  return ours;
}

std::vector<std::string> violations_at_rest(const store::Store& store,
                                            const std::filesystem::path& study_folder,
                                            std::int64_t max_trials) {
  store::LiveProcesses live;
  for (const run::TokenHolder& holder : holders_of(store)) {
    live.push_back({holder.token, holder.pid});
  }
  Sentences violations =
      store::verify(store, study_folder, run::values_of_line, live, {max_trials, false});
  const StudySpec spec = config_of(store).spec;
  check_proposals(store, spec, violations);
  check_results(store, spec, violations);
  return violations;
}

std::vector<std::string> violations_after_recovery(const std::filesystem::path& study_folder,
                                                   std::int64_t max_trials, int slots) {
  const run::StudyFolder folder(study_folder);
  store::Store store = store::Store::open(folder.database());
  store.begin_session({::getpid(), "test", store::boot_id()});
  wait_for_closed_gates(store, study_folder);
  const std::set<store::AttemptId> over = attempts_over(store);
  const run::StudyConfig config = config_of(store);
  run::EarlyStopping early_stopping(config.spec, store);
  const run::Recovered recovered =
      run::recover(store, config, early_stopping, folder, run::plan_slots(slots, {}, {}).slots,
                   run::Living::adopt);
  Sentences violations = violations_at_rest(store, study_folder, max_trials);
  for (const store::AttemptRow& row : recovered.adopted) {
    if (!over.contains(row.id)) continue;
    violations.push_back(fmt::format("I4: attempt {} was adopted, but it is over", row.id.value));
  }
  return violations;
}

}  // namespace winnow::tests
