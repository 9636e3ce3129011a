#include "orchestrator/export/checkpoint_choice.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "orchestrator/report/terminal_text.hpp"
#include "storage/sqlite.hpp"
#include "trainer/protocol/manifest.hpp"

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

bool is_beneath(const std::filesystem::path& path, const std::filesystem::path& root) {
  const auto [root_end, ignored] = std::ranges::mismatch(root, path);
  return root_end == root.end();
}

// Why a checkpoint cannot be used; nothing when it can.
std::optional<std::string> fault_of(const std::filesystem::path& folder,
                                    const std::filesystem::path& root) {
  std::error_code error;
  const std::filesystem::path real = std::filesystem::canonical(folder, error);
  if (error) return error.message();
  if (real == root || !is_beneath(real, root)) return "it leads out of the trial's folder";
  if (!std::filesystem::is_directory(real, error)) return "it is no folder";
  if (!std::filesystem::exists(real / protocol::manifest_name, error)) return std::nullopt;
  return protocol::verify_manifest(real);
}

}  // namespace

CheckpointChoice choose_checkpoint(const store::Store& store, const StudyFolder& folder,
                                   TrialNumber trial) {
  CheckpointChoice choice;
  std::vector<store::CheckpointRow> rows = store.checkpoints(trial);  // newest first
  if (const std::optional<std::int64_t> step = step_of_last_report(store, trial)) {
    std::ranges::stable_partition(
        rows, [&](const store::CheckpointRow& row) { return row.step == *step; });
  }
  std::error_code error;  // without a folder there is nothing to find in it
  const auto root = std::filesystem::canonical(folder.checkpoints(trial), error);
  for (const store::CheckpointRow& row : rows) {
    const std::filesystem::path candidate = root / row.path;
    const auto fault = error ? std::optional(error.message()) : fault_of(candidate, root);
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
