// What the orchestrator tells an attempt through environment variables. All are optional, so that
// the trainer runs by hand.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

namespace winnow::train {

struct Environment {
  std::optional<std::filesystem::path> report_file;     // WINNOW_REPORT_FILE
  std::optional<std::filesystem::path> control_file;    // WINNOW_CONTROL_FILE
  std::optional<std::filesystem::path> checkpoint_dir;  // WINNOW_CHECKPOINT_DIR
  std::optional<std::filesystem::path> resume_from;     // WINNOW_RESUME_FROM
  std::optional<std::uint64_t> seed;                    // WINNOW_SEED
  std::optional<std::uint64_t> data_seed;               // WINNOW_DATA_SEED
  std::optional<std::int64_t> max_steps;                // WINNOW_MAX_STEPS: budget, not schedule
};

/// An empty variable counts as absent. Throws ConfigError for numbers that are none.
Environment read_environment();

}  // namespace winnow::train
