// A JSON file as a whole, read with the strictness of protocol/strict_json.hpp.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>

namespace winnow::train {

/// Throws ConfigError naming the file when it cannot be read or is no JSON.
nlohmann::json read_json_file(const std::filesystem::path& path);

}  // namespace winnow::train
