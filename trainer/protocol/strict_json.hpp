// Reads JSON that someone else wrote: nesting is limited before anything is built, duplicate names
// and text that is not UTF-8 are refused. Every JSON text that enters the trainer, and every report
// line, comes through here.
#pragma once

#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string_view>

namespace winnow::protocol {

/// The text is not the JSON we accept; what() is a sentence without a place.
class JsonFault : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Deep enough for every format read here (the deepest, tokenizer.json, uses 5), shallow enough for
/// recursive copies and destructors. Origin: reliability figure for files of others.
inline constexpr int max_json_depth = 8;

/// Parses one complete JSON text. `depth` counts nested objects and arrays: {"a":[1]} has 2.
/// Throws JsonFault.
nlohmann::json parse_strict_json(std::string_view text, int max_depth = max_json_depth);

}  // namespace winnow::protocol
