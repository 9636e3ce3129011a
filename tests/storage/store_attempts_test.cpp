#include <catch2/catch.hpp>
#include <cmath>

#include "searchers/problem/error.hpp"
#include "storage/attempt_names.hpp"
#include "storage/event_kinds.hpp"
#include "storage/sqlite.hpp"
#include "storage/store.hpp"
#include "tests/storage/builders.hpp"

using namespace winnow;
using namespace winnow::store;

TEST_CASE("what was measured on the way is handed over by trial, attempt and line") {
  Store store = a_store();
  const AttemptId first = store.add_trial_and_start(a_trial(0), an_attempt(0));
  const AttemptId other = store.add_trial_and_start(a_trial(1), an_attempt(1));
  ReportedMeasurement speed = a_measurement(3, 1, 9);
  speed.measurement.metric = "speed";
  ReportedMeasurement last = a_measurement(4, 2, 0.75);
  last.is_final = true;
  store.add_reports(other, {{a_measurement(0, 1, NAN), speed, last}, {}, 5});
  store.end_attempt(first, {{a_measurement(0, 1, 0.5), a_measurement(9, 2, 0.25)}, {}, 18},
                    an_attempt_end("lost"), std::nullopt);
  NewAttempt again = an_attempt(0, 2);
  again.resumed_from = "step-1";
  again.resumed_step = 1;
  store.add_reports(store.start_attempt(again), {{a_measurement(0, 2, 0.125)}, {}, 9});
  std::vector<std::string> seen;
  store.for_each_measured("eval_loss", [&](TrialNumber trial, const Measurement& measured) {
    seen.push_back(fmt::format("{}:{}:{}", trial.value, measured.step, measured.value));
  });
  CHECK(seen == std::vector<std::string>{"0:1:0.5", "0:2:0.125", "1:1:nan"});
  store.for_each_measured("unknown", [](TrialNumber, const Measurement&) { FAIL(); });
}

TEST_CASE("an attempt comes back as it was started, recorded and ended") {
  Store store = a_store();
  store.add_trial(a_trial(0));
  NewAttempt attempt = an_attempt(0);
  attempt.slot = 3;
  attempt.gpus = {0, 2};
  attempt.resumed_from = "step-40";
  attempt.resumed_step = 40;
  const AttemptId id = store.start_attempt(attempt);
  AttemptRow row = store.attempts(TrialNumber{0}).at(0);
  CHECK(row.id == id);
  CHECK(row.state == "starting");
  CHECK_FALSE(row.process.has_value());
  CHECK(row.attempt.token == attempt.token);
  CHECK(row.attempt.slot == 3);
  CHECK(row.attempt.gpus == std::vector<int>{0, 2});
  CHECK(row.attempt.folder == attempt.folder);
  CHECK(row.attempt.resumed_from == "step-40");
  CHECK(row.attempt.resumed_step == 40);
  CHECK(row.stop_cause == StopCause::none);
  CHECK(store.trial(TrialNumber{0})->state == TrialState::running);

  const ProcessIdentity process = {.pid = 4242, .started = 99887766, .boot_id = "boot"};
  store.record_process(id, process);
  row = store.attempts_not_ended().at(0);
  CHECK(row.state == "running");
  CHECK(row.process == process);
  CHECK_FALSE(row.end.has_value());

  store.record_stop(id, StopCause::timed_out);
  store.record_stop(id, StopCause::study_stopping);
  CHECK(store.attempts_not_ended().at(0).stop_cause == StopCause::timed_out);  // the first stands
  store.record_early_stop(id, {10, "behind"});
  CHECK_FALSE(store.attempts_not_ended().at(0).early_stop);

  AttemptEndRow end = an_attempt_end("crashed");
  end.counts = false;
  end.signal = 9;
  end.exit_code = 1;
  end.message = "killed \xff by somebody";  // what programs print is not always UTF-8
  end.cpu_s = 1.25;
  end.max_rss_bytes = 1 << 20;
  store.end_attempt(id, {}, end, a_trial_end(Ending::failed));
  CHECK(store.attempts_not_ended().empty());
  row = store.attempts(TrialNumber{0}).at(0);
  REQUIRE(row.end.has_value());
  CHECK(row.state == "ended");
  CHECK(row.end->ending == "crashed");
  CHECK_FALSE(row.end->counts);
  CHECK(row.end->signal == 9);
  CHECK(row.end->exit_code == 1);
  CHECK(row.end->message == end.message);
  CHECK(row.end->elapsed_s == 1.5);
  CHECK(row.end->cpu_s == 1.25);
  CHECK(row.end->max_rss_bytes == 1 << 20);
}

TEST_CASE("what follows from an attempt's place is not kept, and is read as if it were") {
  Store store = Store::in_memory(a_study());
  store.begin_session({.pid = 1, .host = "ada", .boot_id = "boot", .token = "c0ffee"});
  for (int trial = 0; trial < 12; ++trial) {
    NewAttempt attempt = an_attempt(trial);
    attempt.token = store.new_token(attempt.trial, 1);
    attempt.folder = attempt_folder(attempt.trial, 1);
    store.add_trial_and_start(a_trial(trial), attempt);
  }
  Connection& connection = store.connection();
  CHECK(connection.first<int>("SELECT count(*) FROM attempts WHERE own_token IS NULL"
                              " AND own_folder IS NULL") == 12);
  const AttemptRow row = store.attempts(TrialNumber{11}).at(0);
  CHECK(row.attempt.token == "c0ffee-11-1");
  CHECK(row.attempt.folder == "trials/0011/attempt-1");
  CHECK(store.state_of_attempt("c0ffee-11-1") == "starting");
  // Neither another session's, nor one that only looks like it.
  for (const char* token : {"c0ffe-11-1", "c0ffee-11-2", "c0ffee-12-1", "c0ffee-11-1x", "c0ffee-11",
                            "c0ffee--1-1", "c0ffee", "-", ""}) {
    CHECK_FALSE(store.has_attempt(token));
  }
  NewAttempt other = an_attempt(12);
  other.folder = "elsewhere";
  store.add_trial_and_start(a_trial(12), other);
  CHECK(store.attempts(TrialNumber{12}).at(0).attempt.folder == "elsewhere");
  CHECK(store.has_attempt(other.token));
}

TEST_CASE("an attempt's build and form of the study are on record") {
  Store store = Store::in_memory(a_study());
  store.begin_session({.pid = 1, .host = "ada", .boot_id = "boot"});
  store.add_event(events::build_recorded, {}, R"({"build":"b1"})");
  const AttemptId first = store.add_trial_and_start(a_trial(0), an_attempt(0));
  store.change_study(R"({"name":"quick","more":1})", "more", R"({"what":"more"})");
  const AttemptId second = store.add_trial_and_start(a_trial(1), an_attempt(1));
  store.begin_session({.pid = 2, .host = "ada", .boot_id = "boot"});
  store.add_event(events::build_recorded, {}, R"({"build":"b2"})");
  const AttemptId third = store.add_trial_and_start(a_trial(2), an_attempt(2));
  CHECK(store.attempt_code(first).build == "b1");
  CHECK(store.attempt_code(first).spec_hash.size() == 16);
  CHECK(store.attempt_code(first).winnow_version == store.study().winnow_version);
  CHECK(store.attempt_code(second).build == "b1");
  CHECK(store.attempt_code(second).spec_hash != store.attempt_code(first).spec_hash);
  CHECK(store.attempt_code(third).build == "b2");
  CHECK(store.attempt_code(third).spec_hash == store.attempt_code(second).spec_hash);
}

TEST_CASE("the ordinary life of a trial is in the log without rows of its own") {
  Store store = a_store();
  const AttemptId first = store.add_trial_and_start(a_trial(0), an_attempt(0));
  store.end_attempt(first, {}, an_attempt_end(),
                    a_trial_end(Ending::completed, {{"eval_loss", 1}}));
  const AttemptId second = store.add_trial_and_start(a_trial(1), an_attempt(1));
  CHECK(store.connection().first<int>("SELECT count(*) FROM events") == 1);  // session_began
  // Another session ends what the first one began: that is no longer what the attempt's row says.
  store.begin_session({.pid = 43, .host = "ada", .boot_id = "boot"});
  store.end_attempt(second, {}, an_attempt_end(),
                    a_trial_end(Ending::completed, {{"eval_loss", 2}}));
  std::string log;
  for (const EventRow& event : store.events()) log += fmt::format("{} {}\n", event.seq, event.kind);
  CHECK(log ==
        "1 session_began\n2 attempt_started\n3 trial_completed\n4 attempt_started\n"
        "5 session_began\n6 trial_completed\n");
  CHECK(store.connection().first<int>("SELECT session FROM log WHERE seq = 6") == 2);
}

TEST_CASE("an attempt needs a session") {
  Store store = Store::in_memory(a_study());
  store.add_trial(a_trial(0));
  CHECK_THROWS_AS(store.start_attempt(an_attempt(0)), BrokenExpectation);
}

TEST_CASE("a trial has one attempt at a time, numbered from one") {
  Store store = a_store();
  store.add_trial(a_trial(0));
  CHECK_THROWS_AS(store.start_attempt(an_attempt(0, 2)), BrokenExpectation);
  const AttemptId first = store.start_attempt(an_attempt(0, 1));
  CHECK_THROWS_AS(store.start_attempt(an_attempt(0, 2)), BrokenExpectation);
  store.end_attempt(first, {}, an_attempt_end("lost"), std::nullopt);
  CHECK(store.trial(TrialNumber{0})->state == TrialState::queued);
  CHECK_THROWS_AS(store.start_attempt(an_attempt(0, 1)), BrokenExpectation);
  store.start_attempt(an_attempt(0, 2));
  CHECK(store.trial(TrialNumber{0})->attempts == 2);
  CHECK_THROWS_AS(store.start_attempt(an_attempt(9)), BrokenExpectation);
}

TEST_CASE("a process is recorded once and never for an ended attempt") {
  Store store = a_store();
  const AttemptId id = store.add_trial_and_start(a_trial(0), an_attempt(0));
  store.record_process(id, a_process(1));
  CHECK_THROWS_AS(store.record_process(id, a_process(3)), BrokenExpectation);
  CHECK_THROWS_AS(store.record_process(AttemptId{99}, a_process(3)), BrokenExpectation);
}

TEST_CASE("an attempt that never ran ends from its start") {
  Store store = a_store();
  const AttemptId id = store.add_trial_and_start(a_trial(0), an_attempt(0));
  store.end_attempt(id, {}, an_attempt_end("not_started"), std::nullopt);
  CHECK(store.trial(TrialNumber{0})->state == TrialState::queued);
  CHECK_THROWS_AS(store.end_attempt(id, {}, an_attempt_end(), std::nullopt), BrokenExpectation);
}

TEST_CASE("reports and the offset they were read up to are committed together") {
  Store store = a_store();
  const AttemptId id = store.add_trial_and_start(a_trial(0), an_attempt(0));
  store.add_reports(id, {{a_measurement(0, 1, 0.5), a_measurement(40, 2, NAN)}, {}, 80});
  CHECK(store.attempts_not_ended().at(0).report_offset == 80);
  const auto measured = store.measurements(TrialNumber{0}, "eval_loss");
  REQUIRE(measured.size() == 2);
  CHECK(measured[0] == a_measurement(0, 1, 0.5).measurement);
  CHECK(std::isnan(measured[1].value));
  CHECK(store.measurements(TrialNumber{0}, "other").empty());

  // A line seen twice, from before the offset or beyond the new one, takes nothing of its batch
  // along.
  CHECK_THROWS_AS(
      store.add_reports(id, {{a_measurement(80, 3, 1), a_measurement(79, 4, 1)}, {}, 120}),
      BrokenExpectation);
  CHECK_THROWS_AS(store.add_reports(id, {{a_measurement(120, 3, 1)}, {}, 120}), BrokenExpectation);
  CHECK_THROWS_AS(store.add_reports(id, {{}, {}, 79}), BrokenExpectation);
  CHECK(store.measurements(TrialNumber{0}, "eval_loss").size() == 2);
  CHECK(store.attempts_not_ended().at(0).report_offset == 80);
}

TEST_CASE("only what runs is told to stop") {
  Store store = a_store();
  const AttemptId id = store.add_trial_and_start(a_trial(0), an_attempt(0));
  CHECK_THROWS_AS(store.record_stop(id, StopCause::study_stopping), BrokenExpectation);
  store.record_process(id, a_process(1));
  CHECK_THROWS_AS(store.record_stop(id, StopCause::none), BrokenExpectation);
}

TEST_CASE("an empty batch writes nothing") {
  Store store = a_store();
  const AttemptId id = store.add_trial_and_start(a_trial(0), an_attempt(0));
  const int before = sqlite3_total_changes(store.connection().handle());
  store.add_reports(id, {});
  CHECK(sqlite3_total_changes(store.connection().handle()) == before);
  store.add_reports(id, {{}, {}, 10});
  CHECK(sqlite3_total_changes(store.connection().handle()) > before);
}

TEST_CASE("the last reports, the attempt's end and the trial's end are all or none") {
  Store store = a_store();
  const AttemptId id = store.add_trial_and_start(a_trial(0), an_attempt(0));
  TrialEndRow wrong = a_trial_end(Ending::completed, {{"eval_loss", 1}});
  wrong.told = 7;
  CHECK_THROWS_AS(
      store.end_attempt(id, {{a_measurement(0, 1, 0.5)}, {}, 40}, an_attempt_end(), wrong),
      BrokenExpectation);
  CHECK(store.measurements(TrialNumber{0}, "eval_loss").empty());
  CHECK(store.attempts_not_ended().size() == 1);
  CHECK(store.trial(TrialNumber{0})->state == TrialState::running);
  CHECK(store.trial(TrialNumber{0})->elapsed_s == 0);

  TrialEndRow right = wrong;
  right.told = 0;
  store.end_attempt(id, {{a_measurement(0, 1, 0.5)}, {}, 40}, an_attempt_end(), right);
  CHECK(store.measurements(TrialNumber{0}, "eval_loss") ==
        std::vector{a_measurement(0, 1, 0.5).measurement});
  CHECK(store.outcomes().size() == 1);
}

TEST_CASE(
    "how long a running attempt has run so far is committed with its reports and heartbeats") {
  Store store = a_store();
  const AttemptId id = store.add_trial_and_start(a_trial(0), an_attempt(0));
  store.record_process(id, a_process(100));
  const auto so_far = [&store] { return store.attempts(TrialNumber{0}).at(0).elapsed_s; };
  CHECK(so_far() == 0);
  store.add_reports(id, {{a_measurement(0, 10, 1)}, {}, 50, 2.5});
  CHECK(so_far() == 2.5);
  store.record_times({{id, 30}});
  CHECK(so_far() == 30);
  CHECK(store.trial(TrialNumber{0})->elapsed_s == 30);
  AttemptEndRow end = an_attempt_end();
  end.elapsed_s = 31;
  store.end_attempt(id, {{}, {}, 50}, end, a_trial_end(Ending::completed));
  store.record_times({{id, 60}});  // it ended in the same moment
  CHECK(so_far() == 31);
  CHECK(store.trial(TrialNumber{0})->elapsed_s == 31);
}
