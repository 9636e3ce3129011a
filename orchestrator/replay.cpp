#include "orchestrator/replay.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "orchestrator/search_trial.hpp"

namespace winnow::run {
namespace {

/// So many proposals are worked out anew. The last one rests on the whole history; a few more find
/// a difference that happens not to show in one. Each costs what asking costs, which for a model
/// of many trials is a second.
constexpr std::int64_t verified_proposals = 3;

/// Every suggestion of the search, by number: those of `untold` trials, and for the others that
/// they were made. Returns how many there are; fresh trials of the selection come after the last of
/// them.
std::int64_t replay_suggestions(std::int64_t known, std::int64_t tells,
                                const std::vector<store::TrialRow>& untold,
                                SearchHistory& history) {
  const std::int64_t suggested = tells + std::ssize(untold);
  auto next = untold.begin();
  for (std::int64_t number = known; number < suggested; ++number) {
    if (next != untold.end() && next->trial.suggestion.number.value == number) {
      history.add_suggested(next->trial.suggestion);
      ++next;
    } else {
      history.replay_suggested();
    }
  }
  expect(next == untold.end(), "suggestions have no holes, and what is known was told first");
  return suggested;
}

/// The newest of `suggested` trials that the searcher proposed: not the user's points.
std::vector<store::TrialRow> newest_proposals(const store::Store& store, const StudyConfig& config,
                                              std::int64_t suggested) {
  const auto first = std::max(suggested - verified_proposals,
                              config.spec.known_trials + std::ssize(config.spec.points));
  return first < suggested ? store.trials(first, suggested - first)
                           : std::vector<store::TrialRow>();
}

/// What was pending when the searcher made a suggestion: all before it that it had not been told
/// of.
std::vector<Suggestion> pending_at(const store::Store& store, const store::TrialRow& row,
                                   const std::vector<Suggestion>& untold) {
  std::vector<Suggestion> pending;
  const TrialNumber number = row.trial.suggestion.number;
  for (const Outcome& later : store.outcomes(row.trial.history)) {
    if (later.suggestion.number < number) pending.push_back(later.suggestion);
  }
  for (const Suggestion& suggestion : untold) {
    if (suggestion.number < number) pending.push_back(suggestion);
  }
  std::ranges::sort(pending, {}, &Suggestion::number);
  return pending;
}

/// Compares those of `rows` that rest on as many outcomes as `searcher` has been told.
void verify_due(const store::Store& store, const std::vector<store::TrialRow>& rows,
                std::int64_t told, const std::vector<Suggestion>& untold,
                const search::Searcher& searcher, std::vector<ChangedProposal>& changed) {
  for (const store::TrialRow& row : rows) {
    if (row.trial.history != told) continue;
    const Suggestion& stored = row.trial.suggestion;
    const std::vector<Suggestion> pending = pending_at(store, row, untold);
    const search::Proposal proposal = searcher.ask(search::Context{stored.number, pending}, 1);
    const bool is_same = !proposal.suggestions.empty() && proposal.suggestions.front() == stored;
    if (is_same || store.was_enqueued(stored.number)) continue;
    changed.push_back({stored.number, canonical_text(stored.point),
                       proposal.suggestions.empty()
                           ? "nothing"
                           : canonical_text(proposal.suggestions.front().point)});
  }
}

}  // namespace

std::string ChangedProposal::text() const {
  return fmt::format(
      "trial {} was proposed as {}, and would now be {}: the method has changed, the record stands",
      trial.value, stored, recomputed);
}

std::vector<ChangedProposal> replay(const store::Store& store, const StudyConfig& config,
                                    SearchHistory& history, search::Searcher& searcher) {
  const std::int64_t tells = store.tells();
  const std::vector<store::TrialRow> untold_rows = store.untold();
  const std::int64_t suggested =
      replay_suggestions(config.spec.known_trials, tells, untold_rows, history);
  const std::vector<Suggestion> untold = history.pending();
  const std::vector<store::TrialRow> newest = newest_proposals(store, config, suggested);
  const double gpus = config.trial.gpus;
  std::vector<ChangedProposal> changed;
  verify_due(store, newest, 0, untold, searcher, changed);
  store.for_each_told(0, tells, config.spec.outcome_constraints, [&](store::ToldTrial& told) {
    const EndedTrial ended{std::move(told.outcome), told.is_infeasible, gpus};
    history.replay_told(ended);
    searcher.tell(ended.outcome);
    verify_due(store, newest, history.told(), untold, searcher, changed);
  });
  for (const store::TrialRow& row : untold_rows) {
    if (!is_ended(row.state)) continue;
    store::TrialEndRow end{ending_from(to_text(row.state)).value(), row.reason, row.values,
                           std::nullopt};
    const Suggestion& suggestion = row.trial.suggestion;
    EndedTrial ended{outcome_of(suggestion, end, row.elapsed_s, config.spec.objectives,
                                config.spec.outcome_constraints),
                     row.reason.starts_with("infeasible"), gpus};
    history.add_ended(std::move(ended));
  }
  return changed;
}

}  // namespace winnow::run
