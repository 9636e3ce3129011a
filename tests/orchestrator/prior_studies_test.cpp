#include "orchestrator/prior_studies.hpp"

#include <catch2/catch.hpp>

#include "orchestrator/study_change.hpp"
#include "tests/orchestrator/config_support.hpp"
#include "tests/storage/builders.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace winnow;
using namespace winnow::run;
using Catch::Contains;

namespace {

const std::string study =
    "{name: new, method: tpe, metric: {name: loss, goal: maximize}, parameters: {x: {min: 0.0, "
    "max: "
    "1.0}, depth: {min: 1, max: 6, default: 2}, kind: {values: [a, b]}}, trial: {command: "
    "[/bin/true]}, prior_studies: [";

StudyConfig config(const std::string& sources, const std::filesystem::path& folder) {
  return parse_study(study + sources + "]}", folder / "new.yaml");
}

/// A store of a study with other parameters, one trial for each of `points`.
void make_store(const std::filesystem::path& file, const std::vector<Point>& points,
                Ending ending = Ending::completed) {
  std::filesystem::create_directories(file.parent_path());
  store::KnownTrials known;
  for (const Point& point : points) {
    const double loss = static_cast<double>(known.trials.size()) / 3;
    known.trials.push_back({point, store::a_trial_end(ending, {{"loss", loss}})});
  }
  store::NewStudy row = store::a_study();
  row.objectives = {store::an_objective("loss")};
  store::Store::create(file, row, known);
}

Point point(double x, const std::string& kind, std::optional<double> other = {}) {
  Point all({{"x", x}, {"kind", kind}});
  if (other) all.set("other", *other);
  return all;
}

}  // namespace

TEST_CASE("of another study is taken what is a point here; the rest is counted, with the reason") {
  const tests::TemporaryFolder folder;
  make_store(folder / "old/study.db",
             {point(0.1 + 0.2, "a", 5.5), point(2, "a"), point(0.5, "c"), point(0.25, "b", 6.0)});
  const StudyConfig here = config("old", folder.path());
  const TakenPriors taken = take_prior_studies(here, folder / "studies");
  REQUIRE(taken.studies.size() == 1);
  CHECK(taken.studies[0].source == "old");
  REQUIRE(taken.studies[0].trials.size() == 2);
  const PriorTrial& first = taken.studies[0].trials[0];
  CHECK(canonical_text(first.point) == "x=0.30000000000000004 depth=2 kind=a");
  CHECK(first.losses == std::vector<double>{0});
  CHECK(taken.studies[0].trials[1].losses == std::vector<double>{-1});  // it is maximised here
  CHECK_THAT(taken.sentences.at(0),
             Contains("prior study old: 2 trials, whatever their other was") &&
                 Contains("1 left out, trial 1: x is not"));

  // What the store gives back is what was taken, to the last bit, and not what is there by now.
  store::KnownTrials known;
  known.prior_studies = taken.records;
  const store::Store store = store::Store::in_memory(store::a_study(), known);
  std::filesystem::remove_all(folder / "old");
  CHECK(recorded_prior_studies(store, here.spec) == taken.studies);
  CHECK_THROWS_WITH(recorded_prior_studies(store, config("old, older", folder.path()).spec),
                    Contains("does not hold what they measured"));
}

TEST_CASE("a prior study is named by its folder, store, study file or name") {
  const tests::TemporaryFolder folder;
  make_store(folder / "studies/by-name/study.db", {point(0.5, "a")});
  make_store(folder / "elsewhere/backup.db", {point(0.25, "a")});
  tests::write_text(folder / "file.yaml",
                    "{name: by-name, method: random, metric: {name: loss}, parameters: {x: {min: "
                    "0.0, max: 1.0}}, trial: {command: [/bin/true]}}");
  const TakenPriors taken = take_prior_studies(
      config("by-name, elsewhere/backup.db, file.yaml, studies/by-name", folder.path()),
      folder / "studies");
  std::vector<std::string> points;
  for (const PriorStudy& each : taken.studies)
    points.push_back(canonical_text(each.trials.at(0).point).substr(0, 6));
  CHECK(points == std::vector<std::string>{"x=0.5 ", "x=0.25", "x=0.5 ", "x=0.5 "});
}

TEST_CASE("a prior study that is missing, or says nothing, is refused") {
  const tests::TemporaryFolder folder;
  make_store(folder / "failed/study.db", {point(0.5, "a")}, Ending::failed);
  make_store(folder / "foreign/study.db", {point(5, "a"), point(6, "a")});
  make_store(folder / "empty/study.db", {});
  const auto take = [&](const std::string& source) {
    return take_prior_studies(config(source, folder.path()), folder / "studies");
  };
  CHECK_THROWS_WITH(take("failed"), Contains("says something about this study; 1 left out"));
  CHECK_THROWS_WITH(take("foreign"), Contains("2 left out, trial 0, trial 1: x is not"));
  CHECK_THROWS_WITH(take("empty"), Contains("none that has ended"));
  CHECK_THROWS_WITH(take("missing"), Contains("missing"));
}

TEST_CASE("faults of prior_studies in a study file") {
  using tests::Faults;
  const auto faults = [](const std::string& more) {
    return tests::faults_in(tests::study_with(std::string(tests::one_parameter) + "\n" + more));
  };
  CHECK(faults("prior_studies: old") == Faults{"7:16 wrong-type"});
  CHECK(faults("prior_studies: [a, [b]]") == Faults{"7:20 wrong-type"});
  CHECK(faults("prior_studies: [a, a]") == Faults{"7:20 prior-study"});
  CHECK(faults("prior_studies: [a]") == Faults{"7:16 method"});  // random cannot
}

TEST_CASE("the normalised form keeps the names of prior studies, and a begun study keeps to them") {
  const StudyConfig one = config("a, b", "/studies"), other = config("a", "/studies");
  CHECK(normalised(one)["prior_studies"] == nlohmann::ordered_json({"a", "b"}));
  CHECK(parse_study(normalised(one).dump(), one.file).spec == one.spec);
  const std::vector<Difference> found = differences(one, other);
  REQUIRE(found.size() == 1);
  CHECK_FALSE(may_change(found[0]));
  StudyConfig begun = one;
  begun.spec.prior_studies[0].trials = {{Point(), {1}}};
  const StudyConfig more = with_differences(begun, {{"limits.max_trials", nullptr, 7}});
  CHECK(more.spec.prior_studies == begun.spec.prior_studies);
}
