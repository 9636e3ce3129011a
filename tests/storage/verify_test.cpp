#include "storage/verify.hpp"

#include <catch2/catch.hpp>
#include <filesystem>

#include "storage/sqlite.hpp"
#include "tests/storage/builders.hpp"
#include "tests/storage/report_values.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace winnow;
using namespace winnow::store;
using Catch::StartsWith;
using winnow::tests::TemporaryFolder;

namespace {

namespace fs = std::filesystem;
using Sentences = std::vector<std::string>;

// Every kind of line a report file may have.
constexpr std::string_view report =
    "{\"type\":\"metric\",\"step\":10,\"elapsed_s\":0.5,\"values\":{\"a\":1}}\n"
    "{\"eval_loss\":0.25,\"grad\":\"nan\"}\n"
    "{\"step\":20,\"elapsed_s\":1.5,\"eval_loss\":0.25}\n"
    "{\"step\":-20,\"eval_loss\":0.25}\n"
    "{\"type\":\"checkpoint\",\"step\":20,\"path\":\"step-20\"}\n"
    "not a report\n"
    "{\"accuracy\":\"high\"}\n"
    "{\"type\":\"finished\",\"step\":30,\"values\":{\"b\":2}}\n"
    "{\"a\":2}\n"
    "{\"a\":3";

std::int64_t place(std::string_view line_start) {
  return static_cast<std::int64_t>(report.find(line_start));
}

/// A study folder and its store: trial 0 completed and told, 1 running, 2 lost once and queued, 3
/// queued.
class Study {
 public:
  Study() : store_(Store::create(folder_ / "study.db", a_study())) {
    store_.begin_session({.pid = 42, .host = "ada", .boot_id = "boot"});
    TrialEndRow end = a_trial_end(Ending::completed, {{"eval_loss", 0.25}});
    end.told = 0;
    const AttemptId first = start(0);
    store_.end_attempt(first, everything_reported(), an_attempt_end(), end);
    start(1);
    store_.end_attempt(start(2), {}, an_attempt_end("lost"), std::nullopt);
    store_.add_trial(a_trial(3));
  }

  Sentences violations(const LiveProcesses& live = {}, const StudyRules& rules = {}) const {
    return verify(store_, folder_.path(), report_values, live, rules);
  }
  /// Raw SQL, without the store's care: what a bug or a bad disk might have left.
  void plant(const std::string& sql) {
    store_.connection().run_script(
        "PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON");
    store_.connection().run_script(sql);
  }
  fs::path attempt_folder(int trial) const { return folder_ / an_attempt(trial).folder; }
  Store& store() { return store_; }
  const TemporaryFolder& folder() const { return folder_; }

 private:
  AttemptId start(std::int64_t number) {
    const AttemptId id = store_.add_trial_and_start(a_trial(number), an_attempt(number));
    store_.record_process(id, a_process(100 + number));
    fs::create_directories(folder_ / an_attempt(number).folder);
    if (number == 0) tests::write_text(attempt_folder(0) / "reports.jsonl", std::string(report));
    return id;
  }
  static ReportBatch everything_reported() {
    const auto measured = [](std::int64_t line, std::string metric, double value) {
      return ReportedMeasurement{
          line, {.step = 1, .metric = std::move(metric), .value = value, .elapsed_s = 0}};
    };
    ReportBatch batch;
    batch.measurements = {measured(0, "a", 1),
                          measured(place("{\"eval_loss"), "eval_loss", 0.25),
                          measured(place("{\"eval_loss"), "grad", NAN),
                          measured(place("{\"step\":20"), "eval_loss", 0.25),
                          measured(place("{\"type\":\"finished"), "b", 2),
                          measured(place("{\"a\":2"), "a", 2)};
    batch.offset = place("{\"a\":3");
    return batch;
  }

  TemporaryFolder folder_;
  Store store_;
};

/// The one violation that `sql` plants, or all of them when there is not exactly one.
void check_planted(const std::string& sql, const std::string& sentence) {
  Study study;
  study.plant(sql);
  INFO(sql);
  CHECK(study.violations() == Sentences{sentence});
}

}  // namespace

TEST_CASE("a sound study has no violations") {
  const Study study;
  CHECK(study.violations({{"token-1-1", 101}}, {.max_trials = 4, .each_point_once = true}).empty());
}

TEST_CASE("a store may be verified by a reader while its writer lives") {
  const Study study;
  const Store reader = Store::open_read_only(study.folder() / "study.db");
  CHECK(verify(reader, study.folder().path(), report_values, {}).empty());
}

TEST_CASE("I1: a report line that is not in the store is found") {
  check_planted("DELETE FROM measurements WHERE metric = -1 AND step = 1 AND line = 61",
                "I1: eval_loss of the report at byte " + std::to_string(place("{\"eval_loss")) +
                    " of trials/0000/attempt-1 is not in the store");
}

TEST_CASE("I1: a value that differs from its report line is found") {
  check_planted("UPDATE measurements SET value = 7, non_finite = NULL WHERE value IS NULL",
                "I1: grad of the report at byte " + std::to_string(place("{\"eval_loss")) +
                    " of trials/0000/attempt-1 is nan, in the store 7");
}

TEST_CASE("I1: an offset beyond the report file is found") {
  check_planted("UPDATE attempts SET report_offset = 9 WHERE trial = 1",
                "I1: attempt 2 was read up to byte 9 of a report file of 0");
}

TEST_CASE("I1: what was reported beyond the offset is not yet missed") {
  Study study;
  tests::write_text(study.attempt_folder(1) / "reports.jsonl", "{\"a\":1}\n");
  CHECK(study.violations().empty());
  study.plant("UPDATE attempts SET report_offset = 8 WHERE trial = 1");
  CHECK(study.violations() ==
        Sentences{"I1: a of the report at byte 0 of trials/0001/attempt-1 is not in the store"});
}

TEST_CASE("I1: what an ended attempt reported and nobody read is found") {
  check_planted("UPDATE attempts SET report_offset = " + std::to_string(place("{\"a\":2")) +
                    " WHERE trial = 0; DELETE FROM measurements WHERE value = 2 AND line = " +
                    std::to_string(place("{\"a\":2")),
                "I1: attempt 1 has ended, and its report file from byte " +
                    std::to_string(place("{\"a\":2")) + " on was not read");
}

TEST_CASE("I1: a measurement that nobody reported is found") {
  check_planted("INSERT INTO measurements VALUES (1, 3, -1, 1, 0.5, NULL, 0, 0, 0)",
                "I1: attempt 1 has 7 measurements, 1 more than it reported");
}

TEST_CASE("I7: a result that has become another number is found by its hash") {
  check_planted("UPDATE results SET value = 0.125",
                "I7: eval_loss of trial 0 is not what was written: it says 0.125");
  check_planted("INSERT INTO metrics VALUES (99, 'eval_lost'); UPDATE results SET metric = 99",
                "I7: eval_lost of trial 0 is not what was written: it says 0.25");
}

TEST_CASE("I2: a trial that went on after its end is found") {
  Study study;
  study.plant(
      "INSERT INTO attempts(id, trial, ordinal, session, own_token, slot, own_ending, started_ms,"
      " ended_ms) SELECT 99, trial, 2, session, 'x', slot, 'lost', 0, 0 FROM attempts"
      " WHERE trial = 0");
  CHECK(study.violations() ==
        Sentences{"I2: trial 0 went on with attempt 2 after attempt 1, which says finished"});
}

TEST_CASE("I5: a point with two rows is found") {
  check_planted(
      "INSERT INTO configurations SELECT 99, shape, \"values\", hash FROM configurations"
      " WHERE id = 1",
      "I5: the point of configuration 1 has 2 rows");
}

TEST_CASE("I3: tokens of several, or of none, are found") {
  Study study;
  study.plant("UPDATE attempts SET own_token = 'x' WHERE trial < 2");
  CHECK(study.violations() == Sentences{"I3: token x belongs to 2 attempts"});
  study.plant(
      "UPDATE attempts SET own_token = NULL WHERE trial = 1; UPDATE sessions SET token = NULL");
  CHECK(std::ranges::count(study.violations(), "I3: attempt 2 has no token") == 1);
}

TEST_CASE("I3: a process that ran before it was recorded is found") {
  Study study;
  tests::write_text(study.attempt_folder(1) / "reports.jsonl", "{\"a\":1}\n");
  study.plant("UPDATE attempts SET pid = NULL, pid_started = NULL, boot_id = NULL WHERE trial = 1");
  CHECK(study.violations() ==
        Sentences{"I3: attempt 2 has no recorded process, but something ran and wrote "
                  "trials/0001/attempt-1/reports.jsonl"});
}

TEST_CASE("I7: a result that was chosen twice is found") {
  Study study;
  study.plant(
      "UPDATE study SET ending = 'max_trials';"
      "INSERT INTO decisions VALUES (1, 'chosen', 0, '{}', ''), (2, 'chosen', 0, '{}', '')");
  CHECK(study.violations().back() ==
        "I7: the study is over (max_trials) with 2 decisions about its result");
}

TEST_CASE("I4: a study that is over with trials that are not is found") {
  Study study;
  study.plant("UPDATE study SET ending = 'max_trials'");
  CHECK(study.violations() ==
        Sentences{"I4: the study is over (max_trials) but trial 1 is running",
                  "I4: the study is over (max_trials) but trial 2 is queued",
                  "I4: the study is over (max_trials) but trial 3 is queued"});
}

TEST_CASE("I8: a folder that two attempts share is found") {
  Study study;
  fs::remove_all(study.attempt_folder(2));
  study.plant("UPDATE attempts SET own_folder = 'trials/0001/attempt-1' WHERE trial = 2");
  CHECK(study.violations() == Sentences{"I8: 2 attempts share the folder trials/0001/attempt-1"});
}

TEST_CASE("I2: two attempts alive at once are found") {
  check_planted(
      "INSERT INTO attempts(id, trial, ordinal, session, own_token, slot, started_ms)"
      " SELECT 99, trial, 2, session, 'x', slot, 0 FROM attempts WHERE trial = 1",
      "I2: trial 1 has 2 attempts alive at once");
}

TEST_CASE("I2: a trial that ended twice is found") {
  check_planted(
      "UPDATE counters SET events = events + 1;"
      "INSERT INTO events SELECT (SELECT events FROM counters), session, kind, trial, attempt,"
      " detail, at_ms FROM log WHERE kind = 'trial_completed'",
      "I2: trial 0 has 2 endings in the event log instead of 1");
}

TEST_CASE("I2: a result of a trial that has not ended is found") {
  check_planted("INSERT INTO results VALUES (1, -1, 0.5, NULL, NULL)",
                "I2: trial 1 is running but has a result already");
}

TEST_CASE("I3: a process that belongs to no running attempt is found") {
  Study study;
  CHECK(study.violations({{"token-0-1", 100}, {"token-1-1", 101}, {"stranger", 5}}) ==
        Sentences{"I3: process 100 has the token token-0-1, whose attempt is ended",
                  "I3: process 5 has the token stranger, whose attempt is not in the store"});
}

TEST_CASE("I4: a running trial without an attempt that goes on is found") {
  check_planted(
      "UPDATE attempts SET ended_ms = 0, own_ending = 'lost', elapsed_s = 0 WHERE trial = 1",
      "I4: trial 1 is running but has no attempt that goes on");
}

TEST_CASE("I4: an attempt that goes on for a trial that does not is found") {
  check_planted(
      "UPDATE trials SET state_code = 1 WHERE number = 1;"
      "UPDATE counters SET events = events + 1;"
      "INSERT INTO events SELECT (SELECT events FROM counters), session,"
      " 'trial_requeued', 1, NULL, detail, at_ms FROM events WHERE seq = 1",
      "I4: attempt 2 is running but its trial 1 is queued");
}

TEST_CASE("I5: a hole in the numbers is found") {
  Study study;
  study.plant(
      "UPDATE trials SET number = 7 WHERE number = 3;"
      "UPDATE events SET trial = 7 WHERE trial = 3");
  CHECK(study.violations() == Sentences{"I5: there are 4 trials but the last has number 7"});
}

TEST_CASE("I5: more search trials than allowed are found, replicates not counted") {
  Study study;
  study.plant("UPDATE trials SET role_code = 1 WHERE number = 3");
  CHECK(study.violations({}, {.max_trials = 3}).empty());
  CHECK(study.violations({}, {.max_trials = 2}) ==
        Sentences{"I5: there are 3 search trials, 1 more than max_trials"});
}

TEST_CASE("I5: a grid point visited twice is found") {
  Study study;
  study.plant(
      "DELETE FROM configurations WHERE id = 2;"
      "UPDATE trials SET configuration = 1 WHERE configuration = 2");
  CHECK(study.violations().empty());
  CHECK(study.violations({}, {.max_trials = {}, .each_point_once = true}) ==
        Sentences{R"(I5: point {"lr":0.0001,"batch":16} was visited by 2 search trials)"});
}

TEST_CASE("I6: a hole in the order of tells is found") {
  check_planted("UPDATE trials SET told = 1 WHERE number = 0",
                "I6: 1 outcomes were told, the last with place 1, and the study says 1");
  check_planted("UPDATE counters SET tells = 2",
                "I6: 1 outcomes were told, the last with place 0, and the study says 2");
}

TEST_CASE("I6: a trial told before its end is found") {
  check_planted("UPDATE trials SET told = 1 WHERE number = 1; UPDATE counters SET tells = 2",
                "I6: trial 1 was told but is running");
}

TEST_CASE("I7: a row that refers to nothing is found") {
  check_planted(
      "UPDATE decisions SET trial = 77; INSERT INTO decisions VALUES (1, 'x', 77, '{}', '')",
      "I7: foreign_key_check found row 1 of decisions to refer to nothing in trials");
}

TEST_CASE("I7: a state that the log does not agree with is found") {
  check_planted("UPDATE trials SET state_code = 3 WHERE number = 0",
                "I7: trial 0 is stopped but its last event says completed");
}

TEST_CASE("I7: a hole among the attempts of a trial is found") {
  check_planted("UPDATE attempts SET ordinal = 2, own_folder = folder WHERE trial = 1",
                "I7: attempt 2 of trial 1 is number 2 of its trial instead of 1");
}

TEST_CASE("I7: an attempt that goes on but has an ending is found") {
  check_planted("UPDATE attempts SET own_ending = 'lost' WHERE trial = 1",
                "I7: attempt 2 goes on and has an ending already: lost");
}

TEST_CASE("I7: a hole in the log is found") {
  Study study;
  study.plant("DELETE FROM events WHERE seq = 1");
  REQUIRE(study.violations().size() == 1);
  CHECK_THAT(study.violations()[0], StartsWith("I7: the event log has "));
}

TEST_CASE("I7: an index that disagrees with its table is found") {
  Study study;
  study.plant("PRAGMA writable_schema = ON");
  sqlite3_db_config(study.store().connection().handle(), SQLITE_DBCONFIG_DEFENSIVE, 0, nullptr);
  study.plant(
      "PRAGMA writable_schema = ON;"
      "UPDATE sqlite_schema SET sql = 'CREATE INDEX trials_by_state ON trials(role_code)'"
      " WHERE name = 'trials_by_state'");
  const Store reader = Store::open_read_only(study.folder() / "study.db");
  const Sentences found = verify(reader, study.folder().path(), report_values, {});
  REQUIRE_FALSE(found.empty());
  CHECK_THAT(found[0], StartsWith("I7: integrity_check says: "));
}

TEST_CASE("I8: an attempt folder without a row is found") {
  Study study;
  fs::create_directories(study.folder() / "trials/0001/attempt-2");
  fs::create_directories(study.folder() / "trials/0001/checkpoints");
  CHECK(study.violations() == Sentences{"I8: folder trials/0001/attempt-2 belongs to no attempt"});
}

TEST_CASE("I8: an attempt that ran without a folder is found") {
  Study study;
  fs::remove_all(study.attempt_folder(1));
  CHECK(study.violations() == Sentences{"I8: attempt 2 has no folder trials/0001/attempt-1"});
}
