#include "trainer/text/bpe.hpp"

#include <fmt/format.h>

#include <queue>
#include <stdexcept>

namespace winnow::train {
namespace {

// As many pieces as a large vocabulary has words, and none so long that it hardly comes again.
constexpr std::size_t cached_pieces = 1 << 17;
constexpr std::size_t longest_cached_bytes = 64;

std::uint64_t pair_key(std::int32_t left, std::int32_t right) {
  return (static_cast<std::uint64_t>(static_cast<std::uint32_t>(left)) << 32) |
         static_cast<std::uint32_t>(right);
}

/// Bytes of the UTF-8 character that begins here; the text is well formed.
std::size_t character_length(char first) {
  const auto lead = static_cast<unsigned char>(first);
  return lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
}

/// A possible merge, ordered so that a priority queue gives the earliest learned, leftmost one.
struct Candidate {
  std::int32_t rank;
  std::uint32_t place;  // of the left symbol
  std::int32_t left, right, merged;
  bool operator<(const Candidate& other) const {
    return rank != other.rank ? rank > other.rank : place > other.place;
  }
};

}  // namespace

Bpe::Bpe(Vocabulary vocabulary, const std::vector<std::pair<std::string, std::string>>& merges,
         Options options)
    : vocabulary_(std::move(vocabulary)), options_(options), byte_ids_(256, -1) {
  const auto id_of = [&](const std::string& token, std::size_t rank) {
    const auto found = vocabulary_.find(token);
    if (found != vocabulary_.end()) return found->second;
    throw std::invalid_argument(
        fmt::format("merge {} needs \"{}\", which is not in the vocabulary", rank, token));
  };
  merges_.reserve(merges.size());
  for (std::size_t rank = 0; rank < merges.size(); ++rank) {
    const auto& [left, right] = merges[rank];
    merges_.emplace(pair_key(id_of(left, rank), id_of(right, rank)),
                    Merge{static_cast<std::int32_t>(rank), id_of(left + right, rank)});
  }
  for (int byte = 0; byte < 256; ++byte) {
    const auto found = vocabulary_.find(fmt::format("<0x{:02X}>", byte));
    if (found != vocabulary_.end()) byte_ids_[static_cast<std::size_t>(byte)] = found->second;
  }
}

bool Bpe::append_bytes(std::string_view character, std::vector<std::int32_t>& symbols) const {
  for (const char c : character) {
    if (byte_ids_[static_cast<unsigned char>(c)] < 0) return false;
  }
  for (const char c : character) symbols.push_back(byte_ids_[static_cast<unsigned char>(c)]);
  return true;
}

std::vector<std::int32_t> Bpe::first_symbols(std::string_view piece) const {
  std::vector<std::int32_t> symbols;
  bool after_unknown = false;
  for (std::size_t place = 0; place < piece.size();) {
    const std::string_view character = piece.substr(place, character_length(piece[place]));
    place += character.size();
    const auto found = vocabulary_.find(character);
    const bool known = found != vocabulary_.end();
    if (known) symbols.push_back(found->second);
    if (known || (options_.byte_fallback && append_bytes(character, symbols))) {
      after_unknown = false;
    } else if (options_.unknown_id >= 0 && !(options_.fuse_unknown && after_unknown)) {
      symbols.push_back(options_.unknown_id);
      after_unknown = true;
    }
  }
  return symbols;
}

void Bpe::merge(std::vector<std::int32_t>& symbols) const {
  constexpr std::uint32_t none = ~0u;
  const auto count = static_cast<std::uint32_t>(symbols.size());
  std::vector<std::uint32_t> next(count), previous(count);
  std::priority_queue<Candidate> candidates;
  const auto consider = [&](std::uint32_t left, std::uint32_t right) {
    const auto found = merges_.find(pair_key(symbols[left], symbols[right]));
    if (found == merges_.end()) return;
    candidates.push({found->second.rank, left, symbols[left], symbols[right], found->second.id});
  };
  for (std::uint32_t i = 0; i < count; ++i) {
    previous[i] = i == 0 ? none : i - 1;
    next[i] = i + 1 == count ? none : i + 1;
  }
  for (std::uint32_t i = 0; i + 1 < count; ++i) consider(i, i + 1);
  constexpr std::int32_t gone = -1;
  while (!candidates.empty()) {
    const Candidate best = candidates.top();
    candidates.pop();
    const std::uint32_t left = best.place;
    const std::uint32_t right = next[left];
    // Left over from before a neighbour was merged.
    if (symbols[left] != best.left || right == none || symbols[right] != best.right) continue;
    symbols[left] = best.merged;
    symbols[right] = gone;
    next[left] = next[right];
    if (next[left] != none) previous[next[left]] = left;
    if (previous[left] != none) consider(previous[left], left);
    if (next[left] != none) consider(left, next[left]);
  }
  std::erase(symbols, gone);
}

void Bpe::append_ids(std::string_view piece, std::vector<std::int32_t>& ids) const {
  if (const auto known = cache_.find(piece); known != cache_.end()) {
    ids.insert(ids.end(), known->second.begin(), known->second.end());
    return;
  }
  std::vector<std::int32_t> symbols;
  const auto whole = options_.ignore_merges ? vocabulary_.find(piece) : vocabulary_.end();
  if (whole != vocabulary_.end()) {
    symbols.push_back(whole->second);
  } else {
    symbols = first_symbols(piece);
    merge(symbols);
  }
  ids.insert(ids.end(), symbols.begin(), symbols.end());
  if (piece.size() <= longest_cached_bytes && cache_.size() < cached_pieces) {
    cache_.emplace(piece, std::move(symbols));
  }
}

}  // namespace winnow::train
