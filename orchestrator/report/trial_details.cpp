#include "orchestrator/report/trial_details.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "orchestrator/report/json_forms.hpp"
#include "orchestrator/report/numbers.hpp"
#include "orchestrator/report/resource_text.hpp"
#include "orchestrator/report/table.hpp"
#include "orchestrator/report/terminal_text.hpp"
#include "orchestrator/report/withheld.hpp"
#include "storage/rows.hpp"

namespace winnow::run {
namespace {

using Json = nlohmann::ordered_json;

// NaN is neither the least nor the greatest, unless there is nothing else.
void widen(MetricSummary& summary, double value) {
  if (std::isnan(summary.least) || value < summary.least) summary.least = value;
  if (std::isnan(summary.greatest) || value > summary.greatest) summary.greatest = value;
}

std::vector<MetricSummary> summaries_of(const std::vector<store::ReportedMeasurement>& reported) {
  std::map<std::string, MetricSummary> by_name;
  for (const store::ReportedMeasurement& row : reported) {
    const Measurement& measurement = row.measurement;
    const auto [entry, is_new] = by_name.try_emplace(measurement.metric);
    MetricSummary& summary = entry->second;
    if (is_new) {
      const double value = measurement.value;
      summary = {measurement.metric, 0, value, value, value, value, 0};
    }
    ++summary.reports;
    widen(summary, measurement.value);
    summary.last = measurement.value;
    summary.last_step = measurement.step;
  }
  std::vector<MetricSummary> summaries;
  for (auto& [name, summary] : by_name) summaries.push_back(std::move(summary));
  return summaries;
}

std::string exit_text(const store::AttemptEndRow& end) {
  if (end.signal) return fmt::format("signal {}", *end.signal);
  return end.exit_code ? fmt::format("code {}", *end.exit_code) : "";
}

Table metrics_table(const std::vector<MetricSummary>& metrics) {
  using Align = Table::Align;
  Table table;
  table.columns = {{"metric", Align::left},  {"reports", Align::right},  {"first", Align::right},
                   {"least", Align::right},  {"greatest", Align::right}, {"last", Align::right},
                   {"at step", Align::right}};
  for (const MetricSummary& summary : metrics) {
    table.rows.push_back({summary.metric, std::to_string(summary.reports),
                          number_text(summary.first), number_text(summary.least),
                          number_text(summary.greatest), number_text(summary.last),
                          std::to_string(summary.last_step)});
  }
  return table;
}

Json use_json(const store::ResourceUse& use) {
  const auto or_null = [](const auto& value) { return value ? Json(*value) : Json(nullptr); };
  return Json{{"cpu_seconds", or_null(use.cpu_s)},
              {"max_rss_bytes", or_null(use.max_rss_bytes)},
              {"gpu_memory_bytes", or_null(use.gpu_memory_bytes)},
              {"gpu_utilisation", or_null(use.gpu_utilisation)},
              {"gpu_energy_j", or_null(use.gpu_energy_j)}};
}

Table attempts_table(const std::vector<store::AttemptRow>& attempts) {
  using Align = Table::Align;
  Table table;
  table.columns = {{"attempt", Align::right}, {"ended", Align::left},  {"exit", Align::left},
                   {"time", Align::right},    {"CPU", Align::right},   {"memory", Align::right},
                   {"slot", Align::right},    {"GPUs", Align::left},   {"started", Align::left},
                   {"from", Align::left},     {"message", Align::left}};
  for (const store::AttemptRow& row : attempts) {
    const auto& end = row.end;
    std::string gpus;
    for (const int gpu : row.attempt.gpus)
      gpus += fmt::format("{}{}", gpus.empty() ? "" : ",", gpu);
    const std::string gpu_use = gpu_use_text(row.use);
    if (!gpu_use.empty()) gpus += " " + gpu_use;
    const std::string from = row.attempt.resumed_from.value_or("");
    table.rows.push_back(
        {std::to_string(row.attempt.ordinal), end ? end->ending : row.state,
         end ? exit_text(*end) : "", elapsed_text(end ? end->elapsed_s : row.elapsed_s),
         row.use.cpu_s ? elapsed_text(*row.use.cpu_s) : "",
         row.use.max_rss_bytes ? bytes_text(*row.use.max_rss_bytes) : "",
         std::to_string(row.attempt.slot), gpus, row.started_at, from, end ? end->message : ""});
  }
  return table;
}

Json metric_json(const MetricSummary& summary) {
  Json json = Json::object();
  json["metric"] = summary.metric;
  json["reports"] = summary.reports;
  json["first"] = number_json(summary.first);
  json["least"] = number_json(summary.least);
  json["greatest"] = number_json(summary.greatest);
  json["last"] = number_json(summary.last);
  json["last_step"] = summary.last_step;
  return json;
}

Json attempt_json(const store::AttemptRow& row, const std::filesystem::path& trial_folder) {
  Json json = Json::object();
  json["ordinal"] = row.attempt.ordinal;
  json["state"] = row.state;
  json["slot"] = row.attempt.slot;
  json["gpus"] = row.attempt.gpus;
  json["folder"] = (trial_folder / std::filesystem::path(row.attempt.folder).filename()).string();
  json["started_at"] = row.started_at;
  json["resumed_from"] = row.attempt.resumed_from ? Json(*row.attempt.resumed_from) : Json(nullptr);
  json["seconds"] = number_json(row.end ? row.end->elapsed_s : row.elapsed_s);
  json["use"] = use_json(row.use);
  json["end"] = nullptr;
  if (!row.end) return json;
  const store::AttemptEndRow& end = *row.end;
  json["end"] = Json::object();
  json["end"]["ending"] = end.ending;
  json["end"]["counts"] = end.counts;
  json["end"]["exit_code"] = end.exit_code ? Json(*end.exit_code) : Json(nullptr);
  json["end"]["signal"] = end.signal ? Json(*end.signal) : Json(nullptr);
  json["end"]["message"] = end.message;
  json["end"]["cpu_seconds"] = end.cpu_s ? Json(*end.cpu_s) : Json(nullptr);
  json["end"]["max_rss_bytes"] = end.max_rss_bytes ? Json(*end.max_rss_bytes) : Json(nullptr);
  return json;
}

std::string origin_text(const store::NewTrial& trial) {
  std::string text = fmt::format("seed {}, data seed {}", trial.seed, trial.data_seed);
  if (trial.role != store::Role::search) {
    return text +
           fmt::format("; {} under fresh seed {}", store::to_text(trial.role), trial.replicate);
  }
  text += fmt::format("; proposed when {} outcomes were known", trial.history);
  if (trial.suggestion.parent) {
    text += fmt::format("; goes on from trial {}", trial.suggestion.parent->value);
  }
  if (trial.suggestion.budget.max_steps) {
    text += fmt::format("; for {} steps", *trial.suggestion.budget.max_steps);
  }
  return text;
}

}  // namespace

TrialDetails details_of(const store::Store& store, const store::TrialRow& trial,
                        const std::filesystem::path& folder) {
  const TrialNumber number = trial.trial.suggestion.number;
  TrialDetails details;
  details.trial = shown_trial(store, trial);
  details.study = store.study().name;
  details.metrics = summaries_of(store.reported(number));
  const std::optional<std::string> withheld = withheld_metric(store);
  std::erase_if(details.metrics, [&](const MetricSummary& one) { return one.metric == withheld; });
  details.attempts = store.attempts(number);
  for (const store::AttemptRow& row : details.attempts) {
    details.codes.push_back(store.attempt_code(row.id));
  }
  details.checkpoints = store.checkpoints(number);
  for (store::DecisionRow& row : store.decisions()) {
    if (row.trial == number) details.decisions.push_back(std::move(row));
  }
  details.folder = folder;
  return details;
}

nlohmann::ordered_json as_json(const TrialDetails& details) {
  const store::NewTrial& trial = details.trial.trial;
  Json json = Json::object();
  json["version"] = 1;
  json["study"] = details.study;
  json["trial"] = trial_json(details.trial);
  json["trial"]["data_seed"] = trial.data_seed;
  json["trial"]["history"] = trial.history;
  const auto& parent = trial.suggestion.parent;
  json["trial"]["parent"] = parent ? Json(parent->value) : Json(nullptr);
  const auto& steps = trial.suggestion.budget.max_steps;
  json["trial"]["max_steps"] = steps ? Json(*steps) : Json(nullptr);
  json["folder"] = details.folder.string();
  json["metrics"] = Json::array();
  for (const MetricSummary& summary : details.metrics) {
    json["metrics"].push_back(metric_json(summary));
  }
  json["attempts"] = Json::array();
  for (std::size_t k = 0; k < details.attempts.size(); ++k) {
    Json attempt = attempt_json(details.attempts[k], details.folder);
    const store::AttemptCode& code = details.codes[k];
    attempt["code"] = {{"winnow_version", code.winnow_version},
                       {"build", code.build},
                       {"spec_hash", code.spec_hash}};
    json["attempts"].push_back(std::move(attempt));
  }
  json["checkpoints"] = Json::array();
  for (const store::CheckpointRow& row : details.checkpoints) {
    Json form = Json::object();
    form["step"] = row.step;
    form["path"] = row.path;
    json["checkpoints"].push_back(std::move(form));
  }
  json["decisions"] = Json::array();
  for (const store::DecisionRow& row : details.decisions) {
    Json form = Json::object();
    form["kind"] = row.kind;
    form["record"] = Json::parse(row.record);
    json["decisions"].push_back(std::move(form));
  }
  return json;
}

std::string as_text(const TrialDetails& details, std::size_t width) {
  const store::TrialRow& row = details.trial;
  const Suggestion& suggestion = row.trial.suggestion;
  std::string text =
      fmt::format("trial   {} of {}: {}{}\n", suggestion.number.value, terminal_text(details.study),
                  to_text(row.state), row.reason.empty() ? "" : ", " + terminal_text(row.reason));
  for (const auto& [metric, value] : row.values) {
    text += fmt::format("value   {} = {}\n", terminal_text(metric), exact_text(value));
  }
  std::string_view head = "point   ";
  for (const auto& [name, value] : suggestion.point.entries()) {
    text += fmt::format("{}{} = {}\n", std::exchange(head, "        "), terminal_text(name),
                        terminal_text(to_text(value)));
  }
  text += fmt::format("from    {}\n", origin_text(row.trial));
  for (const store::DecisionRow& decision : details.decisions) {
    text += fmt::format("        decision {}; `--json` shows its record\n", decision.kind);
  }
  text += fmt::format("files   {}\n", terminal_text(details.folder.string()));
  for (const store::CheckpointRow& checkpoint : details.checkpoints) {
    text += fmt::format("        checkpoint of step {}: checkpoints/{}\n", checkpoint.step,
                        terminal_text(checkpoint.path));
  }
  if (!details.metrics.empty()) text += "\n" + as_text(metrics_table(details.metrics), width);
  if (!details.attempts.empty()) text += "\n" + as_text(attempts_table(details.attempts), width);
  return text;
}

}  // namespace winnow::run
