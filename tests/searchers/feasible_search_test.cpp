#include "searchers/feasible/feasible_search.hpp"

#include <catch2/catch.hpp>
#include <set>

#include "searchers/problem/error.hpp"
#include "searchers/registry.hpp"

using namespace winnow;
using namespace winnow::search;

namespace {

Rules constrained(const std::string& text) {
  Rules rules;
  rules.constraints = {std::get<Expression>(Expression::parse(text))};
  return rules;
}

std::unique_ptr<Searcher> feasible(const std::string& method, const SearchSpace& space,
                                   const Rules& rules, int objectives) {
  Setup setup;
  setup.space = space;
  for (int i = 0; i < objectives; ++i) setup.objectives.push_back({"m" + std::to_string(i)});
  setup.seed = 5;
  setup.max_trials = 40;
  return std::make_unique<FeasibleSearch>(make_searcher(method, {}, setup), space, rules, 5);
}

Outcome outcome_of(const Suggestion& suggestion, int objectives) {
  const double x = as_number(suggestion.point.entries()[0].second);
  const double y = as_number(suggestion.point.entries()[1].second);
  Outcome outcome;
  outcome.suggestion = suggestion;
  outcome.losses = {(x - 3) * (x - 3) + y};
  if (objectives == 2) outcome.losses.push_back(x * x - y);
  return outcome;
}

SearchSpace square() { return SearchSpace({{"x", Real{0, 4}}, {"y", Real{0, 4}}}); }

SearchSpace board() { return SearchSpace({{"x", Integer{0, 9}}, {"y", Integer{0, 9}}}); }

}  // namespace

TEST_CASE("every method keeps to the constraints and is replayed exactly") {
  const Rules rules = constrained("x + y <= 4 and x >= y");
  int methods = 0;
  for (const SearcherEntry* entry : searchers()) {
    if (entry->name == "history") continue;  // of the crash tests
    for (const int objectives : {1, 2}) {
      if (objectives == 1 ? !entry->capabilities.continuous
                          : !entry->capabilities.multi_objective || entry->name != "nsga2")
        continue;
      if (entry->name == "grid") continue;  // has no end here
      CAPTURE(entry->name);
      std::unique_ptr<Searcher> searcher;
      try {
        searcher = feasible(entry->name, square(), rules, objectives);
      } catch (const ConfigError&) {  // a method for several objectives only
        continue;
      }
      const auto again = feasible(entry->name, square(), rules, objectives);
      ++methods;
      std::vector<Suggestion> pending;
      for (std::int64_t n = 0; n < 12; ++n) {
        const Proposal proposal = searcher->ask({TrialNumber{n}, pending}, 1);
        if (proposal.suggestions.empty()) break;
        const Suggestion suggestion = proposal.suggestions[0];
        CHECK(suggestion.number == TrialNumber{n});
        CHECK_FALSE(broken_rule(rules, suggestion.point));
        CHECK(again->ask({TrialNumber{n}, pending}, 1).suggestions[0] == suggestion);
        pending.push_back(suggestion);
        if (pending.size() < 2) continue;  // two at a time
        searcher->tell(outcome_of(pending.front(), objectives));
        again->tell(outcome_of(pending.front(), objectives));
        pending.erase(pending.begin());
      }
    }
  }
  CHECK(methods > 10);
}

TEST_CASE("a grid with a constraint has each allowed point once and then ends") {
  const Rules rules = constrained("x * y == 8 or x == 9 and y > 7");
  const auto grid = feasible("grid", board(), rules, 1);
  std::set<std::string> points;
  std::vector<Suggestion> pending;
  while (true) {
    const Proposal proposal = grid->ask({TrialNumber{std::ssize(pending)}, pending}, 1);
    if (proposal.suggestions.empty()) {
      CHECK(proposal.finished);
      break;
    }
    pending.push_back(proposal.suggestions[0]);
    CHECK(points.insert(canonical_text(pending.back().point)).second);
  }
  CHECK(points.size() == 6);  // 1·8 2·4 4·2 8·1, 9·8 9·9
}

TEST_CASE("random search in a finite space tries each allowed point once and ends") {
  const Rules rules = constrained("x + y < 2");
  const auto random = feasible("random", board(), rules, 1);
  std::set<std::string> points;
  for (std::int64_t n = 0; n < 4; ++n) {
    const Proposal proposal = random->ask({TrialNumber{n}, {}}, 1);
    if (n == 3) {
      CHECK(proposal.finished);
      CHECK(proposal.suggestions.empty());
      break;
    }
    REQUIRE(proposal.suggestions.size() == 1);
    points.insert(canonical_text(proposal.suggestions[0].point));
    random->tell(outcome_of(proposal.suggestions[0], 1));
  }
  CHECK(points.size() == 3);
}

TEST_CASE("the share of allowed points is counted, or estimated") {
  const FeasibleShare exact = FeasiblePoints(board(), constrained("x + y < 2")).share(1);
  CHECK(exact.is_exact);
  CHECK(exact.looked_at == 100);
  CHECK(exact.allowed == 3);
  const FeasibleShare half = FeasiblePoints(square(), constrained("x < y")).share(1);
  CHECK_FALSE(half.is_exact);
  const double share = static_cast<double>(half.allowed) / static_cast<double>(half.looked_at);
  CHECK(share == Approx(0.5).margin(0.02));
  const FeasibleShare none = FeasiblePoints(square(), constrained("x > 4 * y + 5")).share(1);
  CHECK(none.allowed == 0);
  CHECK(none.broken_mostly == "the constraint x > 4 * y + 5 does not hold");
}

TEST_CASE("constraints that allow nothing end in an error, not in a search without end") {
  const auto random = feasible("random", square(), constrained("x > 5"), 1);
  CHECK_THROWS_AS(random->ask({TrialNumber{0}, {}}, 1), ConfigError);
}
