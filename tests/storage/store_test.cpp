#include "storage/store.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <random>

#include "searchers/problem/error.hpp"
#include "storage/study_lock.hpp"
#include "tests/storage/builders.hpp"
#include "tests/support/random_seed.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace winnow;
using namespace winnow::store;
using winnow::tests::TemporaryFolder;

namespace {

std::vector<std::string> kinds(const Store& store) {
  std::vector<std::string> kinds;
  for (const EventRow& event : store.events()) kinds.push_back(event.kind);
  return kinds;
}

}  // namespace

TEST_CASE("the newest session is named as long as it has no end") {
  Store store = Store::in_memory(a_study());
  CHECK_FALSE(store.unended_session());
  store.begin_session({.pid = 1, .host = "ada", .boot_id = "killed"});
  const SessionId second = store.begin_session({.pid = 2, .host = "bob", .boot_id = "boot"});
  const std::optional<LockHolder> last = store.unended_session();
  REQUIRE(last);
  CHECK(last->pid == 2);
  CHECK(last->host == "bob");
  CHECK(last->boot_id == "boot");
  store.end_session(second);
  CHECK_FALSE(store.unended_session());
}

TEST_CASE("a study comes back as it was given") {
  const TemporaryFolder folder;
  Store::create(folder / "study.db", a_study());
  const StudyRow study = Store::open_read_only(folder / "study.db").study();
  CHECK(study.name == a_study().name);
  CHECK(study.spec == a_study().spec);
  CHECK(study.config_text == a_study().config_text);
  CHECK(study.config_path == a_study().config_path);
  CHECK(study.seed == 0xfedcba9876543210);
  CHECK(study.objectives == a_study().objectives);
  CHECK(study.winnow_version == "0.1.0");
  CHECK(study.created_at.size() == std::string("2026-03-01T10:00:00.000Z").size());
  CHECK(study.run_time_s == 0);
  CHECK_FALSE(study.ending.has_value());
  CHECK(Store::open_read_only(folder / "study.db").tells() == 0);
}

TEST_CASE("the run time of a study is the sum over its sessions") {
  Store store = Store::in_memory(a_study());
  double now_s = 0;
  const SessionClock clock = [&now_s] { return now_s; };
  const SessionId first = store.begin_session({.pid = 1, .host = "ada", .boot_id = "b"}, clock);
  now_s = 10.5;
  store.end_session(first);
  now_s = 0;
  const SessionId second = store.begin_session({.pid = 2, .host = "ada", .boot_id = "b"}, clock);
  now_s = 4.5;
  store.end_session(second);
  CHECK(first != second);
  CHECK(store.study().run_time_s == 15);
  CHECK_THROWS_AS(store.end_session(second), BrokenExpectation);
}

TEST_CASE("a session that never ends counts up to its last commit, to the second") {
  const TemporaryFolder folder;
  Store::create(folder / "study.db", a_study());
  double now_s = 0;
  const auto study_s = [&folder] {
    return Store::open_read_only(folder / "study.db").study().run_time_s;
  };
  {
    Store killed = Store::open(folder / "study.db");
    killed.begin_session({.pid = 1, .host = "ada", .boot_id = "b"}, [&now_s] { return now_s; });
    now_s = 0.9;
    killed.add_trial(a_trial(0));
    CHECK(study_s() == 0);
    now_s = 1.5;
    killed.add_trial(a_trial(1));
    CHECK(study_s() == 1.5);
    now_s = 2.4;
    killed.add_trial(a_trial(2));
    CHECK(study_s() == 1.5);
    now_s = 32;
    killed.record_times({});  // nothing else happens, and it is written all the same
    CHECK(study_s() == 32);
    now_s = 40;
  }
  Store next = Store::open(folder / "study.db");
  next.begin_session({.pid = 2, .host = "ada", .boot_id = "b"}, [&now_s] { return now_s; });
  CHECK(next.study().run_time_s == 32);
  now_s = 5;
  next.end_session(SessionId{2});
  CHECK(next.study().run_time_s == 37);
}

TEST_CASE("a study ends once, with the trial it chose") {
  Store store = Store::in_memory(a_study());
  store.add_trial(a_trial(0));
  store.end_study("max_trials", TrialNumber{0}, R"({"candidates":1})");
  CHECK(store.study().ending == "max_trials");
  CHECK(store.decisions().at(0).kind == "chosen");
  CHECK(store.decisions().at(0).trial == TrialNumber{0});
  CHECK(kinds(store) == std::vector<std::string>{"trial_added", "decision_added", "study_ended"});
  CHECK_THROWS_AS(store.end_study("target", TrialNumber{0}, "{}"), BrokenExpectation);
  CHECK(store.decisions().size() == 1);
}

TEST_CASE("a study without a result has a decision that chooses nothing") {
  Store store = Store::in_memory(a_study());
  store.end_study("max_failed", std::nullopt, "{}");
  CHECK(store.study().ending == "max_failed");
  REQUIRE(store.decisions().size() == 1);
  CHECK_FALSE(store.decisions()[0].trial);
}

TEST_CASE("decisions are kept in order with their records") {
  Store store = a_store();
  store.add_trial(a_trial(0));
  store.add_decision("stop", TrialNumber{0}, R"({"rank":0.25})");
  store.add_decision("choose", std::nullopt, R"({"of":3})");
  const std::vector<DecisionRow> decisions = store.decisions();
  REQUIRE(decisions.size() == 2);
  CHECK(decisions[0].kind == "stop");
  CHECK(decisions[0].trial == TrialNumber{0});
  CHECK(decisions[0].record == R"({"rank":0.25})");
  CHECK_FALSE(decisions[1].trial.has_value());
  CHECK_THROWS_AS(store.add_decision("choose", std::nullopt, "not json"), BrokenExpectation);
}

TEST_CASE("the log has one number after the other, also when a verb failed in between") {
  Store store = a_store();
  store.add_trial(a_trial(0));
  CHECK_THROWS_AS(store.add_trial(a_trial(0)), BrokenExpectation);
  store.add_event("warning", TrialNumber{0}, R"({"text":"low space"})");
  const std::vector<EventRow> events = store.events();
  REQUIRE(events.size() == 3);
  for (std::size_t i = 0; i < events.size(); ++i) {
    CHECK(events[i].seq == static_cast<std::int64_t>(i) + 1);
  }
  CHECK(events[2].kind == "warning");
  CHECK(events[2].trial == TrialNumber{0});
  CHECK(store.events(2).size() == 1);
}

TEST_CASE("nobody but the store writes that a trial has changed its state") {
  Store store = a_store();
  CHECK_THROWS_AS(store.add_event("trial_failed", std::nullopt, "{}"), BrokenExpectation);
  CHECK_THROWS_AS(store.add_event("warning", std::nullopt, "[]"), BrokenExpectation);
}

TEST_CASE("each state of a trial leaves its event, what other rows say leaves none") {
  Store store = a_store();
  run_trial(store, a_trial_end(Ending::completed, {{"eval_loss", 1}, {"speed", 2}}));
  store.record_told(TrialNumber{0}, 0);
  CHECK(kinds(store) ==
        std::vector<std::string>{"session_began", "attempt_started", "trial_completed"});
  store.add_trial(a_trial(1));
  const AttemptId lost = store.start_attempt(an_attempt(1));
  store.end_attempt(lost, {}, an_attempt_end("lost"), std::nullopt);
  const std::vector<EventRow> events = store.events(3);
  REQUIRE(events.size() == 3);
  CHECK(events[0].kind == "trial_added");
  CHECK(events[1].kind == "attempt_started");
  CHECK(events[1].attempt == lost);
  CHECK(events[2].kind == "trial_requeued");
  CHECK(events[2].detail == "{}");
  CHECK(events[2].at.size() == std::string_view("2026-11-29T23:42:21.292Z").size());
}

TEST_CASE("a store opened for reading refuses every verb that writes") {
  const TemporaryFolder folder;
  Store::create(folder / "study.db", a_study());
  Store store = Store::open_read_only(folder / "study.db");
  CHECK_THROWS_AS(store.begin_session({}), BrokenExpectation);
  CHECK_THROWS_AS(store.end_session(SessionId{1}), BrokenExpectation);
  CHECK_THROWS_AS(store.record_times({}), BrokenExpectation);
  CHECK_THROWS_AS(store.add_trial(a_trial(0)), BrokenExpectation);
  CHECK_THROWS_AS(store.start_attempt(an_attempt(0)), BrokenExpectation);
  CHECK_THROWS_AS(store.add_trial_and_start(a_trial(0), an_attempt(0)), BrokenExpectation);
  CHECK_THROWS_AS(store.record_process(AttemptId{1}, {}), BrokenExpectation);
  CHECK_THROWS_AS(store.add_reports(AttemptId{1}, {}), BrokenExpectation);
  CHECK_THROWS_AS(store.end_attempt(AttemptId{1}, {}, {}, {}), BrokenExpectation);
  CHECK_THROWS_AS(store.end_queued_trial(TrialNumber{0}, {}), BrokenExpectation);
  CHECK_THROWS_AS(store.add_example_scores(TrialNumber{0}, "test", "f1", {}), BrokenExpectation);
  CHECK_THROWS_AS(store.add_decision("choose", std::nullopt, "{}"), BrokenExpectation);
  CHECK_THROWS_AS(store.add_event("note", std::nullopt, "{}"), BrokenExpectation);
  CHECK_THROWS_AS(store.end_study("over", std::nullopt, "{}"), BrokenExpectation);
  CHECK_THROWS_AS(store.record_told(TrialNumber{0}, 0), BrokenExpectation);
}

TEST_CASE("a reader sees what the writer has committed, while it writes") {
  const TemporaryFolder folder;
  Store writer = Store::create(folder / "study.db", a_study());
  const Store reader = Store::open_read_only(folder / "study.db");
  CHECK(reader.counts().total() == 0);
  writer.add_trial(a_trial(0));
  CHECK(reader.counts().total() == 1);
}

TEST_CASE("a reader that sleeps between its questions does not keep the log from being emptied") {
  const TemporaryFolder folder;
  const auto file = folder / "study.db";
  Store writer = Store::create(file, a_study());
  const Store reader = Store::open_read_only(file);
  const std::string note = R"({"note":")" + std::string(100'000, 'x') + R"("})";
  const auto write_much = [&] {
    for (int i = 0; i < 200; ++i) writer.add_event("note", std::nullopt, note);  // 20 MB
    return std::filesystem::file_size(file.string() + "-wal");
  };
  constexpr std::uintmax_t bound = 8 * 1024 * 1024;  // a checkpoint is due from 4 MiB on
  CHECK(reader.counts().total() == 0);
  CHECK(reader.trials().empty());
  CHECK_FALSE(reader.trial(TrialNumber{0}));
  CHECK(reader.events().empty());
  CHECK(write_much() < bound);
  CHECK(reader.events(199).size() == 1);
  CHECK(reader.study().name == "quick");
  CHECK(write_much() < bound);
}

TEST_CASE("the end of a trial may wait for the commit that begins the next one") {
  const TemporaryFolder folder;
  Store::create(folder / "study.db", a_study());
  Store store = Store::open(folder / "study.db");
  store.begin_session({.pid = 42, .host = "ada", .boot_id = "boot"});
  const Store reader = Store::open_read_only(folder / "study.db");
  int left = 0;
  store.defer_commits([&left] { ++left; });
  const AttemptId attempt = store.add_trial_and_start(a_trial(0), an_attempt(0));
  store.record_process(attempt, a_process(7));
  CHECK(left == 0);  // nothing runs before it is on record
  REQUIRE(reader.attempts(TrialNumber{0}).front().process == a_process(7));

  store.add_reports(attempt, {{a_measurement(0, 1, 0.5)}, {}, 10, 0.1});
  store.end_attempt(attempt, {{}, {}, 10, 0.2}, an_attempt_end(),
                    a_trial_end(Ending::completed, {{"eval_loss", 0.5}}));
  store.record_told(TrialNumber{0}, 0);
  CHECK(left == 1);
  CHECK(store.counts().completed == 1);
  CHECK((reader.counts().completed == 0 && reader.reported(TrialNumber{0}).empty()));
  SECTION("the next trial takes it along") {
    store.add_trial_and_start(a_trial(1), an_attempt(1));
    CHECK(reader.counts().running == 1);
  }
  SECTION("or it is committed by itself") {
    store.commit_deferred();
    CHECK(reader.counts().running == 0);
  }
  SECTION("or by a copy of the store") {
    store.back_up(folder / "copy.db");
    CHECK(Store::open_read_only(folder / "copy.db").counts().completed == 1);
  }
  CHECK((reader.counts().completed == 1 && reader.tells() == 1));

  store.defer_commits({});
  const std::int64_t next = reader.last_trial()->value + 1;
  store.add_trial_and_start(a_trial(next), an_attempt(next));
  store.end_attempt(AttemptId{reader.attempts(TrialNumber{next}).front().id}, {{}, {}, 0, 0.2},
                    an_attempt_end("crashed"), a_trial_end(Ending::failed));
  CHECK(reader.counts().failed == 1);
}

TEST_CASE("the stable views have their columns and rows") {
  Store store = a_store();
  const AttemptId attempt = store.add_trial_and_start(a_trial(0), an_attempt(0));
  store.end_attempt(attempt, {{a_measurement(0, 10, 0.5), a_measurement(20, 20, NAN)}, {}, 40},
                    an_attempt_end(), a_trial_end(Ending::completed, {{"eval_loss", 0.5}}));
  std::vector<std::string> trial_columns;
  std::vector<std::vector<std::optional<std::string>>> trials;
  store.read_view("v_trials", [&](const auto& names, const auto& cells) {
    trial_columns = names;
    trials.push_back(cells);
  });
  CHECK(trial_columns == std::vector<std::string>{"number", "state", "reason", "point", "role",
                                                  "seed", "data_seed", "fold", "replicate",
                                                  "parent", "max_steps", "elapsed_s", "attempts",
                                                  "values"});
  REQUIRE(trials.size() == 1);
  CHECK(trials[0][1] == "completed");
  CHECK(trials[0][2] == std::nullopt);
  CHECK(trials[0][3] == R"({"lr":0.0001,"batch":16})");
  CHECK(trials[0][13] == R"({"eval_loss":0.5})");

  std::vector<std::vector<std::optional<std::string>>> points;
  store.read_view("v_measurements",
                  [&](const auto&, const auto& cells) { points.push_back(cells); });
  REQUIRE(points.size() == 2);
  CHECK(points[0] == std::vector<std::optional<std::string>>{"0", "1", "10", "eval_loss", "0.5",
                                                             std::nullopt, "0.5"});
  CHECK(points[1][4] == std::nullopt);
  CHECK(points[1][5] == "nan");
  CHECK_THROWS_AS(store.read_view("trials; DROP TABLE trials", [](const auto&, const auto&) {}),
                  BrokenExpectation);
}

TEST_CASE("the stable views give numbers that read back exactly") {
  std::mt19937_64 bits(tests::seed_of_this_run("numbers in views"));
  std::uniform_real_distribution<double> exponent(-12, 12);
  std::vector<double> numbers = {0.1 + 0.2, 1.93, 1e-300, 1e300, 3, -0.0};
  while (numbers.size() < 2000) numbers.push_back(std::pow(10, exponent(bits)));
  MetricValues values = {{"zero \"quoted\"", NAN}};
  for (std::size_t i = 0; i < numbers.size(); ++i) values[fmt::format("m{:04}", i)] = numbers[i];
  Store store = a_store();
  run_trial(store, a_trial_end(Ending::completed, values));
  std::string text;
  store.read_view("v_trials", [&](const auto&, const auto& cells) { text = *cells[13]; });
  const auto json = nlohmann::json::parse(text);
  REQUIRE(json.size() == numbers.size() + 1);
  CHECK(json["zero \"quoted\""] == "nan");
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    REQUIRE(json[fmt::format("m{:04}", i)].get<double>() == numbers[i]);
  }
}

TEST_CASE("example scores come back in order") {
  Store store = a_store();
  store.add_trial(a_trial(0));
  store.add_example_scores(TrialNumber{0}, "test", "correct", {1, 0, 0.25});
  CHECK(store.example_scores(TrialNumber{0}, "test", "correct") == std::vector<double>{1, 0, 0.25});
  CHECK(store.example_scores(TrialNumber{0}, "validation", "correct").empty());
  CHECK_THROWS_AS(store.add_example_scores(TrialNumber{0}, "test", "f1", {NAN}), BrokenExpectation);
}

TEST_CASE("a backup is a store of its own with everything committed so far") {
  const TemporaryFolder folder;
  Store store = Store::create(folder / "study.db", a_study());
  store.add_trial(a_trial(0));
  store.back_up(folder / "copy.db");
  store.add_trial(a_trial(1));
  CHECK(Store::open_read_only(folder / "copy.db").counts().total() == 1);
  store.back_up(folder / "copy.db");
  CHECK(Store::open(folder / "copy.db").counts().total() == 2);
}
