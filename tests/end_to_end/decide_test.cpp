// The proof of the winner, from the study file to the record: finalists run again under fresh
// seeds, a test decides, and every number follows from the store.
#include <catch2/catch.hpp>
#include <set>

#include "storage/sqlite.hpp"
#include "tests/end_to_end/program.hpp"

using Catch::Contains;
using namespace winnow::tests;

namespace {

void change_store(const Winnow& winnow, const std::string& study, const std::string& sql) {
  winnow::store::Connection store(winnow.folder() / "studies" / study / "study.db",
                                  winnow::store::Access::read_write);
  store.run_script(sql);
}

}  // namespace

TEST_CASE("a winner is proven on fresh seeds that all finalists share, and the proof is checked") {
  const Winnow winnow;
  winnow.run_example("proven_winner");

  const auto record = winnow("decide proven-winner --json").json();
  CHECK(record["version"] == 1);
  CHECK(record["verdict"] == "improved");
  CHECK(record["p_corrected"].get<double>() < record["alpha"].get<double>());
  CHECK(record["p_corrected"].get<double>() >= record["p"].get<double>());
  CHECK(record["pairs"].get<int>() <= 12);
  CHECK(winnow("best proven-winner --json").json()["trial"]["number"] ==
        record["chosen"]["number"]);
  const auto status = winnow("status proven-winner --json").json();
  CHECK(status["best"]["number"] == record["chosen"]["number"]);
  CHECK(status["verdict"] == "improved");

  std::set<std::int64_t> search_seeds, fresh_seeds;
  winnow::store::Connection store(winnow.folder() / "studies/proven-winner/study.db",
                                  winnow::store::Access::read_only);
  auto rows = store.query("SELECT seed, role = 'search' FROM trials");
  while (rows.step()) {
    (rows.column<int>(1) != 0 ? search_seeds : fresh_seeds).insert(rows.column<std::int64_t>(0));
  }
  CHECK(search_seeds.size() == 24);
  CHECK(fresh_seeds.size() == 12);
  for (const std::int64_t seed : fresh_seeds) CHECK_FALSE(search_seeds.contains(seed));

  const Answer verified = winnow("decide proven-winner --verify");
  CHECK(verified.code == 0);
  CHECK(verified.output == "every number of the decision follows from the store\n");
  CHECK(winnow("decide proven-winner --verify --json").output ==
        "{\"version\":1,\"verified\":true,\"differing\":[]}\n");
}

TEST_CASE("a study that fails before its race ends with a record that shows nothing") {
  const Winnow winnow;
  write_text(winnow.folder() / "s.yaml",
             "name: s\nmethod: random\nmetric: {name: loss}\n"
             "parameters: {x: {min: 0.0, max: 1.0, default: 0.5}}\n"
             "limits: {max_trials: 20, max_failed: 2}\nselection: {finalists: 2, seeds: 7}\n"
             "trial:\n  retries: 0\n  command:\n    - /bin/sh\n    - -c\n    - |\n"
             "      [ $WINNOW_TRIAL -lt 3 ] && echo '{\"loss\":1}' >> $WINNOW_REPORT_FILE\n");
  CHECK(winnow("run s.yaml --quiet 2>&1").code == 1);
  const auto record = winnow("decide s --json").json();
  CHECK(record["verdict"] == "not_tested");
  CHECK(record["chosen"]["values"]["loss"] == 1.0);
  CHECK(winnow("decide s --verify").code == 0);
}

TEST_CASE("with folds every fresh seed runs once for each, and counts by their mean") {
  const Winnow winnow;
  write_text(winnow.folder() / "s.yaml",
             "name: s\nmethod: random\nmetric: {name: loss}\n"
             "parameters: {x: {min: 0.0, max: 1.0, default: 0.5}}\n"
             "limits: {max_trials: 2}\nselection: {finalists: 1, seeds: 6, folds: 2}\n"
             "trial:\n  command:\n    - /bin/sh\n    - -c\n    - |\n"
             "      [ -n \"$WINNOW_FOLD\" ] && fold=$WINNOW_FOLD || fold=7\n"
             "      echo \"{\\\"loss\\\":$((WINNOW_SEED % 100 + 1000 * fold))}\" >> "
             "$WINNOW_REPORT_FILE\n");
  winnow("run s.yaml --quiet");
  const auto record = winnow("decide s --json").json();
  CHECK(record["folds"] == 2);
  const auto table = winnow("trials s --json").json();
  for (const auto& trial : table["trials"]) {
    const bool is_of_no_fold = trial["values"]["loss"] >= 7000;
    CHECK(is_of_no_fold == !trial.contains("role"));  // those of the search
  }
  winnow::store::Connection store(winnow.folder() / "studies/s/study.db",
                                  winnow::store::Access::read_only);
  auto rows = store.query(
      "SELECT count(*), count(DISTINCT fold), min(seed % 100) FROM trials WHERE replicate = 1");
  REQUIRE(rows.step());
  CHECK(rows.column<int>(0) == 2 * 2);
  CHECK(rows.column<int>(1) == 2);
  for (const auto& arm : record["arms"]) {
    CHECK(arm["fresh_values"].size() == 6);
    CHECK(arm["fresh_values"][0] == rows.column<int>(2) + 500);
  }
  CHECK(winnow("decide s --verify").code == 0);
}

TEST_CASE("a held-out metric is shown in the decision and nowhere else") {
  const Winnow winnow;
  write_text(winnow.folder() / "s.yaml",
             "name: s\nmethod: random\nmetric: {name: loss}\n"
             "parameters: {x: {min: 0.0, max: 1.0, default: 0.5}}\n"
             "limits: {max_trials: 3}\n"
             "selection: {finalists: 1, seeds: 6, holdout_metric: held_out}\n"
             "trial:\n  command:\n    - /bin/sh\n    - -c\n    - |\n"
             "      echo \"{\\\"loss\\\":$((WINNOW_SEED % 100)),\\\"held_out\\\":7.654321}\" >> "
             "$WINNOW_REPORT_FILE\n");
  CHECK_THAT(winnow("run s.yaml").output, !Contains("7.65"));
  const auto record = winnow("decide s --json").json();
  CHECK(record["arms"][0]["holdout_mean"] == 7.654321);
  CHECK_THAT(winnow("decide s").output, Contains("held out") && Contains("7.65432"));
  CHECK(winnow("decide s --verify").code == 0);
  const int other = record["chosen"]["number"] == 0 ? 1 : 0;  // without a decision to show
  for (const char* command : {"trials s", "trials s --json", "trials s --csv", "show s {}",
                              "show s {} --json", "best s", "best s --json", "compare s 0 1",
                              "analyse s", "analyse s --json", "status s", "status s --json"}) {
    CAPTURE(command);
    const Answer answer = winnow(fmt::format(fmt::runtime(command), other));
    CHECK(answer.code == 0);
    CHECK_THAT(answer.output, !Contains("7.65") && !Contains("held_out"));
  }
  for (const char* format : {"--csv", "--jsonl", "--tensorboard"}) {
    CAPTURE(format);
    REQUIRE(winnow(fmt::format("export s out{} {}", format, format)).code == 0);
    for (const auto& entry : std::filesystem::recursive_directory_iterator(
             winnow.folder() / fmt::format("out{}", format))) {
      if (entry.is_regular_file()) CHECK_THAT(read_text(entry.path()), !Contains("held_out"));
    }
  }
}

TEST_CASE("whatever of a decision does not follow from the store is named") {
  const Winnow winnow;
  winnow.run_example("proven_winner");
  // An earlier build recorded less, and what it did record follows.
  change_store(winnow, "proven-winner",
               "UPDATE decisions SET record = json_remove(record, '$.effect_interval');");
  CHECK(winnow("decide proven-winner --verify").code == 0);
  const std::string last =
      "(SELECT max(number) FROM trials WHERE role <> 'search' AND state = 'completed')";
  // One after the other: what was changed before stays.
  for (const auto& [change, place] : {
           std::pair("UPDATE decisions SET trial = 1 - min(trial, 1);", "the chosen trial: "),
           std::pair("UPDATE decisions SET record = json_set(record, '$.p', 0.0001);",
                     "decision.p: the record has 0.0001"),
           std::pair("UPDATE trials SET seed = seed + 1 WHERE number = LAST;", " seed: "),
           std::pair("UPDATE measurements SET value = 7.25 WHERE attempt = (SELECT max(id) FROM "
                     "attempts WHERE trial = LAST);",
                     "the rows give 7.25"),
           std::pair("UPDATE results SET value = value + 0.01 WHERE trial = LAST;",
                     "decision.arms: the record has"),
       }) {
    CAPTURE(change);
    CHECK_THAT(winnow("decide proven-winner --verify 2>&1").output, !Contains(place));
    std::string sql = change;
    if (const auto at = sql.find("LAST"); at != std::string::npos) sql.replace(at, 4, last);
    change_store(winnow, "proven-winner", sql);
    const Answer verified = winnow("decide proven-winner --verify 2>&1");
    CHECK(verified.code == 5);
    CHECK_THAT(verified.output, Contains(place));
  }
  const Answer as_json = winnow("decide proven-winner --verify --json");
  CHECK(as_json.code == 5);
  const auto verification = as_json.json();
  CHECK(verification["verified"] == false);
  REQUIRE(!verification["differing"].empty());
  CHECK(verification["differing"][0]["record"] != verification["differing"][0]["rows"]);
}
