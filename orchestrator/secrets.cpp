#include "orchestrator/secrets.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

namespace winnow::run {

bool looks_secret(std::string_view variable) {
  constexpr std::array<std::string_view, 7> words = {"KEY",    "TOKEN",   "SECRET",     "PASSWORD",
                                                     "PASSWD", "PASSKEY", "CREDENTIALS"};
  if (variable == "WINNOW_TOKEN") return false;
  std::string word;
  const auto ends_secret = [&] {
    return std::ranges::find(words, std::exchange(word, {})) != words.end();
  };
  for (const char c : variable) {
    if (c == '_' && ends_secret()) return true;
    if (c != '_') word += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return ends_secret();
}

std::string shown_value(std::string_view variable, const std::string& value) {
  return looks_secret(variable) ? std::string(hidden_value) : value;
}

}  // namespace winnow::run
