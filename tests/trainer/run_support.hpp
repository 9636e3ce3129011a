// Runs the training loop on the tiny model inside the test, and reads what it reported.
#pragma once

#include <filesystem>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "tests/trainer/tiny_model.hpp"
#include "trainer/loop/checkpoint.hpp"
#include "trainer/loop/machine.hpp"
#include "trainer/loop/train.hpp"

namespace winnow::tests {

/// A run's place: its checkpoints and what it reported.
struct RunFolder {
  std::filesystem::path path;
  std::filesystem::path checkpoints() const { return path / "checkpoints"; }
  std::filesystem::path reports() const { return path / "reports.jsonl"; }
  std::filesystem::path checkpoint(std::int64_t step) const {
    return checkpoints() / train::checkpoint_name(step);
  }
};

/// One thread, for BLAS too, as the binary has it: bits depend on the number. Once a process.
inline void use_one_thread() {
  static const bool done = (train::set_threads(1), true);
  static_cast<void>(done);
}

inline train::RunEnd run_tiny(const RunFolder& folder, const nlohmann::json& settings,
                              std::optional<std::filesystem::path> resume_from = {},
                              std::optional<std::int64_t> max_steps = {},
                              std::optional<std::filesystem::path> control_file = {}) {
  use_one_thread();
  std::filesystem::create_directories(folder.path);
  train::Environment environment;
  environment.report_file = folder.reports();
  environment.checkpoint_dir = folder.checkpoints();
  environment.resume_from = std::move(resume_from);
  environment.max_steps = max_steps;
  environment.control_file = control_file;
  const train::TrainConfig config = train::parse_config(settings, environment);
  train::Reporter reporter(environment.report_file);
  train::StopRequest stop(environment.control_file);
  return train::train(config, environment, stop, reporter);
}

/// All report lines as JSON, without the times, which differ from run to run.
inline std::vector<nlohmann::json> reports(const RunFolder& folder) {
  std::vector<nlohmann::json> lines;
  std::istringstream text(read_text(folder.reports()));
  for (std::string line; std::getline(text, line);) {
    lines.push_back(nlohmann::json::parse(line));
    lines.back().erase("elapsed_s");
  }
  return lines;
}

inline std::vector<nlohmann::json> reports_of_type(const RunFolder& folder, const char* type) {
  std::vector<nlohmann::json> found;
  for (const nlohmann::json& line : reports(folder)) {
    if (line.at("type") == type) found.push_back(line);
  }
  return found;
}

inline bool same_tensors(const std::filesystem::path& a, const std::filesystem::path& b) {
  for (const char* name : {"trainable.safetensors", "optimizer.safetensors"}) {
    if (read_text(a / name) != read_text(b / name)) return false;
  }
  return true;
}

}  // namespace winnow::tests
