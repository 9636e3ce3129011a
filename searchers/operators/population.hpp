// A population in numbered places. Children are made for a place and come back in any order, so a
// place counts what was told of it, also where nothing came of it: whoever asks gives the next
// child to the place that has had the fewest, and no place ever waits for another.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "searchers/numerics/rng.hpp"
#include "searchers/operators/standing.hpp"
#include "searchers/problem/trial.hpp"

namespace winnow::search {

struct Member {
  std::vector<double> genome;  // d numbers in [0, 1]
  Standing standing;
};

class Population {
 public:
  explicit Population(std::size_t places) : places_(places), alive_(places) {}

  /// All places, retired ones included.
  std::size_t size() const { return places_.size(); }
  std::size_t alive() const { return alive_; }
  bool is_retired(std::size_t place) const { return places_[place].is_retired; }

  const std::optional<Member>& member(std::size_t place) const { return places_[place].member; }
  const std::vector<double>& genome(std::size_t place) const;  // needs a member there
  /// The places that have members.
  std::vector<std::size_t> filled() const;

  /// Children told so far, by place; and with those pending, whose memos begin with their place.
  std::int64_t children(std::size_t place) const { return places_[place].children; }
  std::vector<std::int64_t> children_with(std::span<const Suggestion> pending) const;
  /// The first place with the fewest of `children`, retired ones passed over.
  std::size_t least_visited(std::span<const std::int64_t> children) const;
  std::int64_t fewest_children() const;

  /// The place that begins the memo; nothing where it is none of this population.
  std::optional<std::size_t> place_in(const std::vector<double>& memo) const;

  void count_child(std::size_t place) { ++places_[place].children; }
  void set(std::size_t place, Member member);
  /// A member from elsewhere: into an empty place, else instead of the worst one if it is better.
  void admit(Member member);
  /// Takes the worst members' places away until `alive` are left.
  void shrink_to(std::size_t alive);

  /// One of the best `share` of `members` (at least two of them count), all alike. Needs two.
  std::size_t one_of_best(std::vector<std::size_t> members, double share, Rng& rng) const;

 private:
  struct Place {
    std::optional<Member> member;
    std::int64_t children = 0;
    bool is_retired = false;
  };

  Standing standing(std::size_t place) const;  // that of a failure where there is no member
  /// The worst place that is not retired; empty ones first.
  std::size_t worst() const;

  std::vector<Place> places_;
  std::size_t alive_;
};

}  // namespace winnow::search
