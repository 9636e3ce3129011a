#include "trainer/text/byte_alphabet.hpp"

#include <array>
#include <unordered_map>

#include "trainer/text/unicode.hpp"

namespace winnow::train {
namespace {

bool stands_for_itself(unsigned byte) {
  return (byte >= 0x21 && byte <= 0x7E) || (byte >= 0xA1 && byte <= 0xAC) || byte >= 0xAE;
}

struct Alphabet {
  std::array<std::string, 256> texts;
  std::unordered_map<char32_t, char> bytes;

  Alphabet() {
    char32_t next = 0x100;
    for (unsigned byte = 0; byte < 256; ++byte) {
      const char32_t character = stands_for_itself(byte) ? static_cast<char32_t>(byte) : next++;
      append_utf8(texts[byte], character);
      bytes.emplace(character, static_cast<char>(byte));
    }
  }
};

const Alphabet& alphabet() {
  static const Alphabet made;
  return made;
}

}  // namespace

std::string to_byte_alphabet(std::string_view bytes) {
  const Alphabet& known = alphabet();
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const char byte : bytes) text += known.texts[static_cast<unsigned char>(byte)];
  return text;
}

std::optional<std::string> from_byte_alphabet(std::string_view token) {
  const Alphabet& known = alphabet();
  std::string bytes;
  for (const char32_t character : decode_utf8(token)) {
    const auto found = known.bytes.find(character);
    if (found == known.bytes.end()) return std::nullopt;
    bytes += found->second;
  }
  return bytes;
}

}  // namespace winnow::train
