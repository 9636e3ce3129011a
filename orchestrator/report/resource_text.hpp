// What trials use, for people.
#pragma once

#include <cstdint>
#include <string>

#include "storage/records.hpp"

namespace winnow::run {

/// "14 MiB", rounded up.
std::string bytes_text(std::int64_t bytes);

/// "12288 MiB 87 % 3500 J": what the driver has said of the devices; empty where it said nothing.
std::string gpu_use_text(const store::ResourceUse& use);

}  // namespace winnow::run
