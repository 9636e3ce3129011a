#include "orchestrator/study_change.hpp"

#include <catch2/catch.hpp>

#include "tests/orchestrator/config_support.hpp"
#include "tests/storage/builders.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace winnow;
using namespace winnow::run;
using namespace winnow::tests;
using Catch::Contains;

namespace {

StudyConfig config_with(const std::string& limits, const std::string& more = "") {
  return read_study(fmt::format(
      "name: a\nmethod: random\nmetric: {{name: loss}}\nparameters: {{x: {{min: 0.0, max: 1.0}}}}\n"
      "limits: {{{}}}\ntrial: {{command: [/bin/true]}}\n{}\n",
      limits, more));
}

std::vector<std::string> texts(const std::vector<Difference>& differences) {
  std::vector<std::string> lines;
  for (const Difference& each : differences) lines.push_back(to_text(each));
  return lines;
}

using Texts = std::vector<std::string>;

/// A study with a file, as it began.
class Begun {
 public:
  explicit Begun(const std::string& text) : text_(text) { write(text); }

  void write(const std::string& text) const { write_text(file(), text); }
  std::filesystem::path file() const { return folder_ / "a.yaml"; }

  StudyConfig follow() { return follow_study_file(store_, config(), StudyFolder("s/a"), notes); }
  StudyConfig config() const { return parse_study(text_, file()); }
  store::Store& store() { return store_; }

  std::vector<std::string> notes;

 private:
  store::NewStudy row() const {
    store::NewStudy study = store::a_study();
    study.config_text = text_;
    study.config_path = file();
    return study;
  }
  TemporaryFolder folder_;
  std::string text_;
  store::Store store_ = store::Store::in_memory(row());
};

const std::string study =
    "name: a\nmethod: random\nmetric: {name: loss}\nparameters: {x: {min: 0.0, max: 1.0}}\n"
    "limits: {max_trials: 5}\ntrial: {command: [/bin/true]}\n";

std::string with(std::string text, const std::string& from, const std::string& to) {
  return text.replace(text.find(from), from.size(), to);
}

}  // namespace

TEST_CASE("every setting that differs is named with both values") {
  const StudyConfig before = config_with("max_trials: 5");
  CHECK(differences(before, before).empty());
  const StudyConfig after =
      config_with("max_trials: 9, max_duration: 1h", "description: more\nseed: 3");
  CHECK(texts(differences(before, after)) == Texts{"description: \"\" → \"more\"", "seed: 0 → 3",
                                                   "limits.max_trials: 5 → 9",
                                                   "limits.max_duration: nothing → \"3600s\""});
}

TEST_CASE("limits and description may change, and nothing else") {
  const StudyConfig before = config_with("max_trials: 5");
  for (const Difference& each :
       differences(before, config_with("max_concurrent: 3", "description: more"))) {
    CHECK(may_change(each));
  }
  for (const Difference& each : differences(before, config_with("max_trials: 5", "seed: 3"))) {
    CHECK_FALSE(may_change(each));
  }
}

TEST_CASE("which checkpoints are kept may change, also from all to some and back") {
  const StudyConfig all = config_with("max_trials: 5");
  const StudyConfig some = config_with("max_trials: 5", "checkpoints: {keep_best_overall: 2}");
  const std::vector<Difference> changes = differences(all, some);
  CHECK(changes.size() == 3);
  CHECK(std::ranges::all_of(changes, may_change));
  CHECK(with_differences(all, changes).checkpoints == CheckpointPolicy{2, 1, 1});
  CHECK_FALSE(with_differences(some, differences(some, all)).checkpoints);
  const StudyConfig other = config_with("max_trials: 5", "checkpoints: {keep_best_overall: 3}");
  CHECK(texts(differences(some, other)) == Texts{"checkpoints.keep_best_overall: 2 → 3"});
  CHECK(with_differences(some, differences(some, other)).checkpoints == CheckpointPolicy{3, 1, 1});
}

TEST_CASE("a strict study keeps its lag when more trials may run at once") {
  const StudyConfig before = config_with("max_concurrent: 2", "determinism: strict");
  const StudyConfig after = config_with("max_concurrent: 4", "determinism: strict");
  const std::vector<Difference> changes = differences(before, after);
  CHECK(texts(changes) == Texts{"limits.max_concurrent: 2 → 4"});
  CHECK(with_differences(before, changes).spec.determinism.lag == 2);
  const StudyConfig other = config_with("max_concurrent: 2", "determinism: {mode: strict, lag: 3}");
  CHECK(texts(differences(before, other)) == Texts{"determinism.lag: 2 → 3"});
}

TEST_CASE("what a method plans for stays as it was when the number of trials changes") {
  const StudyConfig before = config_with("max_trials: 5");
  const StudyConfig more = with_differences(
      before, differences(before, config_with("max_trials: 50", "description: again")));
  CHECK(more.spec.limits.max_trials == 50);
  CHECK(more.spec.description == "again");
  CHECK(search_setup(more.spec).max_trials == 5);
  const StudyConfig none = with_differences(
      more, differences(more, config_with("", "planned_trials: 5\ndescription: again")));
  CHECK_FALSE(none.spec.limits.max_trials);
  CHECK(search_setup(none.spec).max_trials == 5);
  const StudyConfig endless = config_with("");
  const StudyConfig ended =
      with_differences(endless, differences(endless, config_with("max_trials: 7")));
  CHECK_FALSE(search_setup(ended.spec).max_trials);
}

TEST_CASE("settings are laid over a study and put on record") {
  Begun begun(study);
  const StudyConfig changed =
      change_settings(begun.store(), begun.config(), {"max_trials=9", "limits.max_duration=2h"});
  CHECK(changed.spec.limits.max_trials == 9);
  CHECK(changed.spec.limits.max_duration_s == 7200);
  CHECK(parse_study(begun.store().study().spec, begun.file()).spec == changed.spec);
  CHECK_THAT(begun.store().events().back().detail,
             Contains(R"({"setting":"limits.max_trials","before":5,"after":9})"));
  CHECK_THROWS_WITH(change_settings(begun.store(), begun.config(), {"seed=4"}),
                    Contains("seed was 0") && Contains("winnow fork"));
  CHECK_THROWS_WITH(change_settings(begun.store(), begun.config(), {"max_trials=x"}),
                    Contains("needs an integer"));
  CHECK_THROWS_AS(change_settings(begun.store(), begun.config(), {"max_trails=3"}), ConfigError);
}

TEST_CASE("a search whose finalists run under fresh seeds is not made longer") {
  Begun begun(study);
  store::NewTrial fresh = store::a_trial(0);
  fresh.role = store::Role::replicate;
  fresh.replicate = 1;
  begun.store().add_trial(fresh);
  for (const char* setting : {"max_trials=9", "max_duration=2h", "max_gpu_hours=3"}) {
    CHECK_THROWS_WITH(change_settings(begun.store(), begun.config(), {setting}),
                      Contains("the selection has begun"));
  }
  CHECK(change_settings(begun.store(), begun.config(), {"max_concurrent=2"})
            .spec.limits.max_concurrent == 2);
  begun.write(with(study, "max_trials: 5", "max_trials: 8"));
  CHECK_THROWS_WITH(begun.follow(),
                    Contains("limits.max_trials: its search is over") && Contains("--as-recorded"));
}

TEST_CASE("a study goes on as its file says by now, where that may be") {
  Begun begun(study);
  CHECK(begun.follow() == begun.config());
  begun.write("# a comment\n" + study);
  CHECK(begun.follow() == begun.config());
  CHECK(begun.notes.empty());
  begun.write(with(study, "max_trials: 5", "max_trials: 8"));
  CHECK(begun.follow().spec.limits.max_trials == 8);
  REQUIRE(begun.notes.size() == 1);
  CHECK_THAT(begun.notes[0], Contains("a.yaml has changed: limits.max_trials: 5 → 8"));
  CHECK_THAT(begun.store().study().config_text, Contains("max_trials: 8"));
  std::filesystem::remove(begun.file());
  CHECK(begun.follow() == begun.config());
}

TEST_CASE("a file that has changed elsewhere is refused with every difference and the ways on") {
  Begun begun(study);
  begun.write(with(with(study, "max: 1.0", "max: 2.0"), "max_trials: 5", "max_trials: 6"));
  CHECK_THROWS_WITH(begun.follow(), Contains("parameters.x.max: 1.0 → 2.0") &&
                                        !Contains("max_trials") && Contains("winnow fork s/a") &&
                                        Contains("--as-recorded"));
  begun.write("name: a\nmethod: rndom\n");
  CHECK_THROWS_WITH(begun.follow(), Contains("--as-recorded") && Contains("rndom"));
}

TEST_CASE("a file that describes another study by now is not this one's") {
  Begun begun(study);
  begun.write(with(study, "name: a", "name: b"));
  CHECK(begun.follow() == begun.config());
  REQUIRE(begun.notes.size() == 1);
  CHECK_THAT(begun.notes[0], Contains("describes the study b"));
}
