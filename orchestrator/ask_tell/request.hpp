// One JSON object that a client of `winnow ask-tell` wrote, read key by key. What is missing or of
// another type is a ConfigError whose place is "PLACE.KEY"; keys that nobody reads are ignored, and
// a null is as good as an absent key.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace winnow::run {

class Request {
 public:
  /// `json` must outlive it. An empty `place`: keys stand alone.
  Request(const nlohmann::json& json, std::string place);

  bool has(const char* key) const;
  const nlohmann::json& at(const char* key) const;

  const std::string& text(const char* key) const;
  double number(const char* key) const;
  /// Also 3.0; from −2^53 to 2^53, beyond which readers that use doubles lose digits.
  std::int64_t integer(const char* key) const;
  std::int64_t integer(const char* key, std::int64_t absent) const;
  bool flag(const char* key, bool absent) const;
  const nlohmann::json& array(const char* key) const;

 private:
  [[noreturn]] void refuse(const char* key, std::string_view expected) const;

  const nlohmann::json& json_;
  std::string place_;
};

/// A line as JSON. NaN, Infinity and −Infinity, which Python's json writes, are read as null.
/// Throws protocol::JsonFault.
nlohmann::json request_line(std::string_view line);

}  // namespace winnow::run
