// Checkpoints: folders step-000200 in which everything lies that is needed to go on from step 200,
// to the bit. A folder under that name is whole: it is written under another name, file by file
// synced, closed by a manifest, and then renamed.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "trainer/loop/run_state.hpp"
#include "trainer/model/tensors.hpp"

namespace winnow::train {

struct Checkpoint {
  RunState state;
  NamedTensors trainable;  // trained tensors only; the rest is the pretrained model's
  NamedTensors optimizer;
};

/// The weights that a checkpoint is kept for: the averages where there are some.
NamedTensors kept_weights(const Checkpoint& checkpoint);

/// step-000200
std::string checkpoint_name(std::int64_t step);

/// Makes `root` and tries that folders can be made in it, so that a wrong place is found before
/// hours of work and not after. Throws FileError.
void prepare_checkpoints(const std::filesystem::path& root);

/// Writes `root`/step-N durably, in place of an older one of that name. Throws FileError.
void write_checkpoint(const std::filesystem::path& root, const Checkpoint& checkpoint);

/// Verifies the manifest, then reads. Throws ConfigError for a folder that is damaged or none.
Checkpoint read_checkpoint(const std::filesystem::path& folder);

/// Removes all but the `keep` latest checkpoints and the one of `best_step`, and what interrupted
/// writers left behind. Other names are left alone.
void remove_old_checkpoints(const std::filesystem::path& root, std::size_t keep,
                            std::int64_t best_step);

/// Removes checkpoints beyond `step`: a run that goes on from there makes them anew. The one of
/// `step` stays.
void remove_checkpoints_beyond(const std::filesystem::path& root, std::int64_t step);

}  // namespace winnow::train
