#include "orchestrator/config/read_checkpoints.hpp"

#include <fmt/format.h>

namespace winnow::run {
namespace {

// Who wants more keeps all of them, by leaving the block out.
constexpr std::int64_t most_kept = 1'000'000;

void read_count(MappingReader& reader, std::string_view key, int& count, Diagnostics& diagnostics) {
  const Node* node = reader.take(key);
  if (node == nullptr) return;
  const auto read =
      read_integer(*node, fmt::format("checkpoints.{}", key), diagnostics, 0, most_kept);
  count = static_cast<int>(read.value_or(count));
}

}  // namespace

std::optional<CheckpointPolicy> read_checkpoints(MappingReader& study, Diagnostics& diagnostics) {
  const Node* node = study.take("checkpoints");
  if (node == nullptr) return std::nullopt;
  CheckpointPolicy policy;
  MappingReader reader(*node, "checkpoints", diagnostics);
  read_count(reader, "keep_best_overall", policy.best_overall, diagnostics);
  read_count(reader, "keep_best_per_trial", policy.best_per_trial, diagnostics);
  read_count(reader, "keep_latest_per_trial", policy.latest_per_trial, diagnostics);
  reader.finish();
  return policy;
}

}  // namespace winnow::run
