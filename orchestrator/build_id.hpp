// Which build of winnow this is: two of one version may differ.
#pragma once

#include <string>

namespace winnow::run {

/// The build id that the linker put into this program (NT_GNU_BUILD_ID), in hexadecimal; "" where
/// it was told not to.
std::string build_id();

}  // namespace winnow::run
