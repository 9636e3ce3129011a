#include <catch2/catch.hpp>
#include <set>

#include "searchers/numerics/sobol.hpp"
#include "searchers/problem/enumeration.hpp"
#include "searchers/problem/error.hpp"
#include "tests/searchers/method_support.hpp"

using namespace winnow;
using namespace winnow::search;
using std::int64_t;
using std::string;

namespace {

const SearchSpace square({{"x", Real{0, 1}}, {"y", Real{0, 1}}});

std::set<int> strata(const std::vector<Suggestion>& suggestions, const char* name, int count) {
  std::set<int> result;
  for (const Suggestion& suggestion : suggestions)
    result.insert(static_cast<int>(as_number(*suggestion.point.find(name)) * count));
  return result;
}

}  // namespace

TEST_CASE("sampling methods draw choices by their probabilities") {
  const SearchSpace space(
      {{"kind", Categorical{{string("a"), string("b")}, false, {3, 1}}}, {"x", Real{0, 1}}});
  for (const char* method : {"random", "sobol", "latin_hypercube"}) {
    INFO(method);
    int a = 0;
    for (const Suggestion& suggestion : run(*made(method, space, {}, 1, 400), 400))
      a += *suggestion.point.find("kind") == Value(string("a"));
    CHECK(std::abs(a - 300) < 30);  // random: 3.5 standard deviations; the others are exact to one
  }
}

TEST_CASE("a finite space is used up without a repeat, then the search is finished") {
  const SearchSpace space({{"kind", Categorical{{string("a"), string("b")}, false, {1000, 1}}},
                           {"depth", Integer{1, 30}, {{"kind", {string("b")}}}},
                           {"batch", Integer{1, 4}}});
  for (const char* method : {"random", "sobol", "latin_hypercube"}) {
    INFO(method);
    const auto searcher = made(method, space);
    const std::vector<Suggestion> all = run(*searcher, 1000);
    std::set<string> texts;
    for (const Suggestion& suggestion : all) texts.insert(canonical_text(suggestion.point));
    CHECK(all.size() == 124);
    CHECK(texts.size() == 124);
    const Proposal end = searcher->ask({TrialNumber{124}, {}}, 3);
    CHECK(end.finished);
    CHECK(end.suggestions.empty());
  }
}

TEST_CASE("with repeats allowed a finite space never ends") {
  const SearchSpace space({{"flag", Categorical{{false, true}}}});
  for (const char* method : {"random", "sobol", "latin_hypercube"})
    CHECK(run(*made(method, space, {{"avoid_duplicates", false}}), 50).size() == 50);
}

TEST_CASE("with repeats allowed a sweep still goes on after what is pending") {
  for (const char* method : {"sobol", "latin_hypercube"}) {
    INFO(method);
    const auto searcher = made(method, square, {{"avoid_duplicates", false}}, 1, 16);
    std::vector<Suggestion> all = searcher->ask({TrialNumber{0}, {}}, 6).suggestions;
    const Proposal rest = searcher->ask({TrialNumber{6}, all}, 10);
    all.insert(all.end(), rest.suggestions.begin(), rest.suggestions.end());
    CHECK(strata(all, "x", 16).size() == 16);
    CHECK(strata(all, "y", 16).size() == 16);
  }
}

TEST_CASE("points the user gave are not drawn again, those of another space do not count") {
  const SearchSpace space({{"depth", Integer{1, 5}}});
  for (const char* method : {"random", "sobol", "latin_hypercube"}) {
    INFO(method);
    const auto searcher = made(method, space);
    searcher->tell(completed(foreign(0, Point({{"depth", int64_t{2}}}))));
    searcher->tell(completed(foreign(1, Point({{"depth", int64_t{6}}}))));
    const std::vector<Suggestion> pending = {foreign(2, Point({{"depth", int64_t{3}}}))};
    const Proposal proposal = searcher->ask({TrialNumber{3}, pending}, 10);
    std::set<string> texts;
    for (const Suggestion& suggestion : proposal.suggestions)
      texts.insert(canonical_text(suggestion.point));
    CHECK(texts == std::set<string>{"depth=1", "depth=4", "depth=5"});
    CHECK(proposal.finished);
  }
}

TEST_CASE("a random point is a function of seed and number, not of what was told") {
  const auto fresh = made("random", square), told = made("random", square);
  run(*told, 17);
  CHECK(fresh->ask({TrialNumber{17}, {}}, 1).suggestions ==
        told->ask({TrialNumber{17}, {}}, 1).suggestions);
  CHECK(made("random", square, {}, 2)->ask({TrialNumber{17}, {}}, 1).suggestions !=
        fresh->ask({TrialNumber{17}, {}}, 1).suggestions);
}

TEST_CASE("a Sobol sweep loses no position to points that users gave") {
  const auto sobol = made("sobol", square, {}, 9);
  sobol->tell(completed(foreign(0, Point({{"x", 0.5}, {"y", 0.5}}))));
  const std::vector<Suggestion> all = run(*sobol, 64, 1);
  CHECK(strata(all, "x", 64).size() == 64);
  CHECK(strata(all, "y", 64).size() == 64);
}

TEST_CASE("a Latin hypercube puts one point into each stratum of each parameter") {
  const auto searcher = made("latin_hypercube", square, {{"samples", int64_t{10}}});
  const std::vector<Suggestion> all = run(*searcher, 30);
  for (std::size_t begin : {0u, 10u, 20u}) {
    const std::vector<Suggestion> cube(all.begin() + static_cast<int>(begin),
                                       all.begin() + static_cast<int>(begin) + 10);
    CHECK(strata(cube, "x", 10).size() == 10);
    CHECK(strata(cube, "y", 10).size() == 10);
  }
  CHECK(all[0].point != all[10].point);
}

TEST_CASE("a Latin hypercube takes its size from the limit and keeps it when the limit is raised") {
  const auto before = made("latin_hypercube", square, {}, 3, 20);
  const std::vector<Suggestion> first = run(*before, 7);
  const auto after = made("latin_hypercube", square, {}, 3, 50);
  for (const Suggestion& suggestion : first) after->tell(completed(suggestion));
  const std::vector<Suggestion> rest = run(*after, 13, 7);
  std::vector<Suggestion> all = first;
  all.insert(all.end(), rest.begin(), rest.end());
  CHECK(strata(all, "x", 20).size() == 20);
  CHECK(strata(all, "y", 20).size() == 20);
}

TEST_CASE("a Latin hypercube without a known size is refused") {
  CHECK_THROWS_WITH(made("latin_hypercube", square, {}, 1, std::nullopt),
                    Catch::Contains("method_options.samples") && Catch::Contains("max_trials"));
}

TEST_CASE("sobol refuses more parameters than it has direction numbers for") {
  std::vector<Parameter> parameters;
  for (std::size_t i = 0; i <= sobol_dimensions; ++i)
    parameters.push_back({"p" + std::to_string(i), Real{0, 1}});
  CHECK_THROWS_WITH(made("sobol", SearchSpace(parameters)), Catch::Contains("found 129"));
  parameters.pop_back();
  CHECK(run(*made("sobol", SearchSpace(parameters)), 3).size() == 3);
}

TEST_CASE("the user's points take their trials from the budget that a hypercube is made for") {
  const SearchSpace line({{"x", Real{0, 1}}});
  const auto searcher =
      make_searcher("latin_hypercube", {}, {line, {{"loss"}}, {}, 1, 8, /*user_points=*/4});
  std::set<int> quarters;
  for (const Suggestion& suggestion : searcher->ask({TrialNumber{4}, {}}, 4).suggestions) {
    quarters.insert(static_cast<int>(4 * std::get<double>(*suggestion.point.find("x"))));
  }
  CHECK(quarters.size() == 4);
}
