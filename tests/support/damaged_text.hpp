// Texts of files with some bytes changed, dropped and doubled, for what reads them.
#pragma once

#include <random>
#include <string>
#include <string_view>

namespace winnow::tests {

/// `valid`, which is not empty, with one to three such changes.
inline std::string damaged(const std::string& valid, std::mt19937& random) {
  constexpr std::string_view likely = "0123456789-e.,:\"{}[]tn";
  std::string text = valid;
  for (std::size_t change = 1 + random() % 3; change > 0 && !text.empty(); --change) {
    const std::size_t place = random() % text.size();
    switch (random() % 5) {
      case 0:
        text[place] = static_cast<char>(random());
        break;
      case 1:
        text.erase(place, random() % 30);
        break;
      case 2:
        text.insert(place, valid.substr(random() % valid.size(), 1 + random() % 40));
        break;
      case 3:
        text.resize(place + 1);
        break;
      default:
        text[place] = likely[random() % likely.size()];
    }
  }
  return text;
}

}  // namespace winnow::tests
