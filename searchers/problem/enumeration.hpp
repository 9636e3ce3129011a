// The points of a finite search space as a numbered list that is never written out: how many there
// are, and which is the k-th. Parameters that are not active take no part, so no point comes twice.
#pragma once

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "searchers/problem/search_space.hpp"

namespace winnow {

/// Mixed radix generalised to conditions: parameters are visited depth first along the conditions,
/// the first one varies slowest. How many points follow depends only on the values of earlier
/// parameters that later ones ask about, and on those only through the conditions they meet; counts
/// are kept per such state. Cost of at(): O(parameters + values that conditions name).
class Enumeration {
 public:
  explicit Enumeration(const SearchSpace& space);

  /// Number of points. Nothing: a continuum, 2^63 points or more, or conditions so entangled that
  /// counting would need more than `most_states` counts.
  std::optional<std::uint64_t> size() const { return size_; }

  /// The k-th point. Needs k < size().
  Point at(std::uint64_t k) const;

  static constexpr std::size_t most_states = 200'000;  // some 20 MB

 private:
  /// A value class: values of one parameter which meet the same conditions. 0: not active.
  using ClassId = std::uint32_t;
  /// `count` neighbouring values of one class.
  struct Run {
    std::uint64_t first;
    std::uint64_t count;
    ClassId value_class;
  };
  struct Requirement {
    std::size_t level;               // of the parent
    std::vector<bool> met_by_class;  // by the parent's class
  };
  /// One parameter in the order of visiting.
  struct Level {
    std::size_t parameter;  // index in the space
    std::vector<Run> runs;
    std::vector<Requirement> requirements;
    std::vector<std::size_t> live;  // earlier levels that this or a later one asks about
  };
  using State = std::vector<ClassId>;  // a class for each level visited

  void order_levels();
  void classify_values(std::size_t level, const std::vector<std::size_t>& level_of);
  void find_live_levels();
  bool is_active(const Level& level, const State& state) const;
  std::vector<ClassId> key_of(const Level& level, const State& state) const;
  /// Number of ways to go on from `level`; nothing when it cannot be counted.
  std::optional<std::uint64_t> count_from(std::size_t level, State& state);
  std::uint64_t known_count(std::size_t level, const State& state) const;

  struct KeyHash {
    std::size_t operator()(const std::vector<ClassId>& key) const;
  };

  SearchSpace space_;
  std::vector<Level> levels_;
  std::vector<std::unordered_map<std::vector<ClassId>, std::uint64_t, KeyHash>> counts_;
  std::size_t states_ = 0;
  std::optional<std::uint64_t> size_;
};

}  // namespace winnow
