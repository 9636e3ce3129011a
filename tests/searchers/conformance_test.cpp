// One suite for all search methods: every registered one on every awkward space it says it can
// handle.
#include <catch2/catch.hpp>
#include <set>

#include "searchers/numerics/rng.hpp"
#include "searchers/problem/error.hpp"
#include "tests/searchers/method_support.hpp"

using namespace winnow;
using namespace winnow::search;
using std::int64_t;
using std::string;

namespace {

struct Case {
  string method;
  string space_name;
  SearchSpace space;
  std::map<string, Value> options;
  int64_t max_trials = 40;

  std::unique_ptr<Searcher> make(std::uint64_t seed = 1) const {
    return made(method, space, options, seed, max_trials);
  }
};

std::vector<Parameter> fifty() {
  std::vector<Parameter> parameters;
  for (int i = 0; i < 50; ++i) {
    const string name = "p" + std::to_string(i);
    if (i % 3 == 0) parameters.push_back({name, Real{-1, 1, Scale::linear, 0.5}});
    if (i % 3 == 1) parameters.push_back({name, Integer{1, 100, Scale::log}});
    if (i % 3 == 2) parameters.push_back({name, Categorical{{string("a"), string("b")}}});
  }
  return parameters;
}

std::vector<std::pair<string, SearchSpace>> awkward_spaces() {
  const Categorical choices{{string("a"), string("b"), int64_t{3}, 3.0}, false, {4, 1, 1, 2}};
  return {{"one dimension", SearchSpace({{"x", Real{-5, 5}}})},
          {"fifty dimensions", SearchSpace(fifty())},
          {"a single choice", SearchSpace({{"only", Categorical{{string("this")}}}})},
          {"constants only", SearchSpace({{"a", Constant{true}}, {"b", Constant{1.5}}})},
          {"all categories", SearchSpace({{"a", choices}, {"b", choices}, {"c", choices}})},
          {"one boolean", SearchSpace({{"flag", Categorical{{false, true}}}})},
          {"scales", SearchSpace({{"log", Real{1e-150, 1e150, Scale::log}},
                                  {"reverse", Real{0, 0.9999999, Scale::reverse_log}},
                                  {"narrow", Real{1, 1.0000000001}},
                                  {"count", Integer{1, int64_t{1} << 40, Scale::log}}})},
          {"steps", SearchSpace({{"x", Real{0, 0.3, Scale::linear, 0.1}},
                                 {"y", Integer{8, 100, Scale::linear, 8}},
                                 {"z", Real{1e-3, 1e-1, Scale::log, 1e-3}}})},
          {"nested conditions",
           SearchSpace({{"model", Categorical{{string("none"), string("tree"), string("net")}}},
                        {"depth", Integer{1, 3}, {{"model", {string("tree"), string("net")}}}},
                        {"width", Integer{1, 2}, {{"depth", {int64_t{2}, int64_t{3}}}}},
                        {"rate",
                         Real{1e-4, 1e-1, Scale::log},
                         {{"model", {string("net")}}, {"depth", {int64_t{3}}}}},
                        {"seeded", Constant{int64_t{4}}, {{"model", {string("net")}}}}})}};
}

bool is_continuous(const SearchSpace& space) {
  for (const Parameter& parameter : space.parameters())
    if (!cardinality(parameter.domain)) return true;
  return false;
}

std::vector<Case> all_cases() {
  std::vector<Case> cases;
  for (const SearcherEntry* entry : searchers()) {
    if (entry->name.starts_with("test_")) continue;
    for (const auto& [name, space] : awkward_spaces()) {
      if (is_continuous(space) && !entry->capabilities.continuous) continue;
      // The same steps, fewer of them: the suite asks thousands of times.
      std::map<string, Value> options;
      if (entry->name == "gp" || entry->name == "mogp" || entry->name == "turbo")
        options = {{"candidates", int64_t{16}},
                   {"starts", int64_t{name == "fifty dimensions" ? 0 : 1}},
                   {"fit_evaluations", int64_t{1}}};
      if (entry->name == "random_forest")
        options = {{"trees", int64_t{2}},
                   {"candidates", int64_t{4}},
                   {"local_searches", int64_t{name == "fifty dimensions" ? 0 : 1}}};
      // gp, their best for few trials, has cases of its own and is slow by default.
      if (entry->name == "weighted_sum" || entry->name == "chebyshev")
        options["method"] = string("tpe");
      const int64_t max_trials = entry->name == "auto" ? 1000 : 40;
      if (entry->name == "grid") {
        options["points_per_parameter"] = int64_t{5};
        options["max_points"] = int64_t{1} << 53;
        if (name == "fifty dimensions") continue;  // 2^63 points and more: refused, see grid_test
      }
      cases.push_back({entry->name, name, space, options, max_trials});
      if (entry->name != "grid") continue;
      options["order"] = string("shuffled");
      cases.push_back({entry->name, name + ", shuffled", space, options});
    }
  }
  return cases;
}

// Runs `check` with the case's name attached to its assertions.
template <class Check>
void for_each_case(Check check) {
  for (const Case& each : all_cases()) {
    INFO(each.method << " on " << each.space_name);
    check(each);
  }
}

/// A study with `in_flight` trials at a time that end in random order, some of them badly.
struct History {
  std::vector<Outcome> told;
  std::vector<Suggestion> pending;
  int64_t next_number = 0;
  bool finished = false;

  // One ask or one tell; afterwards `searcher` has seen exactly this history.
  void advance(Searcher& searcher, std::size_t in_flight, Rng& rng) {
    if (pending.size() < in_flight && !finished) {
      const Proposal proposal = searcher.ask({TrialNumber{next_number}, pending}, 1);
      finished = proposal.finished;
      for (const Suggestion& suggestion : proposal.suggestions) {
        pending.push_back(suggestion);
        ++next_number;
      }
      if (!proposal.suggestions.empty()) return;
      if (pending.empty()) {
        REQUIRE(finished);  // nothing to wait for: a searcher may not wait
        return;
      }
    }
    if (pending.empty()) return;
    const std::size_t ended = static_cast<std::size_t>(rng.below(pending.size()));
    told.push_back(outcome_of(pending[ended], rng));
    pending.erase(pending.begin() + static_cast<std::ptrdiff_t>(ended));
    searcher.tell(told.back());
  }

  static Outcome outcome_of(const Suggestion& suggestion, Rng& rng) {
    const double u = rng.uniform();
    if (u < 0.03) return {suggestion, Ending::failed, {}, 0.5};
    if (u < 0.05) return {suggestion, Ending::cancelled, {}, 0};
    if (u < 0.08) return {suggestion, Ending::stopped, {loss_of(suggestion.point)}, 0.5};
    return completed(suggestion);
  }
};

}  // namespace

TEST_CASE("every suggestion is inside of its space and numbered in order") {
  for_each_case([](const Case& each) {
    const auto searcher = each.make();
    History history;
    Rng rng(1, 0, "inside");
    for (int i = 0; i < 120; ++i) history.advance(*searcher, 4, rng);
    std::set<int64_t> numbers;
    const auto check = [&](const Suggestion& suggestion) {
      CHECK(each.space.fault(suggestion.point).value_or("") == "");
      CHECK(numbers.insert(suggestion.number.value).second);
    };
    for (const Outcome& outcome : history.told) check(outcome.suggestion);
    for (const Suggestion& suggestion : history.pending) check(suggestion);
    CHECK(static_cast<int64_t>(numbers.size()) == history.next_number);
    CHECK(history.next_number > 0);
  });
}

TEST_CASE("asking changes nothing, and the same history gives the same answer") {
  for_each_case([](const Case& each) {
    const auto live = each.make();
    History history;
    Rng rng(2, 0, "rebuild");
    int compared = 0;
    for (int step = 0; step < 90 && compared < 40; ++step) {
      history.advance(*live, 5, rng);
      const Context context{TrialNumber{history.next_number}, history.pending};
      const auto rebuilt = each.make();
      for (const Outcome& outcome : history.told) rebuilt->tell(outcome);
      const Proposal first = live->ask(context, 1), second = live->ask(context, 1);
      const Proposal replayed = rebuilt->ask(context, 1);
      CHECK(first.suggestions == second.suggestions);
      CHECK(first.suggestions == replayed.suggestions);
      CHECK(first.finished == second.finished);
      CHECK(first.finished == replayed.finished);
      ++compared;
    }
    CHECK(compared == 40);
  });
}

TEST_CASE("a batch is what single asks with a growing pending list give") {
  for_each_case([](const Case& each) {
    const auto searcher = each.make();
    History history;
    Rng rng(3, 0, "batch");
    for (int i = 0; i < 15; ++i) history.advance(*searcher, 3, rng);
    const Proposal batch = searcher->ask({TrialNumber{history.next_number}, history.pending}, 8);
    std::vector<Suggestion> singles, pending = history.pending;
    bool finished = false;
    while (singles.size() < 8 && !finished) {
      const TrialNumber next{history.next_number + static_cast<int64_t>(singles.size())};
      const Proposal single = searcher->ask({next, pending}, 1);
      finished = single.finished;
      if (single.suggestions.empty()) break;
      singles.push_back(single.suggestions[0]);
      pending.push_back(single.suggestions[0]);
    }
    CHECK(batch.suggestions == singles);
    CHECK(batch.finished == finished);
  });
}

TEST_CASE("no point is proposed twice while it is pending, in a batch or after it was told") {
  for_each_case([](const Case& each) {
    const auto searcher = each.make();
    std::set<string> seen;
    std::vector<Suggestion> pending;
    int64_t next = 0;
    for (int round = 0; round < 6; ++round) {
      const Proposal proposal = searcher->ask({TrialNumber{next}, pending}, 7);
      for (const Suggestion& suggestion : proposal.suggestions) {
        CHECK(suggestion.number.value == next++);
        CHECK(seen.insert(canonical_text(suggestion.point)).second);
      }
      for (const Suggestion& suggestion : pending) searcher->tell(completed(suggestion));
      pending = proposal.suggestions;
    }
  });
}

TEST_CASE("finishing and waiting are told apart") {
  for_each_case([](const Case& each) {
    const auto searcher = each.make();
    History history;
    Rng rng(4, 0, "finish");
    // Enough for every finite space of the cases, and for descents to arrive in the others.
    const int steps = each.space.cardinality() ? 400 : 150;
    for (int i = 0; i < steps; ++i) history.advance(*searcher, 3, rng);
    const Context context{TrialNumber{history.next_number}, history.pending};
    const Proposal proposal = searcher->ask(context, 1);
    if (proposal.finished) {  // for good: more outcomes change nothing
      for (const Suggestion& suggestion : history.pending) searcher->tell(completed(suggestion));
      CHECK(searcher->ask({TrialNumber{history.next_number}, {}}, 5).finished);
      CHECK(searcher->ask({TrialNumber{history.next_number}, {}}, 5).suggestions.empty());
    } else {
      CHECK((!proposal.suggestions.empty() || !history.pending.empty()));
    }
    const bool ends_with_space = each.method != "one_at_a_time";  // which is a list of its own
    if (const auto points = each.space.cardinality(); points && history.finished && ends_with_space)
      CHECK(history.next_number == static_cast<int64_t>(*points));
  });
}

TEST_CASE("outcomes that a searcher never asked for are survived and kept out of the space") {
  for_each_case([](const Case& each) {
    const auto searcher = each.make(), other = each.make(2);
    // Another study's suggestions of the same space, out of order, with and without their memos.
    std::vector<Suggestion> foreign_ones = other->ask({TrialNumber{0}, {}}, 6).suggestions;
    for (std::size_t i = foreign_ones.size(); i-- > 0;) {
      Suggestion suggestion = foreign_ones[i];
      if (i % 2) suggestion.memo = {};
      if (i % 3 == 0) suggestion.memo = {1e300, -1, 0.5};
      Outcome outcome = completed(suggestion);
      if (i == 2) outcome = {suggestion, Ending::failed, {}, 0};
      searcher->tell(outcome);
    }
    searcher->tell(completed(foreign(6, Point({{"unknown", int64_t{1}}}))));
    const Proposal proposal = searcher->ask({TrialNumber{7}, {}}, 4);
    CHECK((proposal.finished || !proposal.suggestions.empty()));
    for (const Suggestion& suggestion : proposal.suggestions)
      CHECK(each.space.fault(suggestion.point).value_or("") == "");
  });
}

TEST_CASE("trials that all fail do not stop a searcher") {
  for_each_case([](const Case& each) {
    const auto searcher = each.make();
    for (int64_t number = 0; number < 30; ++number) {
      const Proposal proposal = searcher->ask({TrialNumber{number}, {}}, 1);
      CHECK((proposal.finished || proposal.suggestions.size() == 1));
      for (const Suggestion& suggestion : proposal.suggestions)
        searcher->tell({suggestion, Ending::failed, {}, 0.1});
    }
  });
}

TEST_CASE("both ends of an integer's range are reached") {
  const SearchSpace space({{"n", Integer{3, 9}}, {"m", Integer{1, 4, Scale::log}}});
  for (const SearcherEntry* entry : searchers()) {
    if (entry->name.starts_with("test_")) continue;
    INFO(entry->name);
    const auto searcher = made(entry->name, space);
    std::set<Value> n, m;
    for (const Suggestion& suggestion : run(*searcher, 28)) {
      n.insert(*suggestion.point.find("n"));
      m.insert(*suggestion.point.find("m"));
    }
    CHECK((n.contains(int64_t{3}) && n.contains(int64_t{9})));
    CHECK((m.contains(int64_t{1}) && m.contains(int64_t{4})));
  }
}

TEST_CASE("an unknown option is refused by every method, the nearest one named") {
  const SearchSpace space({{"n", Integer{3, 9}}});
  for (const SearcherEntry* entry : searchers()) {
    if (entry->name.starts_with("test_")) continue;
    INFO(entry->name);
    CHECK_THROWS_WITH(made(entry->name, space, {{"no_such_option", true}}),
                      Catch::Contains("method_options.no_such_option: "));
    if (entry->options.empty()) continue;
    const string known = entry->options[0].name;
    CHECK_THROWS_WITH(made(entry->name, space, {{known + "x", true}}),
                      Catch::Contains("did you mean " + known + "?"));
  }
}
