// A decision record in sentences. Made from the JSON, so that records of earlier versions read too.
#include <fmt/format.h>

#include <algorithm>

#include "orchestrator/decision/decision.hpp"
#include "orchestrator/report/numbers.hpp"
#include "orchestrator/report/table.hpp"
#include "orchestrator/report/terminal_text.hpp"
#include "searchers/stats/result.hpp"

namespace winnow::run {
namespace {

using Json = nlohmann::ordered_json;

/// "0.0123", or "nan" and its like, which are text in JSON; "" for nothing.
std::string number(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  return value.is_number() ? number_text(value.get<double>()) : "";
}

/// A p-value; what is too small for a number is not 0.
std::string p_value(const Json& value) {
  return value.is_number() ? stats::p_text(value.get<double>()) : number(value);
}

std::string field(const Json& record, const char* name) {
  const auto found = record.find(name);
  return found == record.end() ? "" : number(*found);
}

std::string params_text(const Json& params) {
  std::string text;
  for (const auto& [name, value] : params.items()) {
    const std::string shown = value.is_number_float() ? number(value)
                              : value.is_string()     ? value.get<std::string>()
                                                      : value.dump();
    text += fmt::format("{}{}={}", text.empty() ? "" : " ", name, shown);
  }
  return terminal_text(text);
}

std::string head_text(const Json& record) {
  std::string text = fmt::format("verdict: {}\n", record.at("verdict").get<std::string>());
  const Json& chosen = record.at("chosen");
  if (chosen.is_null()) return text + "chosen: none\n";
  return text + fmt::format("chosen: trial {}  {}\n", chosen.at("number").get<std::int64_t>(),
                            params_text(chosen.at("params")));
}

/// "12", or "9 of 12" where three failed.
std::string seeds_text(const Json& values) {
  const auto failed = std::ranges::count(values, Json());
  if (failed == 0) return std::to_string(values.size());
  return fmt::format("{} of {}", std::ssize(values) - failed, values.size());
}

std::string arms_text(const Json& record, std::size_t width) {
  using Align = Table::Align;
  Table table;
  table.columns = {
      {"", Align::left},         {"search trial", Align::right}, {"search", Align::right},
      {"seeds", Align::right},   {"fresh mean", Align::right},   {"sd", Align::right},
      {"left at", Align::right}, {"setting", Align::left}};
  const bool has_holdout =
      !record.at("arms").empty() && record.at("arms")[0].contains("holdout_mean");
  if (has_holdout) table.columns.insert(table.columns.end() - 1, {"held out", Align::right});
  std::size_t index = 0;
  for (const Json& arm : record.at("arms")) {
    const bool is_chosen = record.contains("chosen_arm") && record.at("chosen_arm") == index++;
    const std::string mark = arm.at("baseline").get<bool>() ? "baseline" : "finalist";
    table.rows.push_back(
        {is_chosen ? mark + " *" : mark, number(arm.at("search_trial")),
         number(arm.at("search_value")), seeds_text(arm.at("fresh_values")), number(arm.at("mean")),
         number(arm.at("sd")),
         arm.at("left_at_look").is_null() ? "" : "look " + number(arm.at("left_at_look")),
         params_text(arm.at("params"))});
    auto& row = table.rows.back();
    if (has_holdout) row.insert(row.end() - 1, number(arm.at("holdout_mean")));
  }
  return as_text(table, width);
}

/// Of several objectives: a column each for the means, and what the seeds say of the membership.
std::string front_arms_text(const Json& record, std::size_t width) {
  using Align = Table::Align;
  Table table;
  table.columns = {{"", Align::left}, {"search trial", Align::right}, {"seeds", Align::right}};
  for (const auto& [metric, mean] : record.at("arms").at(0).at("means").items()) {
    table.columns.push_back({metric, Align::right});
    table.columns.push_back({"sd", Align::right});
  }
  for (const char* title : {"on the front", "attained", "knee"}) {
    table.columns.push_back({title, Align::right});
  }
  const bool has_holdout = record.at("arms").at(0).contains("holdout_mean");
  if (has_holdout) table.columns.push_back({"held out", Align::right});
  table.columns.push_back({"setting", Align::left});
  std::size_t index = 0;
  for (const Json& arm : record.at("arms")) {
    const std::string mark = arm.at("baseline").get<bool>() ? "baseline" : "finalist";
    std::vector<std::string> row = {record.at("chosen_arm") == index++ ? mark + " *" : mark,
                                    number(arm.at("search_trial")),
                                    seeds_text(arm.at("fresh_values"))};
    for (const auto& [metric, mean] : arm.at("means").items()) {
      row.push_back(number(mean));
      row.push_back(number(arm.at("sds").at(metric)));
    }
    for (const char* share : {"membership", "attained", "knee_share"}) {
      row.push_back(fmt::format("{:.2f}", arm.at(share).get<double>()));
    }
    if (has_holdout) row.push_back(number(arm.at("holdout_mean")));
    row.push_back(params_text(arm.at("params")));
    table.rows.push_back(std::move(row));
  }
  return as_text(table, width);
}

std::string arm_name(const Json& arm) {
  return arm.at("baseline").get<bool>() ? "the baseline"
                                        : "trial " + number(arm.at("search_trial"));
}

std::string front_text(const Json& record) {
  const Json& front = record.at("front");
  const Json& interval = front.at("hypervolume_interval");
  std::string text = fmt::format(
      "hypervolume of the {} members' means {} (95 % interval {} to {}; by the scores of the "
      "search "
      "{}), {} seeds\nchosen by {}; the weighted sum takes {}\n",
      front.at("members").get<int>(), number(front.at("hypervolume")), number(interval[0]),
      number(interval[1]), number(front.at("search_hypervolume")),
      front.at("common_seeds").get<int>(), front.at("chosen_by").get<std::string>(),
      arm_name(record.at("arms").at(front.at("weighted_arm").get<std::size_t>())));
  if (!record.contains("objectives")) return text;
  text += record.at("hypothesis").get<std::string>() + "\n";
  for (const Json& test : record.at("objectives")) {
    const Json& range = test.at("interval");
    text += fmt::format(
        "{}: improvement {}{}{}\n", terminal_text(test.at("metric").get<std::string>()),
        number(test.at("improvement")),
        range.is_null() ? "" : fmt::format(" ({} to {})", number(range[0]), number(range[1])),
        test.at("certain").get<bool>()
            ? ", the same under every seed"
            : fmt::format(", p = {}, corrected {}", p_value(test.at("p")),
                          p_value(test.at("p_corrected"))));
  }
  return text;
}

std::string test_text(const Json& record) {
  // Of several objectives the tests stand with the front.
  if (record.at("p").is_null() || record.contains("front")) return "";
  const Json& interval = record.at("interval");
  const Json& wins = record.at("probability_better_interval");
  std::string text = fmt::format("{}\nimprovement {}", record.at("hypothesis").get<std::string>(),
                                 field(record, "improvement"));
  if (!interval.is_null()) {
    text += fmt::format(" ({:.1f} % interval {} to {})",
                        100 * record.at("interval_level").get<double>(), number(interval[0]),
                        number(interval[1]));
  }
  const int pairs = record.at("pairs").get<int>();
  text += fmt::format(", {} pair{} of seeds, {} dropped\n", pairs, pairs == 1 ? "" : "s",
                      record.at("dropped_pairs").get<int>());
  text += fmt::format("{}: p = {}, corrected for all finalists {} (alpha {})\n",
                      record.at("test").get<std::string>(), p_value(record.at("p")),
                      p_value(record.at("p_corrected")), field(record, "alpha"));
  text += fmt::format("probability of being better {} ({} to {})\n",
                      field(record, "probability_better"), number(wins[0]), number(wins[1]));
  const std::string effect = field(record, "effect");
  if (!effect.empty()) {
    const Json range = record.value("effect_interval", Json());
    text += fmt::format(
        "effect in standard deviations: {}{}\n", effect,
        range.is_null() ? "" : fmt::format(" ({} to {})", number(range[0]), number(range[1])));
  }
  for (const auto& [name, words] :
       {std::pair("power_one_sd", "power for a difference of one standard deviation: {}\n"),
        std::pair("normality_p", "Shapiro-Wilk of the differences: p = {}\n"),
        std::pair("equivalence_p", "equivalence within the margin: p = {}\n"),
        std::pair(
            "optimism",
            "optimism (fresh seeds against the score in the search, above 0 is worse): {}\n")}) {
    const bool is_p = std::string_view(name).ends_with("_p");
    const auto found = record.find(name);
    const std::string value = found == record.end() ? "" : is_p ? p_value(*found) : number(*found);
    if (!value.empty()) text += fmt::format(fmt::runtime(words), value);
  }
  return text;
}

}  // namespace

std::string decision_text(const Json& record, std::size_t width) {
  std::string text = head_text(record);
  const bool has_front = record.contains("front");
  if (record.contains("arms")) {
    text += "\n" + (has_front ? front_arms_text(record, width) : arms_text(record, width)) + "\n";
  }
  if (has_front) text += front_text(record);
  text += test_text(record);
  for (const Json& reason : record.at("reasons")) {
    text += fmt::format("- {}\n", terminal_text(reason.get<std::string>()));
  }
  return text;
}

}  // namespace winnow::run
