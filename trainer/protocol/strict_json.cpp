#include "trainer/protocol/strict_json.hpp"

#include <fmt/format.h>

#include <set>
#include <string>
#include <vector>

namespace winnow::protocol {
namespace {

/// The byte at which `text` stops being UTF-8 (RFC 3629: no surrogates, no overlong forms, nothing
/// beyond U+10FFFF), or npos.
std::size_t first_bad_byte(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t length = lead < 0x80   ? 1
                               : lead < 0xC2 ? 0
                               : lead < 0xE0 ? 2
                               : lead < 0xF0 ? 3
                               : lead < 0xF5 ? 4
                                             : 0;
    if (length == 0 || i + length > text.size()) return i;
    for (std::size_t k = 1; k < length; ++k) {
      const auto byte = static_cast<unsigned char>(text[i + k]);
      unsigned low = 0x80;
      unsigned high = 0xBF;
      if (k == 1 && lead == 0xE0) low = 0xA0;
      if (k == 1 && lead == 0xED) high = 0x9F;
      if (k == 1 && lead == 0xF0) low = 0x90;
      if (k == 1 && lead == 0xF4) high = 0x8F;
      if (byte < low || byte > high) return i;
    }
    i += length;
  }
  return std::string_view::npos;
}

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
  if (const std::size_t bad = first_bad_byte(text); bad != std::string_view::npos) {
    throw JsonFault(fmt::format("not UTF-8 text (byte {} of {})", bad + 1, text.size()));
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
