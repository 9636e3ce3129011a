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

TEST_CASE("a report is one file that says what was decided") {
  const Winnow winnow;
  winnow.run_example("proven_winner");
  CHECK(winnow("report proven-winner").output == "wrote proven-winner-report.html\n");
  const std::string html = winnow.shell("cat proven-winner-report.html").output;
  CHECK_THAT(html, Contains("What decides") && Contains("Order of the settings") &&
                       Contains("What matters") && Contains("</html>"));
  CHECK(winnow("report proven-winner --out no/such/folder/r.html 2>&1").code != 0);

  winnow.run_example("pareto_tradeoff");
  winnow("report pareto-tradeoff --out front.html");
  CHECK_THAT(winnow.shell("cat front.html").output, Contains("<h3>Front</h3>"));
}
