#include <catch2/catch.hpp>
#include <limits>

#include "orchestrator/report/json_forms.hpp"
#include "orchestrator/report/study_status.hpp"
#include "orchestrator/report/trials_table.hpp"
#include "tests/storage/builders.hpp"

using namespace winnow;
using namespace winnow::run;

namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

store::Store three_trials() {
  store::Store store = store::a_store();
  store::run_trial(
      store, store::a_trial_end(Ending::completed, {{"eval_loss", 2.5}, {"speed", not_a_number}}));
  store::run_trial(store, store::a_trial_end(Ending::completed, {{"eval_loss", 1.25}}));
  store::TrialEndRow failed = store::a_trial_end(Ending::failed);
  failed.reason = "crashed: exit code 3";
  store::run_trial(store, failed);
  return store;
}

}  // namespace

TEST_CASE("a trial's JSON has the promised keys in the promised order") {
  const store::Store store = three_trials();
  CHECK(trial_json(*store.trial(TrialNumber{0})).dump() ==
        R"({"number":0,"state":"completed","params":{"lr":0.0001,"batch":16},)"
        R"("values":{"eval_loss":2.5,"speed":"nan"},"seed":7,"attempts":1,"seconds":1.5})");
  CHECK(
      trial_json(*store.trial(TrialNumber{2})).dump() ==
      R"({"number":2,"state":"failed","reason":"crashed: exit code 3",)"
      R"("params":{"lr":0.00030000000000000003,"batch":16},"values":{},"seed":7,"attempts":1,"seconds":1.5})");
}

TEST_CASE("values keep their types in JSON") {
  CHECK(to_json(Value(3.0)).dump() == "3.0");
  CHECK(to_json(Value(std::int64_t{3})).dump() == "3");
  CHECK(to_json(Value(true)).dump() == "true");
  CHECK(to_json(Value(std::string("3"))).dump() == "\"3\"");
  CHECK(number_json(-std::numeric_limits<double>::infinity()).dump() == "\"-inf\"");
}

TEST_CASE("the table for people marks the best trial and leaves empty what is not there") {
  const store::Store store = three_trials();
  CHECK(as_text(trials_for_people(store.trials(), {{"eval_loss"}}, TrialNumber{1}), 100) ==
        "   trial  state      eval_loss      lr  batch   time  reason                speed\n"
        "       0  completed        2.5  0.0001     16  1.5 s                          nan\n"
        "*      1  completed       1.25  0.0002     16  1.5 s\n"
        "       2  failed                0.0003     16  1.5 s  crashed: exit code 3\n");
}

TEST_CASE("the table for programs has exact numbers and units in its titles") {
  const store::Store store = three_trials();
  CHECK(as_csv(trials_for_programs(store.trials())) ==
        "number,state,reason,role,replicate,seed,attempts,elapsed_s,params.lr,params.batch,"
        "values.eval_loss,values.speed\n"
        "0,completed,,search,0,7,1,1.5,0.0001,16,2.5,nan\n"
        "1,completed,,search,0,7,1,1.5,0.0002,16,1.25,\n"
        "2,failed,crashed: exit code 3,search,0,7,1,1.5,0.00030000000000000003,16,,\n");
}

TEST_CASE("a study's status counts, names the best and shows what runs") {
  store::Store store = three_trials();
  const store::AttemptId attempt =
      store.add_trial_and_start(store::a_trial(3), store::an_attempt(3));
  store.record_process(attempt, store::a_process(4242));
  store.add_reports(
      attempt,
      {.measurements = {store::a_measurement(0, 20, 3.5)}, .checkpoints = {}, .offset = 10});
  StudyStatus status = status_of(store, std::nullopt);
  CHECK_FALSE(status.best);  // no trial is the best by two objectives
  status.best = store.trial(TrialNumber{0});
  const std::string text = as_text(status, 100);
  CHECK(text.find("quick: not running; `winnow resume quick` goes on") != std::string::npos);
  CHECK(text.find("trials  4: 1 running, 2 completed, 1 failed") != std::string::npos);
  CHECK(text.find("knee    trial 0: eval_loss = 2.5, speed = nan (lr=0.0001 batch=16)") !=
        std::string::npos);
  CHECK(text.find("    3        1     0     4242    20        3.5") != std::string::npos);
  const auto json = as_json(status);
  CHECK(json["counts"].dump() ==
        R"({"queued":0,"running":1,"completed":2,"stopped":0,"failed":1,"cancelled":0})");
  CHECK(json["best"]["number"] == 0);
  CHECK(json["orchestrator"].is_null());
  CHECK(json["running"][0]["pid"] == 4242);
  CHECK(json["running"][0]["values"]["eval_loss"] == 3.5);
}

TEST_CASE("a living orchestrator is named, and its time counts up to its last commit") {
  store::Store store = store::Store::in_memory(store::a_study());
  double now_s = 0;
  store.begin_session({.pid = 77, .host = "ada", .boot_id = "b"}, [&now_s] { return now_s; });
  now_s = 30;
  store.add_trial(store::a_trial(0));
  now_s = 40;
  const StudyStatus status = status_of(
      store,
      store::LockHolder{.pid = 77, .host = "ada", .boot_id = "b", .since = "2026-03-01T10:00:00Z"});
  CHECK(as_text(status, 100).find("quick: running (process 77 since 2026-03-01T10:00:00Z)") !=
        std::string::npos);
  CHECK(as_json(status)["orchestrator"]["pid"] == 77);
  CHECK(as_json(status)["run_time_seconds"] == 30.0);
}

TEST_CASE("a study that is over says why") {
  store::Store store = store::a_store();
  store.end_study("max_trials reached", std::nullopt, "{}");
  const StudyStatus status = status_of(store, std::nullopt);
  CHECK(as_text(status, 100).find("quick: over: max_trials reached") != std::string::npos);
  CHECK(as_json(status)["ending"] == "max_trials reached");
  CHECK(as_json(status)["best"].is_null());
}

TEST_CASE("a verdict is shown with where its proof is") {
  const store::Store store = three_trials();
  StudyStatus status = status_of(store, std::nullopt);
  CHECK(as_json(status)["verdict"].is_null());
  status.verdict = "improved";
  CHECK_THAT(as_text(status, 100),
             Catch::Contains("verdict improved; `winnow decide quick` shows the proof"));
  CHECK(as_json(status)["verdict"] == "improved");
}
