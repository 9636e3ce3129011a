#include "orchestrator/decision/pareto_front.hpp"

#include <catch2/catch.hpp>
#include <limits>

#include "orchestrator/decision/chosen_trial.hpp"
#include "searchers/problem/error.hpp"
#include "tests/storage/builders.hpp"

using namespace winnow;
using namespace winnow::run;

namespace {

// Of a study that minimises eval_loss and maximises speed.
store::Store store_of(const std::vector<std::pair<double, double>>& loss_and_speed) {
  store::Store store = store::a_store();
  for (const auto& [loss, speed] : loss_and_speed) {
    store::run_trial(
        store, store::a_trial_end(Ending::completed, {{"eval_loss", loss}, {"speed", speed}}));
  }
  return store;
}

std::vector<std::int64_t> numbers(const ParetoSummary& summary) {
  std::vector<std::int64_t> all;
  for (const FrontMember& member : summary.front) {
    all.push_back(member.row.trial.suggestion.number.value);
  }
  return all;
}

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

}  // namespace

TEST_CASE("a front is sorted by the first objective and marks its knee") {
  const store::Store store = store_of({{4, 40}, {1, 10}, {3, 20}, {2, 38}, {5, 39}});
  const ParetoSummary summary = pareto_summary(store, {});
  CHECK(numbers(summary) == std::vector<std::int64_t>{1, 3, 0});
  CHECK(summary.measured == 5);
  CHECK(summary.front[1].is_knee);
  CHECK_FALSE(summary.front[0].is_knee);
  CHECK(chosen_trial(store)->trial.suggestion.number == TrialNumber{3});
}

TEST_CASE("a reference that is given is kept, another lies a tenth of the range behind the front") {
  const store::Store store = store_of({{1, 10}, {2, 30}});
  const ParetoSummary summary = pareto_summary(store, {{"speed", 0}});
  REQUIRE(summary.reference.size() == 2);
  CHECK(summary.reference[0] == Approx(2.1));
  CHECK(summary.reference[1] == 0);
  // 1.1 × 10 for the first trial, and 0.1 × 20 more for the second one.
  CHECK(summary.hypervolume == Approx(13));
  CHECK(summary.front[0].contribution == Approx(1 * 10));
  CHECK(summary.front[1].contribution == Approx(0.1 * 20));
}

TEST_CASE("the trace has the trials that enlarged the hypervolume, and ends with all of it") {
  const store::Store store = store_of({{3, 10}, {4, 5}, {2, 20}, {2, 20}, {1, 5}});
  const ParetoSummary summary = pareto_summary(store, {{"eval_loss", 5}, {"speed", 0}});
  REQUIRE(summary.trace.size() == 3);
  CHECK(summary.trace[0].trial == TrialNumber{0});
  CHECK(summary.trace[0].hypervolume == Approx(20));
  CHECK(summary.trace[1].trial == TrialNumber{2});
  CHECK(summary.trace[1].hypervolume == Approx(60));
  CHECK(summary.trace[2].trial == TrialNumber{4});
  CHECK(summary.trace[2].hypervolume == Approx(65));
  CHECK(summary.hypervolume == Approx(65));
}

TEST_CASE("trials without every objective take no part") {
  store::Store store = store_of({{1, not_a_number}});
  store::run_trial(store, store::a_trial_end(Ending::completed, {{"eval_loss", 0.5}}));
  store::run_trial(store, store::a_trial_end(Ending::failed));
  CHECK(pareto_summary(store, {}).front.empty());
  CHECK_FALSE(chosen_trial(store));
  store::run_trial(store, store::a_trial_end(Ending::completed, {{"eval_loss", 2}, {"speed", 1}}));
  CHECK(numbers(pareto_summary(store, {})) == std::vector<std::int64_t>{3});
  CHECK(chosen_trial(store)->trial.suggestion.number == TrialNumber{3});
}

TEST_CASE("a front needs two objectives, and a reference names one of them") {
  store::NewStudy study = store::a_study();
  study.objectives.pop_back();
  store::Store single = store::Store::in_memory(study);
  CHECK_THROWS_WITH(pareto_summary(single, {}), Catch::Contains("`winnow best quick`"));
  CHECK_FALSE(chosen_trial(single));
  const store::Store store = store_of({{1, 10}});
  CHECK_THROWS_WITH(pareto_summary(store, {{"sped", 0}}),
                    Catch::Contains("there are: eval_loss, speed"));
}

TEST_CASE("the forms of a front for programs") {
  const ParetoSummary summary = pareto_summary(store_of({{1, 10}, {2, 30}}), {{"eval_loss", 3}});
  CHECK(as_csv(trace_table(summary)).starts_with("trial,hypervolume\n0,"));
  REQUIRE(summary.trace.size() == 2);
  CHECK(summary.trace[0].hypervolume == Approx(4));
  CHECK(summary.trace[1].hypervolume == Approx(24));
  CHECK(front_table(summary).columns.back().title == "contribution");
  const auto json = as_json(summary);
  CHECK(json["study"] == "quick");
  CHECK(json["objectives"][1].dump() == R"({"metric":"speed","goal":"maximize"})");
  CHECK(json["front"][0]["number"] == 0);
  CHECK(json["trace"].size() == 2);
}

TEST_CASE("a study whose method weighs its objectives is after the best by those weights") {
  const auto chosen_by = [](const std::string& method_part) {
    store::NewStudy study = store::a_study();
    study.spec = R"({"name":"quick",)" + method_part + "}";
    store::Store store = store::Store::in_memory(study);
    store.begin_session({.pid = 42, .host = "ada", .boot_id = "boot"});
    CHECK_FALSE(chosen_trial(store));
    for (const auto& [loss, speed] :
         std::vector<std::pair<double, double>>{{4, 40}, {1, 10}, {2, 38}}) {
      store::run_trial(
          store, store::a_trial_end(Ending::completed, {{"eval_loss", loss}, {"speed", speed}}));
    }
    return chosen_trial(store)->trial.suggestion.number.value;
  };
  const std::string sum = R"("method":"weighted_sum","method_options":)";
  CHECK(chosen_by(R"("method":"nsga2","method_options":{})") == 2);  // the knee
  CHECK(chosen_by(sum + R"({"weight_1":1.0,"weight_2":0})") == 1);
  CHECK(chosen_by(sum + R"({"weight_1":0,"weight_2":5})") == 0);
  // In their own units: 8 − 40, 2 − 10, 4 − 38; then 160 − 40, 40 − 10, 80 − 38.
  CHECK(chosen_by(sum + R"({"weight_1":2,"weight_2":1,"normalization":"none"})") == 2);
  CHECK(chosen_by(sum + R"({"weight_1":40,"weight_2":1,"normalization":"none"})") == 1);
  CHECK(chosen_by(R"("method":"chebyshev","method_options":{"weight_1":100})") == 1);
}
