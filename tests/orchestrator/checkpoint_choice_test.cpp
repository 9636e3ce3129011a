#include "orchestrator/export/checkpoint_choice.hpp"

#include <catch2/catch.hpp>

#include "tests/storage/builders.hpp"
#include "tests/support/temporary_folder.hpp"
#include "trainer/protocol/manifest.hpp"

using namespace winnow;
using namespace winnow::run;
using winnow::tests::TemporaryFolder;
using winnow::tests::write_text;

namespace {

constexpr TrialNumber trial{0};

// Trial 0 of a study on disk: checkpoints as folders, reports as rows.
class Trial {
 public:
  Trial() : store_(store::a_store()) {
    attempt_ = store_.add_trial_and_start(store::a_trial(0), store::an_attempt(0));
    std::filesystem::create_directories(folder().checkpoints(trial));
  }

  StudyFolder folder() const { return StudyFolder(temporary_ / "s"); }
  std::filesystem::path checkpoint(const std::string& name) const {
    return std::filesystem::canonical(folder().checkpoints(trial)) / name;
  }

  void make_checkpoint(const std::string& name) const {
    std::filesystem::create_directories(checkpoint(name));
    write_text(checkpoint(name) / "weights", name);
    write_text(checkpoint(name) / "manifest.json", protocol::manifest_text(checkpoint(name)));
  }

  void report_checkpoint(std::int64_t step, const std::string& path) {
    store_.add_reports(attempt_,
                       {.measurements = {}, .checkpoints = {{step, path}}, .offset = ++offset_});
  }
  void report_metric(std::int64_t step, double value) {
    const std::int64_t line = offset_++;
    store_.add_reports(attempt_, {.measurements = {store::a_measurement(line, step, value)},
                                  .checkpoints = {},
                                  .offset = offset_});
  }

  CheckpointChoice choose() const { return choose_checkpoint(store_, folder(), trial); }

 private:
  TemporaryFolder temporary_;
  store::Store store_;
  store::AttemptId attempt_;
  std::int64_t offset_ = 0;
};

}  // namespace

TEST_CASE("the checkpoint that the last report speaks of is chosen, not the newest") {
  Trial trial;
  for (const int step : {100, 200, 300}) {
    const std::string name = "step-000" + std::to_string(step);
    trial.make_checkpoint(name);
    trial.report_metric(step, step == 200 ? 1.0 : 2.0);
    trial.report_checkpoint(step, name);
  }
  CHECK(trial.choose().folder == trial.checkpoint("step-000300"));
  trial.report_metric(200, 1.0);  // the end: the best weights are those of step 200
  CHECK(trial.choose().folder == trial.checkpoint("step-000200"));
}

TEST_CASE("without a checkpoint of that step the newest is chosen") {
  Trial trial;
  for (const char* name : {"a", "b"}) trial.make_checkpoint(name);
  trial.report_checkpoint(1, "a");
  trial.report_checkpoint(2, "b");
  trial.report_metric(7, 1.0);
  CHECK(trial.choose().folder == trial.checkpoint("b"));
}

TEST_CASE("a damaged checkpoint is passed over, and said") {
  Trial trial;
  for (const char* name : {"old", "new"}) trial.make_checkpoint(name);
  trial.report_checkpoint(1, "old");
  trial.report_checkpoint(2, "new");
  write_text(trial.checkpoint("new") / "weights", "changed");
  const CheckpointChoice choice = trial.choose();
  CHECK(choice.folder == trial.checkpoint("old"));
  REQUIRE(choice.refused.size() == 1);
  CHECK(choice.refused[0].find("new") != std::string::npos);
}

TEST_CASE("a folder without a manifest is taken as it is") {
  Trial trial;
  std::filesystem::create_directories(trial.checkpoint("plain"));
  trial.report_checkpoint(1, "plain");
  CHECK(trial.choose().folder == trial.checkpoint("plain"));
}

TEST_CASE("no path leads out of the trial's checkpoint folder") {
  Trial trial;
  std::filesystem::create_directories(trial.folder().path() / "secret");
  std::filesystem::create_directory_symlink(trial.folder().path() / "secret",
                                            trial.checkpoint("link"));
  std::int64_t step = 0;
  for (const char* path : {"../../../secret", "link", "/etc", ".", "..", "", "missing"}) {
    trial.report_checkpoint(++step, path);
  }
  const CheckpointChoice choice = trial.choose();
  CHECK_FALSE(choice.folder);
  CHECK(choice.refused.size() == 7);
}

TEST_CASE("a trial without checkpoints has none") {
  const Trial trial;
  CHECK_FALSE(trial.choose().folder);
  CHECK(trial.choose().refused.empty());
}
