// The files that the trials of a study read, as they were when it began. A trial of other rows or
// another model says nothing about the trials before it, so what has changed between two sessions
// is not passed over.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "orchestrator/config/study_config.hpp"
#include "storage/store.hpp"

namespace winnow::run {

struct InputFile {
  std::string path;  // absolute
  std::uintmax_t bytes = 0;
  std::int64_t modified_ns = 0;  // of the file system's clock
  std::string sha256 = {};       // 64 hexadecimal digits
  bool operator==(const InputFile&) const = default;
};

/// The files that the settings of the embedded trainer name: data as they are, of folders every
/// .json and .safetensors file directly in them; without their sums. In order of path. None of a
/// command, which says nowhere what it reads.
std::vector<InputFile> input_files(const StudyConfig& config);

enum class ChangedInputs { refuse, accept };

/// Puts the files on record when the study begins; later compares those there are now with the
/// record, by size and time of change, and where these differ by content. Throws StudyFileError
/// with every file that differs unless changes are accepted; then they are on record, and in
/// `notes`. In strict mode they are never accepted: no order of trials would give the same results.
void hold_inputs(store::Store& store, const StudyConfig& config, const std::string& study,
                 ChangedInputs changed, std::vector<std::string>& notes);

}  // namespace winnow::run
