#include "orchestrator/report/html/html_report.hpp"

#include <catch2/catch.hpp>
#include <regex>

#include "orchestrator/decision/decision.hpp"
#include "orchestrator/report/html/arm_values.hpp"
#include "orchestrator/report/html/markup.hpp"
#include "orchestrator/report/html/plots.hpp"
#include "orchestrator/report/html/svg.hpp"

using namespace winnow;
using namespace winnow::run;
using Catch::Contains;

namespace {

const std::string hostile = "\"><script>alert('x')</script>&\x1b[2J\xff";

/// A study of names that want to be markup, raced to its end.
ReportContent hostile_study() {
  ReportContent content;
  content.study.name = "a" + hostile;
  content.study.objectives = {{hostile}};
  content.spec.description = hostile;
  content.spec.method = hostile;
  content.spec.objectives = content.study.objectives;
  SelectionSpec selection;
  selection.objective = content.study.objectives.front();
  selection.finalists = 2;
  selection.seeds = 8;
  selection.looks = 0;
  selection.baseline = Point({{hostile, std::string("0") + hostile}});
  content.spec.selection = selection;
  content.study.ending = hostile;
  const auto add = [&](int arm, store::Role role, int replicate, double loss) {
    store::TrialRow row;
    row.trial.suggestion.number = TrialNumber{std::ssize(content.trials)};
    row.trial.suggestion.point = Point({{hostile, std::to_string(arm) + hostile}});
    row.trial.role = role;
    row.trial.replicate = replicate;
    row.state = TrialState::completed;
    row.reason = hostile;
    row.values[hostile] = loss;
    content.trials.push_back(row);
  };
  for (int arm = 0; arm < 3; ++arm) add(arm, store::Role::search, 0, 1.0 - arm);
  for (int seed = 1; seed <= 8; ++seed) {
    for (int arm = 0; arm < 3; ++arm) {
      const auto role = arm == 0 ? store::Role::baseline : store::Role::replicate;
      add(arm, role, seed, 1.0 - arm + 0.01 * ((seed * (arm + 2)) % 7));
    }
  }
  const Decision decision = decide(content.spec, content.trials);
  content.decision = decision.record;
  content.decision->at("reasons").push_back(hostile);
  content.chosen = decision.chosen;
  content.importance = ImportanceSummary{content.study.name, hostile, 20, 5, 0.8, 0.1};
  content.importance->parameters = {{hostile, {0.7, 1, 0.1, 0.01, 20}}};
  content.no_importance = hostile;
  return content;
}

/// What is left of the text when every well-formed tag is taken away.
std::string without_tags(const std::string& html) {
  return std::regex_replace(
      html, std::regex("<(!doctype html|/?[a-z0-9]+(?: [a-zA-Z0-9-]+=\"[^\"<>]*\")*/?)>"), "");
}

}  // namespace

TEST_CASE("text of others becomes text in HTML") {
  CHECK(html_text("a<b>&\"'") == "a&lt;b&gt;&amp;&quot;&#39;");
  CHECK(html_text("\x1b\xff") == "\\x1b\\xff");
  CHECK(html_text("größe") == "größe");
}

TEST_CASE("ticks are round numbers inside the range") {
  CHECK_THAT(PlotAxis({0, 1}, {0, 100}).ticks(5),
             Catch::Matchers::Approx(std::vector<double>{0, 0.2, 0.4, 0.6, 0.8, 1}));
  CHECK(PlotAxis({-7, 13}, {0, 100}).ticks(5) == std::vector<double>{-5, 0, 5, 10});
  CHECK(PlotAxis({0.5, 2000}, {0, 100}, PlotScale::log).ticks(5) ==
        std::vector<double>{1, 10, 100, 1000});
  CHECK(PlotAxis({1, 100}, {0, 100}, PlotScale::log).at(10) == Approx(50));
  CHECK(PlotAxis({0, 10}, {200, 100}).at(2.5) == 175);
  CHECK(covering({3, 3}).low < 3);
  CHECK(covering({0, 20}).high == 21);
}

TEST_CASE("names that want to be markup stay text, everywhere in the report") {
  const std::string html = html_report(hostile_study());
  CHECK_THAT(html, !Contains("<script") && !Contains("onerror") && Contains("&lt;script&gt;"));
  const std::size_t style = html.find("<style>"), end = html.find("</style>");
  REQUIRE(style != std::string::npos);
  const std::string page = html.substr(0, style + 7) + html.substr(end);
  const std::string text = without_tags(page);
  CAPTURE(text.substr(std::min(text.size(), text.find_first_of("<>") - 40), 120));
  CHECK(text.find_first_of("<>") == std::string::npos);
  for (const char control : {'\x1b', '\xff'}) CHECK(html.find(control) == std::string::npos);
}

TEST_CASE("a report asks for nothing from outside") {
  const std::string html = html_report(hostile_study());
  for (const char* word : {"http:", "https:", "src=", "href=", "url(", "@import"}) {
    CAPTURE(word);
    CHECK(html.find(word) == std::string::npos);
  }
  CHECK_THAT(html, Contains("default-src 'none'"));
}

TEST_CASE("a report shows the race: arms, differences, ranks") {
  const ReportContent content = hostile_study();
  const Objective& objective = content.spec.selection->objective;
  const std::vector<ArmValues> arms = arm_values(*content.decision);
  REQUIRE(arms.size() == 3);
  CHECK(arms[0].is_baseline);
  CHECK(arms[1].is_chosen);  // finalists stand in the order of their scores
  CHECK(common_seeds(arms).size() == 8);
  CHECK_THAT(finalists_plot(*content.decision, objective), Contains("trial 2"));
  CHECK_THAT(differences_plot(*content.decision, objective), Contains("seed 8: "));
  CHECK_THAT(ranks_plot(*content.decision, objective), Contains("trial 2 (1.00)"));
  CHECK_THAT(ranks_sentence(*content.decision, objective), Contains("8 seeds"));
  CHECK_THAT(html_report(content), Contains("class=\"verdict improved\""));
}

TEST_CASE("a name that does not fit beside its axis is cut, not drawn over the edge") {
  store::TrialRow row;
  row.state = TrialState::completed;
  row.trial.suggestion.number = TrialNumber{0};
  const Objective objective{std::string(200, 'm')};
  row.values[objective.metric] = 1;
  const std::string plot = history_plot({row}, objective, std::nullopt);
  CHECK_THAT(plot, Contains("mmm…</text>"));
  CHECK_THAT(plot, !Contains(objective.metric + "</text>"));
}

TEST_CASE("a study of nothing has a report without plots") {
  ReportContent content;
  content.study.name = "empty";
  content.study.objectives = {{"loss"}};
  content.spec.objectives = content.study.objectives;
  const std::string html = html_report(content);
  CHECK_THAT(html, Contains("No trial has completed yet") && Contains("nothing is decided"));
  CHECK_THAT(html, !Contains("<svg"));
  CHECK(history_plot({}, content.study.objectives.front(), std::nullopt).empty());
}
