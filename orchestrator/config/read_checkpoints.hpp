// The `checkpoints` block: which checkpoints of trials are kept.
#pragma once

#include "orchestrator/config/mapping_reader.hpp"
#include "orchestrator/config/study_config.hpp"

namespace winnow::run {

/// Needs: what is read and reported of `study` is the file's top level.
std::optional<CheckpointPolicy> read_checkpoints(MappingReader& study, Diagnostics& diagnostics);

}  // namespace winnow::run
