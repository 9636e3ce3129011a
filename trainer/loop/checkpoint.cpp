#include "trainer/loop/checkpoint.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "trainer/errors.hpp"
#include "trainer/protocol/manifest.hpp"
#include "trainer/weights/durable_file.hpp"
#include "trainer/weights/mapped_file.hpp"

namespace winnow::train {
namespace {

namespace fs = std::filesystem;

constexpr const char* trainable_name = "trainable.safetensors";
constexpr const char* optimizer_name = "optimizer.safetensors";
constexpr const char* state_name = "state.json";
/// Folders that are being written or removed; never read.
constexpr std::string_view unfinished_prefix = ".unfinished-";

void rename_folder(const fs::path& from, const fs::path& to) {
  std::error_code failure;
  fs::rename(from, to, failure);
  if (failure) throw FileError("rename to", to.string(), failure.value());
}

void remove_folder(const fs::path& folder) {
  // Renamed first: a half-removed folder must not carry a checkpoint's name.
  const fs::path doomed =
      folder.parent_path() / fmt::format("{}old-{}", unfinished_prefix, folder.filename().string());
  std::error_code failure;
  fs::remove_all(doomed, failure);
  rename_folder(folder, doomed);
  fs::remove_all(doomed, failure);
  if (failure) throw FileError("remove", doomed.string(), failure.value());
}

fs::path make_folder(const fs::path& folder) {
  std::error_code failure;
  fs::create_directories(folder, failure);
  if (failure) throw FileError("create folder", folder.string(), failure.value());
  return folder;
}

/// The step in a name that checkpoint_name() could have made.
std::optional<std::int64_t> step_of(const std::string& name) {
  constexpr std::string_view prefix = "step-";
  if (!name.starts_with(prefix)) return std::nullopt;
  std::int64_t step = 0;
  const char* end = name.data() + name.size();
  const auto [stopped_at, failure] = std::from_chars(name.data() + prefix.size(), end, step);
  if (failure != std::errc() || stopped_at != end || checkpoint_name(step) != name) {
    return std::nullopt;
  }
  return step;
}

/// Ascending.
std::vector<std::int64_t> steps_in(const fs::path& root) {
  std::vector<std::int64_t> steps;
  if (!fs::is_directory(root)) return steps;
  for (const fs::directory_entry& entry : fs::directory_iterator(root)) {
    if (const auto step = step_of(entry.path().filename().string())) steps.push_back(*step);
  }
  std::sort(steps.begin(), steps.end());
  return steps;
}

void remove_unfinished(const fs::path& root) {
  for (const fs::directory_entry& entry : fs::directory_iterator(root)) {
    if (!entry.path().filename().string().starts_with(unfinished_prefix)) continue;
    std::error_code failure;
    fs::remove_all(entry.path(), failure);
    if (failure) throw FileError("remove", entry.path().string(), failure.value());
  }
}

}  // namespace

NamedTensors kept_weights(const Checkpoint& checkpoint) {
  NamedTensors weights = checkpoint.trainable;
  for (auto& [name, tensor] : weights) {
    const auto average = checkpoint.optimizer.find("average." + name);
    if (average != checkpoint.optimizer.end()) tensor = average->second;
  }
  return weights;
}

std::string checkpoint_name(std::int64_t step) { return fmt::format("step-{:06}", step); }

void prepare_checkpoints(const fs::path& root) {
  make_folder(root);
  const fs::path probe = make_folder(root / fmt::format("{}probe", unfinished_prefix));
  std::error_code failure;
  fs::remove(probe, failure);
  if (failure) throw FileError("remove", probe.string(), failure.value());
}

void write_checkpoint(const fs::path& root, const Checkpoint& checkpoint) {
  make_folder(root);
  const std::string name = checkpoint_name(checkpoint.state.step);
  const fs::path unfinished = root / fmt::format("{}{}", unfinished_prefix, name);
  std::error_code failure;
  fs::remove_all(unfinished, failure);
  make_folder(unfinished);
  write_tensors(unfinished / trainable_name, checkpoint.trainable);
  write_tensors(unfinished / optimizer_name, checkpoint.optimizer);
  write_durably(unfinished / state_name, to_json(checkpoint.state).dump(2) + "\n");
  write_durably(unfinished / protocol::manifest_name, protocol::manifest_text(unfinished));
  sync_folder(unfinished);
  // Only a run that went back to an earlier checkpoint meets its own later ones.
  if (fs::exists(root / name)) remove_folder(root / name);
  rename_folder(unfinished, root / name);
  sync_folder(root);
}

Checkpoint read_checkpoint(const fs::path& folder) {
  std::error_code failure;
  if (!fs::is_directory(folder, failure)) {
    throw ConfigError(folder.string(), "expected a checkpoint folder, found " +
                                           (failure ? failure.message() : "something else"));
  }
  if (const auto fault = protocol::verify_manifest(folder)) {
    throw ConfigError(folder.string(),
                      "is a damaged checkpoint: " + *fault + "; resume from an earlier one");
  }
  const fs::path state_path = folder / state_name;
  const MappedFile state(state_path);
  const std::string text(reinterpret_cast<const char*>(state.bytes().data()), state.bytes().size());
  return {parse_run_state(text, state_path.string()), read_tensors(folder / trainable_name),
          read_tensors(folder / optimizer_name)};
}

void remove_old_checkpoints(const fs::path& root, std::size_t keep, std::int64_t best_step) {
  const std::vector<std::int64_t> steps = steps_in(root);
  for (std::size_t i = 0; i + keep < steps.size(); ++i) {
    if (steps[i] != best_step) remove_folder(root / checkpoint_name(steps[i]));
  }
  remove_unfinished(root);
}

void remove_checkpoints_beyond(const fs::path& root, std::int64_t step) {
  for (const std::int64_t found : steps_in(root)) {
    if (found > step) remove_folder(root / checkpoint_name(found));
  }
}

}  // namespace winnow::train
