#include "trainer/protocol/strict_json.hpp"

#include <fmt/format.h>

#include <set>
#include <string>
#include <vector>

#include "trainer/protocol/utf8.hpp"

namespace winnow::protocol {
namespace {

/// Watches the parser and stops it before a value that we refuse is built.
class Guard {
 public:
  explicit Guard(int max_depth) : max_depth_(max_depth) {}

  bool operator()(int depth, nlohmann::json::parse_event_t event, nlohmann::json& parsed) {
    using Event = nlohmann::json::parse_event_t;
    if (event == Event::object_start || event == Event::array_start) {
      if (depth >= max_depth_) {
        throw JsonFault(fmt::format("nested more than {} levels deep", max_depth_));
      }
      names_.emplace_back();
    } else if (event == Event::object_end || event == Event::array_end) {
      names_.pop_back();
    } else if (event == Event::key) {
      const auto& name = parsed.get_ref<const std::string&>();
      if (!names_.back().insert(name).second) {
        throw JsonFault(fmt::format("the name \"{}\" is given twice in one object", name));
      }
    }
    return true;
  }

 private:
  int max_depth_;
  std::vector<std::set<std::string>> names_;  // of every object that is open
};

/// The library's message without its "[json.exception.parse_error.101] " mark.
std::string plain_words(const nlohmann::json::exception& error) {
  const std::string_view message = error.what();
  const std::size_t end = message.find("] ");
  return std::string(end == std::string_view::npos ? message : message.substr(end + 2));
}

}  // namespace

nlohmann::json parse_strict_json(std::string_view text, int max_depth) {
  if (const auto bad = first_byte_not_utf8(text)) {
    throw JsonFault(fmt::format("not UTF-8 text (byte {} of {})", *bad + 1, text.size()));
  }
  // The parser takes a zero byte for the end of the text and would ignore what follows it.
  if (const std::size_t zero = text.find('\0'); zero != std::string_view::npos) {
    throw JsonFault(fmt::format("not JSON: byte {} is zero", zero + 1));
  }
  try {
    return nlohmann::json::parse(text.begin(), text.end(), Guard(max_depth));
  } catch (const nlohmann::json::exception& error) {
    throw JsonFault("not JSON: " + plain_words(error));
  }
}

}  // namespace winnow::protocol
