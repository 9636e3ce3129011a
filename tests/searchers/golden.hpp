// Numbers from a second implementation, in tests/searchers/data. Each file's "origin" names it.
#pragma once

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

namespace winnow::tests {

inline nlohmann::json golden(const std::string& file) {
  return nlohmann::json::parse(
      std::ifstream(std::string(WINNOW_SOURCE_DIR) + "/tests/searchers/data/" + file));
}

}  // namespace winnow::tests
