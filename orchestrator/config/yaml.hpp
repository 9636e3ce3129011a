// A small document tree over libfyaml, with the position of everything. YAML and JSON are read
// alike. Of YAML only plain data is accepted: no tags, anchors, aliases, merge keys, second
// documents. Nothing here knows what a study is; scalars stay text until someone asks what they
// mean (scalar.hpp).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "orchestrator/config/diagnostic.hpp"

namespace winnow::run {

struct Entry;

struct Node {
  enum class Kind { scalar, sequence, mapping };

  Kind kind = Kind::scalar;
  Position at;
  std::string text;            // of a scalar
  bool plain = false;          // a scalar without quotes: may be a number, a boolean or null
  std::vector<Node> items;     // of a sequence
  std::vector<Entry> entries;  // of a mapping, in the order of the file, keys distinct

  /// The value of a mapping's key, or nullptr.
  const Node* find(std::string_view key) const;
};

struct Entry {
  std::string key;
  Position key_at;
  Node value;
};

/// How much is read before anything is built from it.
struct YamlLimits {
  std::size_t bytes;
  std::size_t scalars;  // keys included
  int depth;
};

/// For what users write. Origin: interfaces of the project, reliability figures for study files;
/// the scalars are those of a parameter with as many choices as it may have, and as many again.
inline constexpr YamlLimits user_file_limits{.bytes = 1 << 20, .scalars = 20'000, .depth = 32};
/// For the normalised form of such a file, which writes out up to eight words for one.
inline constexpr YamlLimits normalised_limits{.bytes = 8 << 20, .scalars = 160'000, .depth = 32};

/// The document's root; nothing when the text cannot be read at all, and then `diagnostics` has an
/// error. Also with a root there may be errors (duplicate keys, anchors): reading went on past
/// them.
std::optional<Node> parse_yaml(std::string_view text, const YamlLimits& limits,
                               Diagnostics& diagnostics);

/// The node that a key path like "parameters.lr.min" leads to, as far as it goes. A key may itself
/// contain dots; `[3]` is an item.
const Node& resolve_path(const Node& root, std::string_view path);

}  // namespace winnow::run
