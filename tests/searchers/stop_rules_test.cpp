#include <catch2/catch.hpp>
#include <limits>

#include "searchers/numerics/rng.hpp"
#include "searchers/problem/error.hpp"
#include "searchers/stop_rules/stop_rule.hpp"

using namespace winnow;
using namespace winnow::search;

namespace {

using Values = std::map<std::string, Value>;

constexpr double infinity = std::numeric_limits<double>::infinity();

/// A loss for each of the steps 1, 2, 3 ….
LearningCurve curve_of(const std::vector<double>& losses) {
  LearningCurve curve;
  for (const double loss : losses) curve.push_back({std::ssize(curve) + 1, loss});
  return curve;
}

std::vector<const LearningCurve*> pointers(const std::vector<LearningCurve>& curves) {
  std::vector<const LearningCurve*> list;
  for (const LearningCurve& curve : curves) list.push_back(&curve);
  return list;
}

std::optional<std::int64_t> stop_step(const StopRule& rule, const LearningCurve& curve,
                                      const std::vector<LearningCurve>& others,
                                      std::size_t judged = 0) {
  const std::optional<StopOrder> order = rule.stop(curve, judged, pointers(others));
  return order ? std::optional(order->step) : std::nullopt;
}

std::string places_of(const std::string& rule, const Values& options) {
  try {
    make_stop_rule(rule, options);
  } catch (const ConfigError& error) {
    std::string places;
    for (const Fault& fault : error.faults()) places += fault.place + " ";
    return places;
  }
  return "";
}

}  // namespace

TEST_CASE("asha keeps the best third of those that have reached a rung", "[stop_rules]") {
  const auto rule = make_stop_rule("asha", {});
  const std::vector<LearningCurve> others = {curve_of({1}), curve_of({2}), curve_of({3}),
                                             curve_of({4}), curve_of({5})};
  CHECK(stop_step(*rule, curve_of({1.5}), others) == std::nullopt);  // 2nd of 6
  CHECK(stop_step(*rule, curve_of({2.5}), others) == 1);             // 3rd of 6
  CHECK(stop_step(*rule, curve_of({infinity}), others) == 1);
  CHECK(rule->stop(curve_of({2.5}), 0, pointers(others))->reason ==
        "at step 1 it is number 3 of 6, and the best 2 go on");
}

TEST_CASE("asha lets those go on whom too few can be compared with", "[stop_rules]") {
  const auto rule = make_stop_rule("asha", {});
  CHECK(stop_step(*rule, curve_of({9}), {}) == std::nullopt);
  CHECK(stop_step(*rule, curve_of({9}), {curve_of({1})}) == std::nullopt);
  CHECK(stop_step(*rule, curve_of({9}), {curve_of({1}), curve_of({2})}) == 1);
  CHECK(stop_step(*rule, curve_of({5}), {curve_of({5}), curve_of({5})}) == std::nullopt);
}

TEST_CASE("asha judges at its rungs only, at the first step that is not before them",
          "[stop_rules]") {
  const auto rule = make_stop_rule(
      "asha", {{"min_iter", std::int64_t{2}}, {"eta", 2.0}, {"max_iter", std::int64_t{8}}});
  const std::vector<LearningCurve> others = {{{1, 0}, {3, 1}, {5, 1}, {9, 1}}};
  const LearningCurve late = {{1, 9}, {3, 0}, {5, 2}, {9, 0}};  // falls behind at the rung of 4
  CHECK(stop_step(*rule, late, others) == 5);
  const LearningCurve last = {{1, 9}, {3, 0}, {5, 0}, {9, 7}};  // 8 is the end: too late
  CHECK(stop_step(*rule, last, others) == std::nullopt);
  CHECK(stop_step(*rule, {{1, 9}}, others) == std::nullopt);  // no rung yet
}

TEST_CASE("what was judged before is not judged again", "[stop_rules]") {
  for (const char* name : {"asha", "median"}) {
    const auto rule = make_stop_rule(name, {});
    const std::vector<LearningCurve> others(7, curve_of({1, 1, 1, 1}));
    const LearningCurve worse = curve_of({2, 2, 0.5, 2});
    CHECK(stop_step(*rule, worse, others) == 1);
    CHECK(stop_step(*rule, worse, others, 2) == std::nullopt);
    CHECK(stop_step(*rule, curve_of({2, 2, 2, 2}), others, 2) == 3);
  }
}

TEST_CASE("the rungs of hyperband are counted from above", "[stop_rules]") {
  const auto rule = make_stop_rule(
      "hyperband",
      {{"max_iter", std::int64_t{27}}, {"s", std::int64_t{2}}, {"eta", std::int64_t{3}}});
  LearningCurve worse = curve_of(std::vector<double>(27, 2.0));
  CHECK(stop_step(*rule, worse,
                  std::vector<LearningCurve>(2, curve_of(std::vector<double>(27, 1.0)))) == 3);
}

TEST_CASE("the median rule compares the best so far with running means", "[stop_rules]") {
  const auto rule = make_stop_rule("median", {{"min_trials", std::int64_t{3}}});
  const std::vector<LearningCurve> others = {curve_of({4, 2}), curve_of({6, 2}), curve_of({8, 2}),
                                             curve_of({0})};
  // Means up to step 1: 4, 6, 8, 0, the upper median 6; up to step 2: 3, 4, 5, the median 4.
  CHECK(stop_step(*rule, curve_of({6}), others) == std::nullopt);
  CHECK(stop_step(*rule, curve_of({6.5}), others) == 1);
  CHECK(stop_step(*rule, curve_of({5, 4}), others) == std::nullopt);
  CHECK(stop_step(*rule, curve_of({5, 4.5}), others) == 2);
  CHECK(stop_step(*rule, curve_of({4, 99}), others) == std::nullopt);  // its best counts
  CHECK(stop_step(*rule, curve_of({9}), {others[0], others[1]}) == std::nullopt);
  const auto patient =
      make_stop_rule("median", {{"min_trials", std::int64_t{3}}, {"min_iter", std::int64_t{2}}});
  CHECK(stop_step(*patient, curve_of({9, 9}), others) == 2);
}

TEST_CASE("every rule gives one answer however the reports arrive, and stops nobody among equals",
          "[stop_rules]") {
  for (const StopRuleEntry* entry : stop_rules()) {
    INFO(entry->name);
    const auto rule = make_stop_rule(entry->name, {});
    int stopped = 0;
    for (int study = 0; study < 200; ++study) {
      Rng rng(7, study, "curves");
      std::vector<LearningCurve> others;
      for (int i = 0; i < 9; ++i) {
        std::vector<double> losses(1 + rng.below(12));
        for (double& loss : losses) loss = rng.uniform();
        others.push_back(curve_of(losses));
      }
      const LearningCurve curve = others.back();
      others.pop_back();
      const std::optional<StopOrder> whole = rule->stop(curve, 0, pointers(others));
      std::optional<StopOrder> in_parts;
      LearningCurve part;
      while (!in_parts && part.size() < curve.size()) {
        const std::size_t judged = part.size();
        const std::size_t more = 1 + rng.below(3);
        for (std::size_t i = 0; i < more && part.size() < curve.size(); ++i)
          part.push_back(curve[part.size()]);
        in_parts = rule->stop(part, judged, pointers(others));
      }
      REQUIRE(in_parts == whole);
      if (whole) ++stopped;
      const std::vector<LearningCurve> equals(8, curve);
      REQUIRE_FALSE(rule->stop(curve, 0, pointers(equals)));
    }
    CHECK(stopped > 20);
    CHECK(stopped < 200);
  }
}

TEST_CASE("wrong options of a stop rule are refused where they stand", "[stop_rules]") {
  CHECK(places_of("ahsa", {}) == "early_terminate.type ");
  CHECK(places_of("asha", {{"eta", 1.0}}) == "early_terminate.eta ");
  CHECK(places_of("asha", {{"strict", true}}) == "early_terminate.strict ");
  CHECK(places_of("asha", {{"s", std::int64_t{2}}}) == "early_terminate.s ");
  CHECK(places_of("asha", {{"min_iter", std::int64_t{9}}, {"max_iter", std::int64_t{9}}}) ==
        "early_terminate.min_iter ");
  CHECK(places_of("asha", {{"s", std::int64_t{2}},
                           {"min_iter", std::int64_t{1}},
                           {"max_iter", std::int64_t{9}}}) == "early_terminate.s ");
  CHECK(places_of("median", {{"min_trials", std::int64_t{0}}}) == "early_terminate.min_trials ");
}
