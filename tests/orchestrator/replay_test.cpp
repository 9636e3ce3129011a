#include "orchestrator/replay.hpp"

#include <catch2/catch.hpp>

#include "orchestrator/search_trial.hpp"
#include "storage/migration.hpp"
#include "storage/sqlite.hpp"
#include "tests/storage/builders.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace winnow;
using namespace winnow::run;

namespace {

/// A study of `trials` trials, each told before the next was asked for; the last
/// is still running.
class Past {
 public:
  explicit Past(std::int64_t trials)
      : config_(parse_study("{name: past, method: tpe, metric: {name: eval_loss}, parameters: {x: "
                            "{min: 0.0, max: 1.0}}, points: [{x: 0.5}], limits: {max_trials: 99}, "
                            "trial: {command: [/bin/true]}}",
                            folder_ / "study.yaml")),
        store_(store::Store::in_memory(study_of(config_))) {
    store_.begin_session({.pid = 42, .host = "ada", .boot_id = "boot"});
    SearchHistory history(config_.spec);
    const std::unique_ptr<search::Searcher> searcher = make_searcher(config_.spec);
    for (std::int64_t number = 0; number < trials; ++number) {
      Suggestion suggestion{.number = TrialNumber{number}};
      if (const auto point = history.next_user_point()) {
        suggestion.point = *point;
      } else {
        suggestion = searcher->ask({suggestion.number, {}}, 1).suggestions.at(0);
      }
      history.add_suggested(suggestion);
      store_.add_trial(search_trial(suggestion, config_.spec.seed, number));
      const store::AttemptId attempt = store_.start_attempt(store::an_attempt(number));
      store_.record_process(attempt, store::a_process(100 + number));
      if (number + 1 == trials) break;
      const double loss = 0.5 * static_cast<double>(number % 3);
      store::TrialEndRow end = store::a_trial_end(Ending::completed, {{"eval_loss", loss}});
      end.told = number;
      store_.end_attempt(attempt, {}, store::an_attempt_end(), end);
      searcher->tell(store_.outcomes(number, 1).at(0));
    }
  }

  std::vector<ChangedProposal> replayed() {
    SearchHistory history(config_.spec);
    const std::unique_ptr<search::Searcher> searcher = make_searcher(config_.spec);
    return replay(store_, config_, history, *searcher);
  }
  store::Store& store() { return store_; }

 private:
  static store::NewStudy study_of(const StudyConfig& config) {
    store::NewStudy study = store::a_study();
    study.objectives = config.spec.objectives;
    return study;
  }
  tests::TemporaryFolder folder_;
  StudyConfig config_;
  store::Store store_;
};

std::vector<std::int64_t> numbers(const std::vector<ChangedProposal>& changed) {
  std::vector<std::int64_t> numbers;
  for (const ChangedProposal& proposal : changed) numbers.push_back(proposal.trial.value);
  return numbers;
}

using Numbers = std::vector<std::int64_t>;

}  // namespace

TEST_CASE("proposals that follow from their history are confirmed") {
  for (const std::int64_t trials : {0, 1, 2, 3, 40}) CHECK(Past(trials).replayed().empty());
}

TEST_CASE("a proposal that does not follow from its history is named with both points") {
  Past past(12);
  // As another version of the method might have proposed it.
  past.store().connection().run_script(
      "UPDATE configurations SET \"values\" = '[0.25]' WHERE id ="
      " (SELECT configuration FROM trials WHERE number = 10)");
  const std::vector<ChangedProposal> changed = past.replayed();
  REQUIRE(!changed.empty());
  CHECK(changed.front().trial == TrialNumber{10});
  CHECK(changed.front().text().starts_with("trial 10 was proposed as "));
  CHECK(changed.front().text().find("0.25, and would now be ") != std::string::npos);
}

TEST_CASE("a history that is another one than it was shows in the newest proposals") {
  Past past(40);
  past.store().connection().run_script(
      "UPDATE results SET value = 0.125 WHERE metric = -1 AND trial > 4");
  CHECK_FALSE(past.replayed().empty());
}

TEST_CASE("a user's point is nobody's proposal") {
  Past past(1);
  past.store().connection().run_script("UPDATE configurations SET \"values\" = '[0.75]'");
  CHECK(numbers(past.replayed()) == Numbers());
}

TEST_CASE("the history that every released version left is proposed again today") {
  const int newest = store::newest_version(store::embedded_migrations());
  for (int version = 1; version <= newest; ++version) {
    INFO("version " << version);
    const tests::TemporaryFolder folder;
    const auto file = folder / "study.db";
    tests::write_text(file, "");
    store::Connection(file, store::Access::read_write)
        .run_script(tests::read_text(
            fmt::format("{}/tests/storage/golden/version_{}.sql", WINNOW_SOURCE_DIR, version)));
    const store::Store store = store::Store::open(file);
    const store::StudyRow study = store.study();
    // Its program was beside the study file, which lay elsewhere.
    tests::write_text(folder / "trial.sh", "#!/bin/sh\n");
    std::filesystem::permissions(folder / "trial.sh", std::filesystem::perms::owner_all);
    const StudyConfig config = parse_stored_study(study.spec, folder / "study.yaml", file);
    const std::vector<Outcome> told = store.outcomes();
    REQUIRE(store.trials().size() == 6);
    for (const store::TrialRow& row : store.trials()) {
      const std::unique_ptr<search::Searcher> searcher = make_searcher(config.spec);
      for (std::int64_t k = 0; k < row.trial.history; ++k) {
        searcher->tell(told.at(static_cast<std::size_t>(k)));
      }
      const Suggestion& stored = row.trial.suggestion;
      const search::Proposal proposal = searcher->ask({stored.number, {}}, 1);
      CHECK(canonical_text(proposal.suggestions.at(0).point) == canonical_text(stored.point));
    }
  }
}
