#include "orchestrator/checkpoint_retention.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/orchestrator/config_support.hpp"
#include "tests/storage/builders.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace winnow;
using namespace winnow::run;
using winnow::tests::TemporaryFolder;
using winnow::tests::write_text;
namespace fs = std::filesystem;

namespace {

using Names = std::vector<std::string>;

store::OfferedCheckpoint offered(std::int64_t id, std::int64_t trial, std::optional<double> value,
                                 bool competes = true) {
  return {.id = id,
          .trial = TrialNumber{trial},
          .step = id,
          .path = std::to_string(id),
          .value = value,
          .has_ended = true,
          .competes = competes};
}

Names names_of(const std::vector<store::OfferedCheckpoint>& checkpoints) {
  Names names;
  for (const store::OfferedCheckpoint& each : checkpoints) names.push_back(each.path);
  return names;
}

const Objective loss{"loss"};

/// Two trials of a study on disk, and what lies in their checkpoint folders.
class Study {
 public:
  explicit Study(const std::string& policy)
      : config_(tests::read_study(
            tests::study_with(std::string(tests::one_parameter) + "\ncheckpoints: " + policy))),
        store_(store::a_store()) {
    for (const int trial : {0, 1}) {
      attempts_.push_back(
          store_.add_trial_and_start(store::a_trial(trial), store::an_attempt(trial)));
    }
  }

  void report(std::int64_t trial, std::int64_t step, double value) {
    const std::string name = fmt::format("step-{}", step);
    make_folder(trial, name);
    const std::int64_t line = offset_++;
    store_.add_reports(
        attempts_.at(static_cast<std::size_t>(trial)),
        {.measurements = {{line,
                           {.step = step, .metric = "loss", .value = value, .elapsed_s = 0.5}}},
         .checkpoints = {{step, name}},
         .offset = offset_});
  }
  void complete(std::int64_t trial, double value) {
    store::AttemptEndRow finished;
    finished.ending = "finished";
    store_.end_attempt(attempts_.at(static_cast<std::size_t>(trial)),
                       {.measurements = {}, .checkpoints = {}, .offset = ++offset_}, finished,
                       store::TrialEndRow{Ending::completed, "", {{"loss", value}}, trial});
  }
  void make_folder(std::int64_t trial, const std::string& name) const {
    fs::create_directories(checkpoints(trial) / name);
    write_text(checkpoints(trial) / name / "weights", "w");
  }
  fs::path checkpoints(std::int64_t trial) const {
    return folder().checkpoints(TrialNumber{trial});
  }
  Names on_disk(std::int64_t trial) const {
    Names names;
    for (const auto& entry : fs::directory_iterator(checkpoints(trial))) {
      names.push_back(entry.path().filename());
    }
    std::ranges::sort(names);
    return names;
  }
  Names on_offer(std::int64_t trial) const {
    Names names;
    for (const auto& row : store_.checkpoints(TrialNumber{trial})) names.push_back(row.path);
    std::ranges::sort(names);
    return names;
  }
  CheckpointRetention retention(const std::set<TrialNumber>& running = {}) {
    return CheckpointRetention(store_, config_, folder(), running);
  }
  StudyFolder folder() const { return StudyFolder(temporary_ / "s"); }
  store::Store& store() { return store_; }
  const TemporaryFolder& temporary() const { return temporary_; }

 private:
  TemporaryFolder temporary_;
  StudyConfig config_;
  store::Store store_;
  std::vector<store::AttemptId> attempts_;
  std::int64_t offset_ = 0;
};

}  // namespace

TEST_CASE("a checkpoint is kept for any of three reasons") {
  const std::vector<store::OfferedCheckpoint> all = {offered(1, 0, 0.5), offered(2, 0, 0.3),
                                                     offered(3, 0, 0.4), offered(4, 1, 0.2),
                                                     offered(5, 1, 0.9), offered(6, 1, 0.8)};
  CHECK(names_of(superfluous(all, {1, 1, 1}, loss)) == Names{"1", "5"});
  CHECK(names_of(superfluous(all, {1, 0, 0}, loss)) == Names{"1", "2", "3", "5", "6"});
  CHECK(names_of(superfluous(all, {0, 0, 2}, loss)) == Names{"1", "4"});
  CHECK(names_of(superfluous(all, {0, 2, 0}, loss)) == Names{"1", "5"});
  CHECK(superfluous(all, {6, 0, 0}, loss).empty());
  const Objective accuracy{"accuracy", Direction::maximize};
  CHECK(names_of(superfluous(all, {1, 0, 0}, accuracy)) == Names{"1", "2", "3", "4", "6"});
}

TEST_CASE("without a value a checkpoint is never the best, and only completed trials compete") {
  const std::vector<store::OfferedCheckpoint> all = {offered(1, 0, std::nullopt),
                                                     offered(2, 0, 0.1, false), offered(3, 1, 0.5),
                                                     offered(4, 1, 0.5)};
  CHECK(names_of(superfluous(all, {1, 0, 0}, loss)) ==
        Names{"1", "2", "3"});  // the newer of equals
  CHECK(names_of(superfluous(all, {0, 1, 0}, loss)) == Names{"1", "3"});
}

TEST_CASE("what an ended trial leaves is withdrawn and deleted, and nothing else") {
  Study study("{keep_best_overall: 1, keep_best_per_trial: 0, keep_latest_per_trial: 0}");
  CheckpointRetention retention = study.retention();
  for (const auto& [step, value] : {std::pair{1, 0.5}, {2, 0.2}, {3, 0.4}}) {
    study.report(0, step, value);
  }
  study.make_folder(0, "the-program's-own");
  study.report(1, 1, 0.1);
  study.complete(0, 0.4);
  CHECK(retention.trial_ended(TrialNumber{0}).empty());
  CHECK(study.on_disk(0) == Names{"step-2", "the-program's-own"});
  CHECK(study.on_offer(0) == Names{"step-2"});
  CHECK(study.on_disk(1) == Names{"step-1"});  // it goes on

  study.complete(1, 0.1);
  CHECK(retention.trial_ended(TrialNumber{1}).empty());
  CHECK(study.on_disk(0) == Names{"the-program's-own"});
  CHECK(study.on_disk(1) == Names{"step-1"});
}

TEST_CASE("of a trial that goes on, the newest and the one it began with stay") {
  Study study("{keep_best_overall: 0, keep_best_per_trial: 0, keep_latest_per_trial: 0}");
  CheckpointRetention retention = study.retention();
  for (const int step : {1, 2, 3}) study.report(0, step, 0.5);
  CHECK(retention.trial_reported(TrialNumber{0}, "step-1").empty());
  CHECK(study.on_disk(0) == Names{"step-1", "step-3"});
  CHECK(study.on_offer(0) == Names{"step-1", "step-3"});
}

TEST_CASE("what an earlier session withdrew and did not delete is deleted") {
  Study study("{}");
  for (const int step : {1, 2}) study.report(0, step, 0.5);
  const std::vector<store::OfferedCheckpoint> all =
      store::offered_checkpoints(study.store().connection(), "loss");
  REQUIRE(all.size() == 2);
  CHECK(all[0].value == 0.5);
  store::withdraw_checkpoints(study.store().connection(), std::vector{all[0].id});
  study.retention({TrialNumber{0}});  // it may be writing
  CHECK(study.on_disk(0) == Names{"step-1", "step-2"});
  study.retention();
  CHECK(study.on_disk(0) == Names{"step-2"});
}

TEST_CASE("no link leads the deletion out of the study") {
  Study study("{keep_best_overall: 0, keep_best_per_trial: 0, keep_latest_per_trial: 0}");
  const fs::path canary = study.temporary() / "canary";
  fs::create_directories(canary / "step-2");
  write_text(canary / "step-2" / "file", "untouched");
  study.report(0, 1, 0.5);
  fs::remove_all(study.checkpoints(0) / "step-1");
  fs::create_directory_symlink(canary, study.checkpoints(0) / "step-1");
  study.report(1, 2, 0.5);
  fs::remove_all(study.checkpoints(1));
  fs::create_directory_symlink(canary, study.checkpoints(1));
  CheckpointRetention retention = study.retention();
  study.complete(0, 0.5);
  study.complete(1, 0.5);
  CHECK(retention.trial_ended(TrialNumber{0}).size() == 1);
  retention.trial_ended(TrialNumber{1});
  CHECK(fs::exists(canary / "step-2" / "file"));
  CHECK_FALSE(fs::exists(fs::symlink_status(study.checkpoints(0) / "step-1")));
}

TEST_CASE("without a policy everything is kept") {
  const StudyConfig config = tests::read_study(tests::study_with(tests::one_parameter));
  CHECK_FALSE(config.checkpoints);
  Study study("{keep_latest_per_trial: 7}");
  for (const int step : {1, 2}) study.report(0, step, 0.5);
  study.complete(0, 0.5);
  CheckpointRetention retention(study.store(), config, study.folder(), {});
  CHECK(retention.trial_ended(TrialNumber{0}).empty());
  CHECK(study.on_disk(0) == Names{"step-1", "step-2"});
}
