// The tokenizer table of llama2.c: what becomes of it encodes as that project does.
#include "trainer/text/llama2c_vocabulary.hpp"

#include <catch2/catch.hpp>
#include <cstring>
#include <map>
#include <random>

#include "tests/support/temporary_folder.hpp"
#include "trainer/errors.hpp"
#include "trainer/text/tokenizer.hpp"

using namespace winnow;
using namespace winnow::tests;
using namespace winnow::train;

namespace {

using Table = std::vector<std::pair<std::string, float>>;

constexpr std::int32_t first_merged = 259;

/// Special tokens and bytes, characters with the worst scores, and merges that compete: "ab" before
/// "bc", " a" between them, and two ways to "abc".
Table small_table() {
  Table table = {{"<unk>", 0.0f}, {"\n<s>\n", 0.0f}, {"\n</s>\n", 0.0f}};
  for (int byte = 0; byte < 256; ++byte) table.push_back({"", 0.0f});
  const std::vector<std::string> pieces = {"ab", " a",  "bc", "abc", " abc", "  ", "cc",
                                           "ca", "bca", " ",  "a",   "b",    "c",  "\u00e9"};
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    table.push_back({pieces[i], -static_cast<float>(i + 1)});
  }
  return table;
}

std::vector<std::byte> bytes_of(const Table& table) {
  std::vector<std::byte> bytes(4);
  const auto append = [&](const void* from, std::size_t count) {
    const auto* begin = static_cast<const std::byte*>(from);
    bytes.insert(bytes.end(), begin, begin + count);
  };
  for (const auto& [text, score] : table) {
    const auto size = static_cast<std::int32_t>(text.size());
    append(&score, sizeof score);
    append(&size, sizeof size);
    append(text.data(), text.size());
  }
  return bytes;
}

/// encode() of llama2.c's run.c: a blank first, characters or their bytes, then always the best
/// pair, the first of equals.
std::vector<std::int32_t> reference(const Table& table, const std::string& text) {
  std::map<std::string, std::int32_t> ids;
  for (std::size_t id = first_merged; id < table.size(); ++id) {
    ids[table[id].first] = static_cast<std::int32_t>(id);
  }
  std::vector<std::int32_t> tokens = {1};
  if (text.empty()) return tokens;
  std::vector<std::int32_t> rest;
  const std::string marked = " " + text;
  for (std::size_t at = 0; at < marked.size();) {
    std::size_t end = at + 1;
    while (end < marked.size() && (marked[end] & 0xC0) == 0x80) ++end;
    const auto known = ids.find(marked.substr(at, end - at));
    if (known != ids.end()) {
      rest.push_back(known->second);
    } else {
      for (; at < end; ++at) rest.push_back(3 + static_cast<unsigned char>(marked[at]));
    }
    at = end;
  }
  for (;;) {
    float best = -1e10f;
    std::size_t place = rest.size();
    std::int32_t merged = 0;
    for (std::size_t i = 0; i + 1 < rest.size(); ++i) {
      const auto left = static_cast<std::size_t>(rest[i]);
      const auto right = static_cast<std::size_t>(rest[i + 1]);
      const auto found = ids.find(table[left].first + table[right].first);
      const bool bytes = left < first_merged || right < first_merged;
      if (bytes || found == ids.end()) continue;
      const float score = table[static_cast<std::size_t>(found->second)].second;
      if (score <= best) continue;
      best = score;
      place = i;
      merged = found->second;
    }
    if (place == rest.size()) break;
    rest[place] = merged;
    rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(place) + 1);
  }
  tokens.insert(tokens.end(), rest.begin(), rest.end());
  return tokens;
}

nlohmann::json tokenizer_of(const Table& table) {
  return llama2c_tokenizer(bytes_of(table), static_cast<std::int64_t>(table.size()), "table");
}

}  // namespace

TEST_CASE("a table of llama2.c encodes texts as that project does") {
  const TemporaryFolder folder;
  const Table table = small_table();
  write_text(folder / "tokenizer.json", tokenizer_of(table).dump());
  const Tokenizer tokenizer = Tokenizer::load(folder / "tokenizer.json");
  CHECK(tokenizer.vocabulary_size() == table.size());
  CHECK(tokenizer.encode("abc", 100) == std::vector<std::int32_t>{1, first_merged + 4});
  std::mt19937 random(7);
  const std::vector<std::string> parts = {"a", "b", "c", " ", "\u00e9", "x", "\n"};
  for (int round = 0; round < 400; ++round) {
    std::string text;
    for (auto left = random() % 12; left > 0; --left) text += parts[random() % parts.size()];
    INFO('"' << text << '"');
    CHECK(tokenizer.encode(text, 100) == reference(table, text));
    CHECK(tokenizer.decode(tokenizer.encode(text, 100)) == text);
  }
}

TEST_CASE("damaged tables of llama2.c are refused") {
  const auto refused = [](const std::vector<std::byte>& bytes, std::size_t vocabulary) {
    CHECK_THROWS_AS(llama2c_tokenizer(bytes, static_cast<std::int64_t>(vocabulary), "table"),
                    ConfigError);
  };
  const Table table = small_table();
  const std::vector<std::byte> whole = bytes_of(table);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    refused({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)}, table.size());
  }
  refused(whole, table.size() - 1);
  refused(whole, 258);
  for (const std::string& text : {std::string("\xff"), std::string(), std::string("ab"),
                                  std::string(1025, 'a'), std::string("<0x41>")}) {
    Table changed = table;
    changed.push_back({text, -100.0f});
    refused(bytes_of(changed), changed.size());
  }
  std::vector<std::byte> negative = whole;
  const std::int32_t size = -1;
  std::memcpy(negative.data() + 8, &size, sizeof size);
  refused(negative, table.size());
}
