#include "orchestrator/report/html/html_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "orchestrator/report/html/markup.hpp"
#include "orchestrator/report/html/page_style.hpp"
#include "orchestrator/report/html/plots.hpp"
#include "orchestrator/report/numbers.hpp"
#include "orchestrator/report/table.hpp"
#include "orchestrator/report/trials_table.hpp"
#include "searchers/stats/result.hpp"

namespace winnow::run {
namespace {

using Json = nlohmann::ordered_json;

/// The best so many trials stand in the report; all are in the store.
constexpr std::size_t shown_trials = 25;

std::string table_markup(const Table& table) {
  const auto style = [&](std::size_t column) {
    return table.columns[column].align == Table::Align::right ? " class=\"number\"" : "";
  };
  const bool has_titles = std::ranges::any_of(
      table.columns, [](const Table::Column& column) { return !column.title.empty(); });
  std::string html =
      fmt::format("<div class=\"scroll\"><table{}>\n", has_titles ? "" : " class=\"facts\"");
  if (has_titles) html += "<tr>";
  for (std::size_t i = 0; has_titles && i < table.columns.size(); ++i) {
    html += fmt::format("<th{}>{}</th>", style(i), html_text(table.columns[i].title));
  }
  if (has_titles) html += "</tr>\n";
  for (const auto& row : table.rows) {
    html += "<tr>";
    for (std::size_t i = 0; i < row.size(); ++i) {
      html += fmt::format("<td{}>{}</td>", style(i), html_text(row[i]));
    }
    html += "</tr>\n";
  }
  return html + "</table></div>\n";
}

std::string figure_markup(std::string_view title, const std::string& svg,
                          std::string_view caption) {
  if (svg.empty()) return "";
  return fmt::format("<figure><h3>{}</h3>\n{}<figcaption>{}</figcaption></figure>\n",
                     html_text(title), svg, html_text(caption));
}

std::string head_markup(const ReportContent& content) {
  const store::StudyRow& study = content.study;
  std::string objectives;
  for (const Objective& objective : study.objectives) {
    objectives += fmt::format("{}{} {}", objectives.empty() ? "" : ", ",
                              objective.direction == Direction::minimize ? "least" : "greatest",
                              objective.metric);
  }
  const auto searched = std::ranges::count_if(content.trials, [](const store::TrialRow& row) {
    return row.trial.role == store::Role::search;
  });
  const auto failed =
      std::ranges::count(content.trials, TrialState::failed, &store::TrialRow::state);
  std::string html = fmt::format("<h1>{}</h1>\n", html_text(study.name));
  if (!content.spec.description.empty()) {
    html += fmt::format("<p>{}</p>\n", html_text(content.spec.description));
  }
  html += fmt::format(
      "<p class=\"quiet\">{} by {}, seed {}. {} trials of the search and {} on fresh seeds, {} "
      "of all failed, {} of run time; begun {}; {}.</p>\n",
      html_text(objectives), html_text(content.spec.method), study.seed, searched,
      std::ssize(content.trials) - searched, failed, elapsed_text(study.run_time_s),
      html_text(study.created_at),
      study.ending ? "over: " + html_text(*study.ending) : std::string("not over yet"));
  return html;
}

std::string verdict_sentence(const std::string& verdict) {
  if (verdict == "improved") return "shown to be better than the baseline";
  if (verdict == "equivalent") return "shown to be as good as the baseline, within the margin";
  if (verdict == "not_proven") return "not shown to be better than the baseline";
  return "nothing was tested";
}

/// The numbers of the test, one a line, as far as the record has them.
std::string test_markup(const Json& record) {
  if (!record.contains("p") || record.at("p").is_null()) return "";
  Table table;
  table.columns = {{"", Table::Align::left}, {"", Table::Align::right}};
  const auto add = [&](const char* title, const char* field) {
    const auto found = record.find(field);
    if (found == record.end() || found->is_null()) return;
    table.rows.push_back({title, found->is_number()   ? number_text(found->get<double>())
                                 : found->is_string() ? found->get<std::string>()
                                                      : found->dump()});
  };
  const auto add_p = [&](const char* title, const char* field) {
    const auto found = record.find(field);
    if (found == record.end() || !found->is_number()) return;
    table.rows.push_back({title, stats::p_text(found->get<double>())});
  };
  add("test", "test");
  add_p("p", "p");
  add_p("p, corrected for all finalists", "p_corrected");
  add("level of the decision", "alpha");
  add("improvement", "improvement");
  const auto add_interval = [&](const char* field) {
    const auto found = record.find(field);
    if (found == record.end() || !found->is_array()) return;
    const auto end = [&](std::size_t side) {
      const Json& value = found->at(side);
      return value.is_number() ? number_text(value.get<double>()) : value.get<std::string>();
    };
    table.rows.push_back(
        {fmt::format("its {:.1f} % interval", 100 * record.at("interval_level").get<double>()),
         fmt::format("{} to {}", end(0), end(1))});
  };
  add_interval("interval");
  add("effect in standard deviations", "effect");
  add_interval("effect_interval");
  add("probability of being better", "probability_better");
  add("pairs of seeds", "pairs");
  add("pairs lost to failures", "dropped_pairs");
  add("power asked for", "power_requested");
  add("power for a difference of 1 sd", "power_one_sd");
  add_p("Shapiro-Wilk of the differences, p", "normality_p");
  add_p("equivalence within the margin, p", "equivalence_p");
  add("optimism: worse than in the search by", "optimism");
  return table_markup(table);
}

std::string decision_markup(const ReportContent& content) {
  std::string html = "<h2>Decision</h2>\n";
  if (!content.decision) {
    return html + "<p>The study is not over, so nothing is decided.</p>\n";
  }
  const Json& record = *content.decision;
  const std::string verdict = record.at("verdict").get<std::string>();
  html += fmt::format("<p><span class=\"verdict {}\">{}</span> {}</p>\n", html_text(verdict),
                      html_text(verdict), verdict_sentence(verdict));
  const auto chosen = record.find("chosen");
  if (chosen != record.end() && chosen->is_object()) {
    const auto number = chosen->at("number").get<std::int64_t>();
    const auto row = std::ranges::find(
        content.trials, TrialNumber{number},
        [](const store::TrialRow& trial) { return trial.trial.suggestion.number; });
    html += fmt::format(
        "<p>Chosen: trial {}: {}</p>\n", number,
        row == content.trials.end() ? "" : html_text(point_text(row->trial.suggestion.point)));
  }
  html += "<ul>\n";
  for (const Json& reason : record.at("reasons")) {
    html += fmt::format("<li>{}</li>\n", html_text(reason.get<std::string>()));
  }
  html += "</ul>\n";
  const auto hypothesis = record.find("hypothesis");
  if (hypothesis != record.end() && hypothesis->is_string()) {
    html += fmt::format("<p class=\"quiet\">{}</p>\n", html_text(hypothesis->get<std::string>()));
  }
  return html + test_markup(record);
}

std::string proof_plots(const ReportContent& content) {
  if (!content.decision || !content.spec.selection) return "";
  const Json& record = *content.decision;
  const Objective& objective = content.spec.selection->objective;
  const std::string plots =
      figure_markup("Finalists on fresh seeds", finalists_plot(record, objective),
                    "Dots: one seed each. Above them the mean with its 95 % interval (not "
                    "corrected), and as a diamond the score that made it a finalist.") +
      figure_markup("What decides", differences_plot(record, objective),
                    "Improvement of the chosen setting over the baseline under each seed; above, "
                    "the mean and the interval at the corrected level. Right of 0 is better.") +
      figure_markup("Order of the settings", ranks_plot(record, objective),
                    ranks_sentence(record, objective) +
                        " Mean ranks, 1 is best; a bar joins settings that Nemenyi's test does "
                        "not tell apart, which is no proof that they are equal.");
  return plots.empty() ? "" : "<div class=\"plots\">\n" + plots + "</div>\n";
}

std::string search_plots(const ReportContent& content) {
  std::string plots;
  for (const Objective& objective : content.study.objectives) {
    plots += figure_markup("History of " + objective.metric,
                           history_plot(content.trials, objective, content.chosen),
                           "Each completed trial of the search, the best so far as a line, the "
                           "chosen trial larger. The best of many noisy scores flatters itself.");
  }
  if (content.importance) {
    plots += figure_markup("What matters for " + content.importance->metric,
                           importance_plot(*content.importance),
                           "Bars: PED-ANOVA, grey where chance would do as well. " +
                               quality_sentence(*content.importance) +
                               " Diamonds: fANOVA, with the standard deviation over trees. " +
                               quality_sentence(content.importance->forest));
  }
  if (content.front) {
    plots += figure_markup("Front", front_plot(*content.front, content.trials),
                           fmt::format("{} of {} measured trials, none of which is worse than "
                                       "another in every objective; the knee is larger.",
                                       content.front->front.size(), content.front->measured));
  }
  std::string html = "<h2>Search</h2>\n";
  if (plots.empty()) return html + "<p>No trial has completed yet.</p>\n";
  html += "<div class=\"plots\">\n" + plots + "</div>\n";
  if (!content.no_importance.empty()) {
    html += fmt::format("<p class=\"quiet\">No importance of parameters: {}.</p>\n",
                        html_text(content.no_importance));
  }
  return html;
}

std::string titled_table(std::string_view title, const Table& table, std::string_view below) {
  if (table.rows.empty()) return "";
  return fmt::format("<h3>{}</h3>\n{}<p class=\"quiet\">{}</p>\n", html_text(title),
                     table_markup(table), html_text(below));
}

std::string analysis_markup(const ReportContent& content) {
  if (!content.analysis) return "";
  const AnalysisSummary& analysis = *content.analysis;
  constexpr std::size_t shown_slices = 6;
  std::string plots;
  if (analysis.no_model.empty()) {
    plots +=
        figure_markup("Calibration", calibration_plot(analysis.model, analysis.objective.metric),
                      quality_sentence(analysis.model));
  }
  for (std::size_t i = 0; i < std::min(shown_slices, analysis.effects.size()); ++i) {
    const ParameterEffect& effect = analysis.effects[i];
    plots += figure_markup(
        "Slice along " + effect.name, slice_plot(effect, analysis.objective.metric),
        fmt::format("Trials, and as a line the mean over the whole space by the forest, with the "
                    "spread of its trees. Share of its variance: {:.2f} (fANOVA).",
                    effect.share.mean));
  }
  std::string html = "<h2>Analysis</h2>\n";
  if (!plots.empty()) html += "<div class=\"plots\">\n" + plots + "</div>\n";
  html += titled_table("What moves the score", effects_table(analysis),
                       analysis.no_model.empty() ? quality_sentence(analysis.model) : "");
  if (analysis.ablation) {
    html += titled_table("Ablation", ablation_table(*analysis.ablation),
                         ablation_sentence(*analysis.ablation));
  }
  html += titled_table("What the score goes with", relations_table(analysis),
                       "Rank correlations; what goes together need not cause each other.");
  html += titled_table("Where learning curves lead", curves_table(analysis),
                       "A power law through what was reported; it cannot foresee overfitting.");
  return html + titled_table("Metrics of the completed trials", metrics_table(analysis),
                             left_out_sentences(analysis));
}

/// Best first by the first objective; what has no value of it comes last.
std::string trials_markup(const ReportContent& content) {
  const Objective& objective = content.study.objectives.front();
  std::vector<store::TrialRow> rows;
  for (const store::TrialRow& row : content.trials) {
    if (row.trial.role == store::Role::search) rows.push_back(row);
  }
  std::ranges::stable_sort(rows, {}, [&](const store::TrialRow& row) {
    const auto value = row.values.find(objective.metric);
    const bool is_measured = row.state == TrialState::completed && value != row.values.end() &&
                             !std::isnan(value->second);
    return is_measured ? to_loss(objective, value->second) : INFINITY;
  });
  const std::size_t all = rows.size();
  rows.resize(std::min(all, shown_trials));
  if (rows.empty()) return "";
  std::string html =
      fmt::format("<h2>Trials</h2>\n{}",
                  table_markup(trials_for_people(rows, content.spec.objectives, content.chosen)));
  if (all > rows.size()) {
    html += fmt::format(
        "<p class=\"quiet\">The best {} of {}; all: <code>winnow trials {} --csv</code></p>\n",
        rows.size(), all, html_text(content.study.name));
  }
  return html;
}

}  // namespace

std::string html_report(const ReportContent& content) {
  const std::string name = html_text(content.study.name);
  // Should markup ever slip through, the browser still loads and runs nothing.
  std::string html = fmt::format(
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
      "'unsafe-inline'\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<title>{}</title>\n<style>{}</style>\n</head>\n<body>\n",
      name, page_style);
  html += head_markup(content) + decision_markup(content) + proof_plots(content) +
          search_plots(content) + analysis_markup(content) + trials_markup(content);
  return html + fmt::format("<p class=\"quiet\">winnow {}</p>\n</body>\n</html>\n",
                            html_text(content.study.winnow_version));
}

}  // namespace winnow::run
