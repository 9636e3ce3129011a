#include <fmt/format.h>

#include <iostream>
#include <nlohmann/json.hpp>

#include "trainer/arguments.hpp"
#include "trainer/text/tokenizer.hpp"
#include "trainer/verbs/verb.hpp"

namespace winnow::train {
namespace {

// What is asked for is all ids of a line; no line comes near this.
constexpr long most_ids = 1L << 30;

}  // namespace

int run_tokenize(Words words) {
  const Arguments arguments({{"DIR"}, {"max-length"}, {}}, words);
  const std::filesystem::path folder = arguments.positional(0);
  const Tokenizer tokenizer = Tokenizer::load(folder / "tokenizer.json");
  const auto least = static_cast<long>(tokenizer.special_tokens()) + 1;
  const auto max_length =
      static_cast<std::size_t>(arguments.integer("max-length", most_ids, least, most_ids));
  std::ios::sync_with_stdio(false);
  std::string out;
  for (std::string line; std::getline(std::cin, line);) {
    out = nlohmann::json(tokenizer.encode(line, max_length)).dump();
    out += '\n';
    std::fwrite(out.data(), 1, out.size(), stdout);
  }
  return 0;
}

}  // namespace winnow::train
