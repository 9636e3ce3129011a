#include "orchestrator/ask_tell/request.hpp"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "searchers/problem/error.hpp"
#include "trainer/protocol/strict_json.hpp"

namespace winnow::run {
namespace {

constexpr double largest_integer = 9007199254740992.0;  // 2^53

/// The line with null for the words that are no JSON but that some writers use for numbers.
std::string without_words_for_numbers(std::string_view line) {
  std::string json;
  bool in_text = false;
  for (std::size_t k = 0; k < line.size();) {
    std::size_t length = 1;
    if (in_text && line[k] == '\\' && k + 1 < line.size()) length = 2;
    if (line[k] == '"') in_text = !in_text;
    bool is_number = false;
    for (const std::string_view word : {"NaN", "-Infinity", "Infinity"})
      if (!in_text && !is_number && line.substr(k).starts_with(word)) {
        is_number = true;
        length = word.size();
      }
    json += is_number ? std::string_view("null") : line.substr(k, length);
    k += length;
  }
  return json;
}

}  // namespace

Request::Request(const nlohmann::json& json, std::string place)
    : json_(json), place_(std::move(place)) {
  if (!json.is_object())
    throw ConfigError(place_.empty() ? "request" : place_,
                      fmt::format("expected an object, found {}", json.dump()));
}

bool Request::has(const char* key) const {
  const auto found = json_.find(key);
  return found != json_.end() && !found->is_null();
}

void Request::refuse(const char* key, std::string_view expected) const {
  const auto found = json_.find(key);
  throw ConfigError(place_.empty() ? key : place_ + "." + key,
                    fmt::format("expected {}, found {}", expected,
                                found == json_.end() ? "nothing" : found->dump()));
}

const nlohmann::json& Request::at(const char* key) const {
  if (!has(key)) refuse(key, "a value");
  return *json_.find(key);
}

const std::string& Request::text(const char* key) const {
  if (!has(key) || !at(key).is_string()) refuse(key, "text");
  return at(key).get_ref<const std::string&>();
}

double Request::number(const char* key) const {
  if (!has(key) || !at(key).is_number()) refuse(key, "a number");
  return at(key).get<double>();
}

std::int64_t Request::integer(const char* key) const {
  if (!has(key) || !at(key).is_number()) refuse(key, "an integer");
  const double value = at(key).get<double>();
  if (value != std::floor(value) || std::fabs(value) > largest_integer)
    refuse(key, "an integer from -2^53 to 2^53");
  return static_cast<std::int64_t>(value);
}

std::int64_t Request::integer(const char* key, std::int64_t absent) const {
  return has(key) ? integer(key) : absent;
}

bool Request::flag(const char* key, bool absent) const {
  if (!has(key)) return absent;
  if (!at(key).is_boolean()) refuse(key, "true or false");
  return at(key).get<bool>();
}

const nlohmann::json& Request::array(const char* key) const {
  if (!has(key) || !at(key).is_array() || at(key).empty())
    refuse(key, "a list with something in it");
  return at(key);
}

nlohmann::json request_line(std::string_view line) {
  return protocol::parse_strict_json(without_words_for_numbers(line));
}

}  // namespace winnow::run
