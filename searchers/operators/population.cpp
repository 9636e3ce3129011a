#include "searchers/operators/population.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "searchers/operators/sweep.hpp"
#include "searchers/problem/error.hpp"

namespace winnow::search {

const std::vector<double>& Population::genome(std::size_t place) const {
  expect(places_[place].member.has_value(), "a place with a member");
  return places_[place].member->genome;
}

std::vector<std::size_t> Population::filled() const {
  std::vector<std::size_t> members;
  for (std::size_t place = 0; place < places_.size(); ++place)
    if (places_[place].member) members.push_back(place);
  return members;
}

std::vector<std::int64_t> Population::children_with(std::span<const Suggestion> pending) const {
  std::vector<std::int64_t> children;
  for (const Place& place : places_) children.push_back(place.children);
  for (const Suggestion& suggestion : pending)
    if (const std::optional<std::size_t> place = place_in(suggestion.memo)) ++children[*place];
  return children;
}

std::size_t Population::least_visited(std::span<const std::int64_t> children) const {
  std::optional<std::size_t> least;
  for (std::size_t place = 0; place < places_.size(); ++place)
    if (!places_[place].is_retired && (!least || children[place] < children[*least])) least = place;
  expect(least.has_value(), "a population with a place left");
  return *least;
}

std::int64_t Population::fewest_children() const {
  return places_[least_visited(children_with({}))].children;
}

std::optional<std::size_t> Population::place_in(const std::vector<double>& memo) const {
  const std::optional<std::uint64_t> place = position_in(memo);
  return place && *place < places_.size() ? std::optional<std::size_t>(*place) : std::nullopt;
}

void Population::set(std::size_t place, Member member) {
  expect(!places_[place].is_retired, "a place that is not retired");
  places_[place].member = std::move(member);
}

Standing Population::standing(std::size_t place) const {
  return places_[place].member ? places_[place].member->standing : Standing{};
}

std::size_t Population::worst() const {
  std::optional<std::size_t> worst;
  for (std::size_t place = 0; place < places_.size(); ++place)
    if (!places_[place].is_retired && (!worst || standing(*worst) < standing(place))) worst = place;
  return *worst;
}

void Population::admit(Member member) {
  const std::size_t place = worst();
  if (member.standing < standing(place)) places_[place].member = std::move(member);
}

void Population::shrink_to(std::size_t alive) {
  expect(alive >= 1, "a population that keeps a place");
  for (; alive_ > alive; --alive_) places_[worst()] = {{}, 0, true};
}

std::size_t Population::one_of_best(std::vector<std::size_t> members, double share,
                                    Rng& rng) const {
  const auto wanted =
      static_cast<std::size_t>(std::lround(share * static_cast<double>(members.size())));
  const auto drawn = rng.below(std::max<std::size_t>(2, wanted));
  const auto chosen = members.begin() + static_cast<std::ptrdiff_t>(drawn);
  std::nth_element(members.begin(), chosen, members.end(), [&](std::size_t a, std::size_t b) {
    const Standing of_a = standing(a), of_b = standing(b);
    return of_a != of_b ? of_a < of_b : a < b;
  });
  return *chosen;
}

}  // namespace winnow::search
