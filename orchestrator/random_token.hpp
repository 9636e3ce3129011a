// The random name of an attempt, by which every process of it can be found. Unlike everything else
// that is random here it must never repeat, so it comes from the system and not from the study's
// seed.
#pragma once

#include <string>

namespace winnow::run {

/// 128 random bits as 32 hexadecimal digits. Throws SystemError.
std::string random_token();

}  // namespace winnow::run
