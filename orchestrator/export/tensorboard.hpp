// A study as TensorBoard shows it: a run for each trial, with its curves, its parameters and its
// final values.
#pragma once

#include <filesystem>

#include "storage/store.hpp"

namespace winnow::run {

/// Makes `folder` with a folder for each trial that has begun: "trial-0007" with one event file.
/// Times are those at which the numbers were reported. Throws SystemError.
void write_tensorboard(const store::Store& store, const std::filesystem::path& folder);

}  // namespace winnow::run
