// Reads mappings of a study file key by key. Every key that is asked for is thereby known; what
// remains at the end is reported as unknown, with the nearest known name. Also the typed reads of
// one value.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "orchestrator/config/diagnostic.hpp"
#include "orchestrator/config/yaml.hpp"
#include "searchers/problem/error.hpp"
#include "searchers/problem/value.hpp"

namespace winnow::run {

/// One mapping. A node that is no mapping is reported once, and then reads like an empty one.
class MappingReader final {
 public:
  /// `what`: how messages call it, "limits". `form`: what it should look like. Needs: node and
  /// diagnostics outlive the reader.
  MappingReader(const Node& node, std::string_view what, Diagnostics& diagnostics,
                std::string_view form = "a mapping of keys to values");

  /// The value of `key`, or nullptr when it is not there.
  const Node* take(std::string_view key);
  /// The same; its absence is an error. What stands under a slip of the pen is read all the same,
  /// so that its faults are reported as well.
  const Node* require(std::string_view key);
  /// A key that a later version may know: its presence is an error that says so.
  void not_supported(std::string_view key, std::string_view instead = "");
  /// Where `key` stands; the mapping itself when it is not there.
  Position at(std::string_view key) const;
  /// Reports the keys nobody asked for. To be called last.
  void finish();

  const Node& node() const { return node_; }
  bool is_mapping() const { return node_.kind == Node::Kind::mapping; }

 private:
  const Node& node_;
  std::string what_;
  Diagnostics& diagnostics_;
  std::set<std::string, std::less<>> known_;
  std::set<std::string, std::less<>> later_;
  std::set<std::string, std::less<>> misspelt_;
};

/// ", did you mean `metric`?", or nothing when no candidate is near, nor what other tools call so.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates);

/// Faults of the vocabulary ("parameters.lr.min"), placed where `root` has that key.
void report_faults(const ConfigError& error, const Node& root, std::string_view code,
                   Diagnostics& diagnostics);

// Each reports an error that names `what` and returns nothing when the node is of another kind.

/// Quoted or not: the text as it was written. Never empty.
std::optional<std::string> read_text(const Node& node, std::string_view what,
                                     Diagnostics& diagnostics);
std::optional<bool> read_flag(const Node& node, std::string_view what, Diagnostics& diagnostics);
std::optional<std::int64_t> read_integer(
    const Node& node, std::string_view what, Diagnostics& diagnostics,
    std::int64_t low = std::numeric_limits<std::int64_t>::min(),
    std::int64_t high = std::numeric_limits<std::int64_t>::max());
/// Integers are widened.
std::optional<double> read_real(const Node& node, std::string_view what, Diagnostics& diagnostics);
/// Seconds; a number without a unit is an error that shows the units.
std::optional<double> read_duration_s(const Node& node, std::string_view what,
                                      Diagnostics& diagnostics);
/// Bytes, above 0; a number without a unit (kB, MB, GB, KiB, MiB, GiB) is an error that shows them.
std::optional<std::int64_t> read_bytes(const Node& node, std::string_view what,
                                       Diagnostics& diagnostics);
/// A boolean, an integer, a real or text: as the scalar says.
std::optional<Value> read_value(const Node& node, std::string_view what, Diagnostics& diagnostics);
/// One of some words; the index of it.
std::optional<std::size_t> read_word(const Node& node, std::string_view what,
                                     const std::vector<std::string>& words,
                                     Diagnostics& diagnostics);

}  // namespace winnow::run
