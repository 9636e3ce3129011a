// What a finished study says of itself: which trials differ, which parameters matter.
#include "tests/end_to_end/program.hpp"

using Catch::Contains;
using namespace winnow::tests;

TEST_CASE("trials are compared side by side, and tested where they share fresh seeds") {
  const Winnow winnow;
  winnow.run_example("proven_winner");
  const auto record = winnow("decide proven-winner --json").json();
  const std::string chosen = record["chosen"]["number"].dump();
  const std::string baseline = record["baseline"]["number"].dump();

  const auto both = winnow(fmt::format("compare proven-winner {} {} --json", baseline, chosen));
  const auto compared = both.json();
  CHECK(compared["trials"].size() == 2);
  CHECK(compared["differing"] == nlohmann::json::parse(R"(["x"])"));
  REQUIRE(compared["pairs"].size() == 1);
  CHECK(compared["pairs"][0]["p"] == record["p"]);
  CHECK(compared["pairs"][0]["p_holm"] == record["p"]);
  CHECK(compared["pairs"][0]["difference"] == record["improvement"]);
  REQUIRE(compared["pairs"][0]["interval"].size() == 2);
  CHECK(compared["pairs"][0]["interval"][0] < record["improvement"]);
  CHECK(compared["pairs"][0]["interval"][1] > record["improvement"]);
  CHECK_THAT(winnow(fmt::format("compare proven-winner {} {}", baseline, chosen)).output,
             Contains("trial " + chosen) && Contains("sign-flip test"));

  // No finalist is the worst of the search: it has one score and no replicate.
  const auto trials = winnow("trials proven-winner --json").json()["trials"];
  std::size_t worst = 0;
  for (std::size_t t = 0; t < trials.size(); ++t) {
    const bool is_worse = trials[t]["values"]["height"] > trials[worst]["values"]["height"];
    if (is_worse && !trials[t].contains("role")) worst = t;
  }
  CHECK_THAT(winnow(fmt::format("compare proven-winner {} {}", worst, chosen)).output,
             Contains("nothing is tested"));
  CHECK(winnow(fmt::format("compare proven-winner {} {} --csv", worst, chosen))
            .output.starts_with("number,state,"));

  for (const char* words : {"1", "1 1", "1 999", "1 x", "1 -1"}) {
    CAPTURE(words);
    const Answer refused = winnow(fmt::format("compare proven-winner {} 2>&1", words));
    CHECK(refused.code == 2);
    CHECK_THAT(refused.output, Contains("TRIALS"));
  }
}

TEST_CASE("the importance of parameters stands beside the quality of the model behind it") {
  const Winnow winnow;
  winnow.run_example("function_minimum");
  const auto summary = winnow("importance function-minimum --json").json();
  CHECK(summary["trials"] == 20);
  CHECK(summary["best"] == 5);
  REQUIRE(summary["parameters"].size() == 2);
  CHECK(summary["parameters"][0]["share"] >= summary["parameters"][1]["share"]);
  CHECK(summary["auc"].is_number());
  CHECK_THAT(winnow("importance function-minimum").output, Contains("area under the curve"));
  CHECK(winnow("importance function-minimum --csv").output.starts_with("parameter,share,p,"));
  CHECK_THAT(winnow("importance function-minimum --metric depth 2>&1").output,
             Contains("depth is no objective"));

  winnow.write_study("short", "echo '{\"loss\":1}' >> $WINNOW_REPORT_FILE", "max_trials: 2");
  winnow("run short.yaml --quiet");
  CHECK_THAT(winnow("importance short 2>&1").output, Contains("need 20 or more"));
}

TEST_CASE("an analysis says what moves the score and where curves lead") {
  const Winnow winnow;
  winnow.run_example("early_stopping");
  const auto short_one = winnow("analyse early-stopping --at-step 100 --json").json();
  CHECK(short_one["model"].is_null());
  CHECK_THAT(short_one["no_model"].get<std::string>(), Contains("needs 20 or more"));
  REQUIRE(short_one["curves"].size() > 1);
  CHECK(short_one["curves"][0]["at_step"] == 100);
  CHECK(short_one["curves"][0]["interval"][0] < short_one["curves"][0]["score"]);

  winnow.run_example("function_minimum");
  const auto analysis = winnow("analyse function-minimum --json").json();
  CHECK(analysis["model"]["trials"] == 20);
  REQUIRE(analysis["parameters"].size() == 2);
  CHECK(analysis["parameters"][0]["dependence"].size() == 11);
  CHECK(analysis["parameters"][0]["one_at_a_time"].size() == 11);
  CHECK(analysis["ablation"]["from"] == "the default");
  CHECK(analysis["metrics"][0]["metric"] == "height");
  CHECK_THAT(winnow("analyse function-minimum").output, Contains("What the score goes with") &&
                                                            Contains("Sobol total") &&
                                                            Contains("No learning curves"));
  CHECK_THAT(winnow("analyse function-minimum --metric depth 2>&1").output,
             Contains("depth is no objective"));
  CHECK(winnow("analyse function-minimum --at-step 0 2>&1").code == 2);
}

TEST_CASE("finished trials become one model in one folder, tested against the best of them") {
  const Winnow winnow;
  winnow::tests::write_text(
      winnow.folder() / "trial.sh",
      "set -eu\nat=$WINNOW_CHECKPOINT_DIR/step-1\nmkdir -p $at\n"
      "for name in select test; do\n"
      "  awk -v trial=$WINNOW_TRIAL -v name=$name 'BEGIN {\n"
      "    srand(7 * trial + 1 + 1000 * (name == \"test\"))\n"
      "    for (row = 0; row < 300; ++row) {\n"
      "      label = row % 2 ? \"pos\" : \"neg\"; other = row % 2 ? \"neg\" : \"pos\"\n"
      "      right = rand() < 0.8\n"
      "      printf \"{\\\"row\\\":%d,\\\"label\\\":\\\"%s\\\",\\\"predicted\\\":\\\"%s\\\",\"\\\n"
      "             \"\\\"correct\\\":%s}\\n\", row, label, right ? label : other,\\\n"
      "             right ? \"true\" : \"false\"\n"
      "    }\n  }' > $at/$name.jsonl\ndone\n"
      "echo '{\"type\":\"checkpoint\",\"step\":1,\"path\":\"step-1\"}' >> $WINNOW_REPORT_FILE\n"
      "echo '{\"loss\":'$WINNOW_TRIAL'}' >> $WINNOW_REPORT_FILE\n");
  winnow.write_study("many", "/bin/sh " + (winnow.folder() / "trial.sh").string(), "max_trials: 6");
  winnow("run many.yaml --quiet");
  const auto made = winnow("ensemble many all --select select.jsonl --test test.jsonl --json 2>&1");
  CAPTURE(made.output);
  REQUIRE(made.code == 0);
  const auto ensemble = made.json();
  CHECK(ensemble["members"].size() == 6);
  CHECK(ensemble["test"]["rows"] == 300);
  CHECK(ensemble["test"]["accuracy"] > ensemble["test"]["single_accuracy"]);
  CHECK(
      winnow.shell("cd all && sha256sum --quiet --check SHA256SUMS && ls members | wc -l").output ==
      "6\n");
  const auto pair = winnow(
      "compare-predictions all/test-predictions.jsonl "
      "all/members/" +
      ensemble["best_single"].get<std::string>() + "/test.jsonl --json");
  CHECK(pair.json()["mcnemar_exact_p"] == ensemble["test"]["mcnemar_exact_p"]);
  CHECK_THAT(winnow("ensemble many two --select select.jsonl --test test.jsonl --members 2").output,
             Contains("ensemble of 2 models exported to two"));
  for (const char* words :
       {"", "--select select.jsonl", "--select a --test a",
        "--select select.jsonl --test nothing.jsonl", "--select select.jsonl --test ../test.jsonl",
        "--select select.jsonl --test test.jsonl --fresh",
        "--select select.jsonl --test test.jsonl --method best"}) {
    CAPTURE(words);
    CHECK(winnow(fmt::format("ensemble many refused {} 2>&1", words)).code == 2);
  }
  CHECK(winnow.shell("test ! -e refused").code == 0);

  winnow::tests::write_text(winnow.folder() / "raced.yaml",
                            "name: raced\nmethod: sobol\nmetric: {name: loss}\n"
                            "parameters: {x: {min: 0.0, max: 1.0}}\nlimits: {max_trials: 3}\n"
                            "selection: {finalists: 2, seeds: 3, baseline: none, looks: 0}\n"
                            "trial: {command: [/bin/sh, " +
                                (winnow.folder() / "trial.sh").string() + "]}\n");
  REQUIRE(winnow("run raced.yaml --quiet 2>&1").code == 0);
  const auto record = winnow("decide raced --json").json();
  const auto bagged = winnow(
      "ensemble raced bagged --select select.jsonl --test test.jsonl --method average --members 4 "
      "--finalists --json");
  REQUIRE(bagged.code == 0);
  const auto names = bagged.json()["members"];
  REQUIRE(names.size() == 4);
  const std::size_t first = record["chosen_arm"].get<std::size_t>();
  for (std::size_t i = 0; i < 4; ++i) {
    const std::size_t arm = i % 2 == 0 ? first : 1 - first;
    const auto number = record["arms"][arm]["fresh_trials"][i / 2].get<int>();
    CHECK(names[i].dump().find(fmt::format("trial-{:04}", number)) != std::string::npos);
  }
  CHECK(
      winnow("ensemble raced both --select select.jsonl --test test.jsonl --fresh --finalists 2>&1")
          .code == 2);
}

TEST_CASE("members of a front run again under fresh seeds, and the record says who is left") {
  const Winnow winnow;
  winnow::tests::write_text(
      winnow.folder() / "trial.sh",
      "awk -v x=$WINNOW_PARAM_X -v seed=$WINNOW_SEED 'BEGIN { srand(seed); n = rand() / 50\n"
      "  printf \"{\\\"cost\\\":%.9g,\\\"gain\\\":%.9g}\\n\", x * x + n, x + n }'"
      " >> $WINNOW_REPORT_FILE\n");
  winnow::tests::write_text(
      winnow.folder() / "front.yaml",
      "name: front\nmethod: sobol\nmetrics: [{name: cost}, {name: gain, goal: maximize}]\n"
      "parameters: {x: {min: 0.0, max: 1.0}}\nlimits: {max_trials: 6}\n"
      "selection: {finalists: 3, seeds: 6, baseline: none}\n"
      "trial: {command: [/bin/sh, " +
          (winnow.folder() / "trial.sh").string() + "]}\n");
  const auto ran = winnow("run front.yaml --quiet 2>&1");
  CAPTURE(ran.output);
  REQUIRE(ran.code == 0);
  const auto record = winnow("decide front --json").json();
  CHECK(record["verdict"] == "not_tested");
  CHECK(record["arms"].size() == 3);
  for (const auto& arm : record["arms"]) {
    CHECK(arm["fresh_trials"].size() == 6);
    CHECK(arm["membership"] > 0.5);
  }
  CHECK(record["front"]["common_seeds"] == 6);
  CHECK_THAT(winnow("decide front").output, Contains("on the front") && Contains("hypervolume of"));
  CHECK(winnow("decide front --verify").code == 0);
  CHECK(winnow("best front --json").json()["trial"]["number"] == record["chosen"]["number"]);
  CHECK(winnow("report front").code == 0);
}

TEST_CASE("a report is one file that says what was decided") {
  const Winnow winnow;
  winnow.run_example("proven_winner");
  CHECK(winnow("report proven-winner").output == "wrote proven-winner-report.html\n");
  const std::string html = winnow.shell("cat proven-winner-report.html").output;
  CHECK_THAT(html, Contains("What decides") && Contains("Order of the settings") &&
                       Contains("What matters") && Contains("Calibration") &&
                       Contains("Slice along x") && Contains("</html>"));
  CHECK(winnow("report proven-winner --out no/such/folder/r.html 2>&1").code != 0);

  winnow.run_example("pareto_tradeoff");
  winnow("report pareto-tradeoff --out front.html");
  CHECK_THAT(winnow.shell("cat front.html").output, Contains("<h3>Front</h3>"));
}
