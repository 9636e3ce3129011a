// The `executor` key: where trials run.
#pragma once

#include "orchestrator/config/mapping_reader.hpp"

namespace winnow::run {

/// `local`, alone or as {type: local}: the only one of this version. One that the language has a
/// word for, Slurm, is refused as such, and its settings are checked all the same.
void read_executor(MappingReader& study, Diagnostics& diagnostics);

}  // namespace winnow::run
