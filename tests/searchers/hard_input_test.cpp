// What a method is told and given may be of any size and make no sense: it goes on inside of its
// space, or refuses with the place and the reason. Every registered method is tried.
#include <catch2/catch.hpp>
#include <limits>

#include "searchers/problem/error.hpp"
#include "searchers/problem/overloaded.hpp"
#include "tests/searchers/method_support.hpp"

using namespace winnow;
using namespace winnow::search;
using std::int64_t;
using std::string;

namespace {

const SearchSpace mixed({{"kind", Categorical{{string("a"), string("b"), string("c")}}},
                         {"width", Real{0, 1}, {{"kind", {string("a")}}}},
                         {"depth", Integer{1, 20}},
                         {"rate", Real{1e-5, 1, Scale::log}}});

SearchSpace wide(std::size_t parameters) {
  std::vector<Parameter> all;
  for (std::size_t k = 0; k < parameters; ++k)
    all.push_back({"p" + std::to_string(k), Real{-1, 1, Scale::linear, 0.25}});
  return SearchSpace(std::move(all));
}

SearchSpace of_choices(int64_t choices) {
  Categorical names;
  for (int64_t k = 0; k < choices; ++k) names.choices.emplace_back("c" + std::to_string(k));
  return SearchSpace({{"name", std::move(names)}, {"x", Real{0, 1, Scale::linear, 0.125}}});
}

/// Every method, made for `space`; each with few steps, so that the suite stays short.
template <class Check>
void for_each_method(const SearchSpace& space, const Check& check) {
  for (const SearcherEntry* entry : searchers()) {
    if (entry->name.starts_with("test_")) continue;
    std::map<string, Value> options;
    for (const OptionSpec& option : entry->options) {
      if (option.name == "candidates") options["candidates"] = int64_t{16};
      if (option.name == "starts") options["starts"] = int64_t{1};
      if (option.name == "fit_evaluations") options["fit_evaluations"] = int64_t{2};
      if (option.name == "trees") options["trees"] = int64_t{2};
      if (option.name == "local_searches") options["local_searches"] = int64_t{1};
    }
    if (entry->name == "grid")
      options = {{"points_per_parameter", int64_t{3}}, {"max_points", int64_t{1} << 53}};
    if (entry->name == "weighted_sum" || entry->name == "chebyshev")
      options["method"] = string("tpe");
    INFO(entry->name);
    check(*entry, [&] { return made(entry->name, space, options, 1, 40); });
  }
}

/// Asks one by one and tells what `outcome_of` makes of each; all points must be in the space.
template <class Judge>
void go_through(Searcher& searcher, const SearchSpace& space, int trials, const Judge& outcome_of) {
  for (int64_t number = 0; number < trials; ++number) {
    const Proposal proposal = searcher.ask({TrialNumber{number}, {}}, 1);
    if (proposal.finished) return;
    REQUIRE(proposal.suggestions.size() == 1);
    CHECK(space.fault(proposal.suggestions[0].point).value_or("") == "");
    searcher.tell(outcome_of(proposal.suggestions[0]));
  }
}

constexpr int trials = 24;  // behind the first points of every method with a model

}  // namespace

TEST_CASE("losses of every size leave every method inside of its space", "[hard_input]") {
  constexpr double most = std::numeric_limits<double>::max();
  const std::vector<double> losses = {most, -most, 0, 1e-308, 5, -most, 5, most};
  for_each_method(mixed, [&](const SearcherEntry&, const auto& make) {
    std::size_t k = 0;
    go_through(*make(), mixed, trials, [&](const Suggestion& suggestion) {
      return Outcome{suggestion, Ending::completed, {losses[k++ % losses.size()]}, 1};
    });
  });
}

TEST_CASE("losses that are all the same leave every method inside of its space", "[hard_input]") {
  for_each_method(mixed, [&](const SearcherEntry&, const auto& make) {
    go_through(*make(), mixed, trials, [](const Suggestion& suggestion) {
      return Outcome{suggestion, Ending::completed, {3.0}, 1};
    });
  });
}

TEST_CASE("one point told again and again, with other losses, is survived", "[hard_input]") {
  for_each_method(mixed, [&](const SearcherEntry&, const auto& make) {
    const auto searcher = make();
    const Suggestion first = searcher->ask({TrialNumber{0}, {}}, 1).suggestions.at(0);
    int64_t number = 0;
    for (; number < 12; ++number)
      searcher->tell(
          {foreign(number, first.point), Ending::completed, {static_cast<double>(number % 3)}, 1});
    const Proposal next = searcher->ask({TrialNumber{number}, {}}, 3);
    CHECK((next.finished || next.suggestions.size() == 3));
    for (const Suggestion& suggestion : next.suggestions) {
      CHECK(mixed.contains(suggestion.point));
      CHECK(suggestion.point != first.point);
    }
  });
}

TEST_CASE("trials that all break a bound on their outcome stop no method", "[hard_input]") {
  for_each_method(mixed, [&](const SearcherEntry&, const auto& make) {
    go_through(*make(), mixed, trials, [](const Suggestion& suggestion) {
      Outcome outcome{suggestion, Ending::failed};
      outcome.excesses = {1 + loss_of(suggestion.point), 1e308};
      return outcome;
    });
  });
}

TEST_CASE("every method takes ten thousand choices", "[hard_input]") {
  const SearchSpace space = of_choices(10'000);
  for_each_method(space, [&](const SearcherEntry&, const auto& make) {
    go_through(*make(), space, trials,
               [](const Suggestion& suggestion) { return completed(suggestion); });
  });
}

TEST_CASE("every method takes a thousand parameters, or says why not", "[hard_input]") {
  const SearchSpace space = wide(1000);
  for_each_method(space, [&](const SearcherEntry& entry, const auto& make) {
    // 3^1000 points; Sobol sequences have 128 dimensions, and chain begins with one.
    if (entry.name == "grid" || entry.name == "sobol" || entry.name == "chain") {
      CHECK_THROWS_AS(make(), ConfigError);
      return;
    }
    go_through(*make(), space, 12,
               [](const Suggestion& suggestion) { return completed(suggestion); });
  });
}

TEST_CASE("an option out of its range is refused by every method, with the range", "[hard_input]") {
  for (const SearcherEntry* entry : searchers())
    for (const OptionSpec& option : entry->options) {
      INFO(entry->name << " " << option.name);
      std::vector<Value> wrong = {string("no such word")};
      std::visit(Overloaded{[&](const Real& range) {
                              wrong.emplace_back(range.high + 1 + std::abs(range.high));
                              wrong.emplace_back(std::nan(""));
                            },
                            [&](const Integer& range) {
                              wrong.emplace_back(range.low - 1);
                              wrong.emplace_back(range.low + 0.5);
                            },
                            [&](const auto&) { wrong.emplace_back(int64_t{-7}); }},
                 option.domain);
      for (const Value& value : wrong)
        CHECK_THROWS_WITH(made(entry->name, mixed, {{option.name, value}}),
                          Catch::Contains("method_options." + option.name + ": expected"));
    }
}

TEST_CASE("what a method makes in place of its own choice is said", "[hard_input]") {
  // Two of 2,000 values have all the probability that is worth the name: draws repeat.
  Categorical names;
  for (int64_t k = 0; k < 2000; ++k) {
    names.choices.emplace_back("c" + std::to_string(k));
    names.probabilities.push_back(k < 2 ? 0.5 : 2e-9);
  }
  const SearchSpace space({{"name", std::move(names)}});
  const auto searcher = made("random", space);
  const Proposal first = searcher->ask({TrialNumber{0}, {}}, 2);
  CHECK(first.suggestions.size() == 2);
  CHECK(first.reason == "");
  const Proposal further = searcher->ask({TrialNumber{2}, first.suggestions}, 1);
  CHECK(further.suggestions.size() == 1);
  CHECK(further.reason == "1000 draws in a row were tried before: any point that was not");
}
