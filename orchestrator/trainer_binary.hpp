// Where the embedded trainer's program is: WINNOW_TRAINER, else beside the running winnow.
#pragma once

#include <filesystem>

namespace winnow::run {

/// Throws SystemError naming where it was looked for when it is not an executable file there.
std::filesystem::path trainer_path();

}  // namespace winnow::run
