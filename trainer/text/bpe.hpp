// Byte-pair encoding (Sennrich, Haddow, Birch 2016, "Neural Machine Translation of Rare Words with
// Subword Units", section 3.2): a piece of text begins as single characters, and of all adjacent
// pairs the one that was learned first is merged, the leftmost of equals, until none is known.
// Two kinds: over bytes (Radford et al. 2019, GPT-2), and over characters with bytes as the last
// resort (Llama 2).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "trainer/text/text_hash.hpp"

namespace winnow::train {

class Bpe {
 public:
  using Vocabulary = std::unordered_map<std::string, std::int32_t, TextHash, std::equal_to<>>;

  struct Options {
    bool byte_fallback = false;    // characters without an id become tokens <0x00> … <0xFF>
    bool fuse_unknown = false;     // neighbouring unknown characters become one unknown token
    bool ignore_merges = false;    // a piece that is a token as a whole is that token
    std::int32_t unknown_id = -1;  // of characters that are nothing else; -1: they vanish
  };

  Bpe() = default;
  /// `merges` in the order in which they were learned. Throws std::invalid_argument naming a merge
  /// whose parts or whole are not in the vocabulary.
  Bpe(Vocabulary vocabulary, const std::vector<std::pair<std::string, std::string>>& merges,
      Options options);

  /// Appends the ids of one piece, given in UTF-8. Remembers pieces in a cache: one thread at a
  /// time.
  void append_ids(std::string_view piece, std::vector<std::int32_t>& ids) const;

  const Vocabulary& vocabulary() const { return vocabulary_; }

 private:
  struct Merge {
    std::int32_t rank = 0;
    std::int32_t id = 0;
  };
  using Merges = std::unordered_map<std::uint64_t, Merge>;  // by both ids

  std::vector<std::int32_t> first_symbols(std::string_view piece) const;
  bool append_bytes(std::string_view character, std::vector<std::int32_t>& symbols) const;
  void merge(std::vector<std::int32_t>& symbols) const;

  Vocabulary vocabulary_;
  Merges merges_;
  Options options_;
  std::vector<std::int32_t> byte_ids_;  // of <0x00> … <0xFF>, -1 where there is none
  mutable std::unordered_map<std::string, std::vector<std::int32_t>, TextHash, std::equal_to<>>
      cache_;
};

}  // namespace winnow::train
