#include "orchestrator/export/checkpoint_choice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "orchestrator/checkpoint_fault.hpp"
#include "orchestrator/report/terminal_text.hpp"
#include "storage/sqlite.hpp"

namespace winnow::run {
namespace {

// The order of lines, which the typed reading verbs do not keep: a trial that ends with its best
// weights reports an earlier step last.
std::optional<std::int64_t> step_of_last_report(const store::Store& store, TrialNumber trial) {
  return store.connection().first<std::int64_t>(
      "SELECT m.step FROM measurements m JOIN attempts a ON a.id = m.attempt"
      " WHERE a.trial = ?1 AND m.superseded = 0 ORDER BY a.ordinal DESC, m.line DESC LIMIT 1",
      trial.value);
}

/// The step whose value counts for the trial: where the best report counts, the step of that.
std::optional<std::int64_t> counted_step(const store::Store& store, TrialNumber trial) {
  const Objective objective = store.study().objectives.front();
  if (objective.aggregate != Aggregate::best) return step_of_last_report(store, trial);
  std::optional<Measurement> best;
  for (const Measurement& measurement : store.measurements(trial, objective.metric)) {
    if (!std::isfinite(measurement.value)) continue;
    const bool is_better =
        !best || to_loss(objective, measurement.value) < to_loss(objective, best->value);
    if (is_better) best = measurement;
  }
  return best ? std::optional(best->step) : step_of_last_report(store, trial);
}

}  // namespace

CheckpointChoice choose_checkpoint(const store::Store& store, const StudyFolder& folder,
                                   TrialNumber trial) {
  CheckpointChoice choice;
  std::vector<store::CheckpointRow> rows = store.checkpoints(trial);  // newest first
  if (const std::optional<std::int64_t> step = counted_step(store, trial)) {
    std::ranges::stable_partition(
        rows, [&](const store::CheckpointRow& row) { return row.step == *step; });
  }
  const std::filesystem::path root = folder.checkpoints(trial);
  for (const store::CheckpointRow& row : rows) {
    const std::filesystem::path candidate = root / row.path;
    const std::optional<std::string> fault = checkpoint_fault(candidate, root);
    if (!fault) {
      choice.folder = std::filesystem::canonical(candidate);
      return choice;
    }
    choice.refused.push_back(fmt::format("checkpoint {} is not used: {}", terminal_text(row.path),
                                         terminal_text(*fault)));
  }
  return choice;
}

}  // namespace winnow::run
