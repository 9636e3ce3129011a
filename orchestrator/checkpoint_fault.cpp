#include "orchestrator/checkpoint_fault.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "orchestrator/process/durable_file.hpp"
#include "trainer/protocol/manifest.hpp"
#include "trainer/protocol/strict_json.hpp"

namespace winnow::run {
namespace {

bool is_beneath(const std::filesystem::path& path, const std::filesystem::path& root) {
  const auto [root_end, ignored] = std::ranges::mismatch(root, path);
  return root_end == root.end();
}

/// The step of the best checkpoint that a checkpoint of the embedded trainer leans on, by its
/// state.json (trainer/loop/run_state.cpp). Nothing for any other program's checkpoint.
std::optional<std::int64_t> best_step_of(const std::filesystem::path& folder) {
  const std::optional<std::string> text = read_file_if_present(folder / "state.json");
  if (!text) return std::nullopt;
  try {
    const nlohmann::json state = protocol::parse_strict_json(*text);
    if (!state.at("settings").at("restore_best").get<bool>()) return std::nullopt;
    const nlohmann::json& best = state.at("best_evaluation");
    return best.is_null() ? std::nullopt : std::optional(best.at("step").get<std::int64_t>());
  } catch (const protocol::JsonFault&) {  // not the trainer's
    return std::nullopt;
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;
  }
}

}  // namespace

std::optional<std::string> checkpoint_fault(const std::filesystem::path& folder,
                                            const std::filesystem::path& root) {
  std::error_code error;
  const std::filesystem::path real_root = std::filesystem::canonical(root, error);
  if (error) return root.string() + ": " + error.message();
  const std::filesystem::path real = std::filesystem::canonical(folder, error);
  if (error) return error.message();
  if (real == real_root || !is_beneath(real, real_root))
    return "it leads out of the trial's folder";
  if (!std::filesystem::is_directory(real, error)) return "it is no folder";
  if (!std::filesystem::exists(real / protocol::manifest_name, error)) return std::nullopt;
  return protocol::verify_manifest(real);
}

std::optional<std::string> resume_fault(const std::filesystem::path& folder,
                                        const std::filesystem::path& root) {
  if (std::optional<std::string> fault = checkpoint_fault(folder, root)) return fault;
  const std::optional<std::int64_t> best_step = best_step_of(folder);
  if (!best_step) return std::nullopt;
  const std::string name = fmt::format("step-{:06}", *best_step);
  const std::optional<std::string> fault = checkpoint_fault(root / name, root);
  if (!fault) return std::nullopt;
  return fmt::format("the best checkpoint so far, {}, is damaged: {}", name, *fault);
}

}  // namespace winnow::run
