#include "searchers/operators/population.hpp"

#include <catch2/catch.hpp>
#include <set>

#include "tests/searchers/method_support.hpp"

using namespace winnow;
using namespace winnow::search;

namespace {

Member with_loss(double loss) { return {{loss}, {Standing::Tier::completed, loss}}; }

// Losses of the members, by place; nothing where there is none.
std::vector<std::optional<double>> losses(const Population& population) {
  std::vector<std::optional<double>> result;
  for (std::size_t place = 0; place < population.size(); ++place) {
    const std::optional<Member>& member = population.member(place);
    result.push_back(member ? std::optional(member->standing.loss) : std::nullopt);
  }
  return result;
}

using Losses = std::vector<std::optional<double>>;

}  // namespace

TEST_CASE("completed trials stand before stopped ones, those before failed ones") {
  const auto standing = [](Ending ending, std::vector<double> loss) {
    return standing_of({{}, ending, std::move(loss), 1});
  };
  const Standing good = standing(Ending::completed, {1}),
                 bad = standing(Ending::completed, {1e308});
  const Standing stopped = standing(Ending::stopped, {-5});
  const Standing failed = standing(Ending::failed, {-9}),
                 cancelled = standing(Ending::cancelled, {});
  CHECK(good < bad);
  CHECK(bad < stopped);
  CHECK(stopped < failed);
  CHECK(failed == cancelled);
  CHECK(standing(Ending::completed, {std::nan("")}) == failed);
  CHECK_FALSE(failed.is_measured());
}

TEST_CASE("the next child goes to the place that has had the fewest, pending ones counted") {
  Population population(3);
  population.count_child(0);
  const std::vector<Suggestion> pending = {{TrialNumber{1}, {}, {}, {}, {1, 0.5}},
                                           {TrialNumber{2}, {}, {}, {}, {7}},  // no place of ours
                                           {TrialNumber{3}, {}, {}, {}, {}}};  // not ours
  CHECK(population.children_with(pending) == std::vector<std::int64_t>{1, 1, 0});
  CHECK(population.least_visited(population.children_with(pending)) == 2);
  CHECK(population.fewest_children() == 0);
}

TEST_CASE("a member from elsewhere takes an empty place, then the worst one's if it is better") {
  Population population(2);
  population.set(0, with_loss(3));
  population.admit(with_loss(5));
  CHECK(losses(population) == Losses{3, 5});
  population.admit(with_loss(6));
  CHECK(losses(population) == Losses{3, 5});
  population.admit(with_loss(1));
  CHECK(losses(population) == Losses{3, 1});
}

TEST_CASE("shrinking retires empty places, then the worst members") {
  Population population(5);
  for (std::size_t place : {0u, 1u, 3u, 4u})
    population.set(place, with_loss(10.0 - static_cast<double>(place)));
  population.shrink_to(3);
  CHECK(losses(population) == Losses{std::nullopt, 9, std::nullopt, 7, 6});
  CHECK(population.alive() == 3);
  CHECK(population.is_retired(2));
  CHECK(population.filled() == std::vector<std::size_t>{1, 3, 4});
  for (int k = 0; k < 5; ++k) population.count_child(1);
  CHECK(population.least_visited(population.children_with({})) == 3);
}

TEST_CASE("one of the best share is drawn, each of them, never another") {
  Population population(10);
  for (std::size_t place = 0; place < 10; ++place)
    population.set(place, with_loss(static_cast<double>((7 * place) % 10)));
  std::set<double> drawn;
  for (int number = 0; number < 100; ++number) {
    Rng rng(1, number, "best");
    drawn.insert(population.genome(population.one_of_best(population.filled(), 0.3, rng))[0]);
  }
  CHECK(drawn == std::set<double>{0, 1, 2});
}
