#include "orchestrator/report/study_status.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <utility>

#include "orchestrator/report/json_forms.hpp"
#include "orchestrator/report/numbers.hpp"
#include "orchestrator/report/table.hpp"
#include "orchestrator/report/terminal_text.hpp"

namespace winnow::run {
namespace {

using Json = nlohmann::ordered_json;

std::array<std::pair<TrialState, std::int64_t>, 6> by_state(const store::TrialCounts& counts) {
  return {{{TrialState::queued, counts.queued},
           {TrialState::running, counts.running},
           {TrialState::completed, counts.completed},
           {TrialState::stopped, counts.stopped},
           {TrialState::failed, counts.failed},
           {TrialState::cancelled, counts.cancelled}}};
}

std::string counts_text(const store::TrialCounts& counts) {
  std::string text = fmt::format("{}", counts.total());
  std::string_view separator = ": ";
  for (const auto& [state, count] : by_state(counts)) {
    if (count == 0) continue;
    text += fmt::format("{}{} {}", separator, count, to_text(state));
    separator = ", ";
  }
  return text;
}

std::string stage_text(const StudyStatus& status) {
  const std::string name = terminal_text(status.study.name);
  if (status.orchestrator) {
    return fmt::format("running (process {} since {})", status.orchestrator->pid,
                       terminal_text(status.orchestrator->since));
  }
  if (status.study.ending) return fmt::format("over: {}", terminal_text(*status.study.ending));
  return fmt::format("not running; `winnow resume {}` goes on", name);
}

std::string objectives_text(const store::TrialRow& row, const std::vector<Objective>& objectives) {
  std::string text;
  for (const Objective& objective : objectives) {
    text += fmt::format("{}{} = {}", text.empty() ? "" : ", ", terminal_text(objective.metric),
                        number_text(row.values.at(objective.metric)));
  }
  return text;
}

Table running_table(const StudyStatus& status) {
  using Align = Table::Align;
  Table table;
  table.columns = {{"trial", Align::right}, {"attempt", Align::right},
                   {"slot", Align::right},  {"process", Align::right},
                   {"step", Align::right},  {status.study.objectives.front().metric, Align::right},
                   {"started", Align::left}};
  for (const RunningAttempt& running : status.running) {
    const store::AttemptRow& row = running.row;
    table.rows.push_back({std::to_string(row.attempt.trial.value),
                          std::to_string(row.attempt.ordinal), std::to_string(row.attempt.slot),
                          row.process ? std::to_string(row.process->pid) : "",
                          running.latest ? std::to_string(running.step) : "",
                          running.latest ? number_text(*running.latest) : "", row.started_at});
  }
  return table;
}

Json running_json(const RunningAttempt& running, const std::string& metric) {
  const store::AttemptRow& row = running.row;
  Json json = Json::object();
  json["trial"] = row.attempt.trial.value;
  json["attempt"] = row.attempt.ordinal;
  json["slot"] = row.attempt.slot;
  json["gpus"] = row.attempt.gpus;
  json["pid"] = row.process ? Json(row.process->pid) : Json(nullptr);
  json["started_at"] = row.started_at;
  json["step"] = running.latest ? Json(running.step) : Json(nullptr);
  json["values"] = Json::object();
  if (running.latest) json["values"][metric] = number_json(*running.latest);
  return json;
}

// Backslashes, quotes and line breaks of a label's value are escaped.
std::string label(std::string_view value) {
  std::string text = "\"";
  for (const char c : value) {
    if (c == '\n') {
      text += "\\n";
    } else {
      if (c == '\\' || c == '"') text += '\\';
      text += c;
    }
  }
  return text + "\"";
}

// As Prometheus writes what is not finite.
std::string sample(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  return exact_text(value);
}

std::string head(std::string_view name, std::string_view type, std::string_view help) {
  return fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, help, name, type);
}

/// A number of the study; nothing where it is not known.
template <class Number>
std::string gauge(std::string_view name, std::string_view help, const std::string& study,
                  const std::optional<Number>& value) {
  if (!value) return "";
  return head(name, "gauge", help) +
         fmt::format("{}{{study={}}} {}\n", name, study, sample(static_cast<double>(*value)));
}

}  // namespace

std::string as_prometheus(const StudyStatus& status) {
  const std::string study = label(status.study.name);
  std::string text = head("winnow_trials", "gauge", "Trials of the study by state.");
  for (const auto& [state, count] : by_state(status.counts)) {
    text +=
        fmt::format("winnow_trials{{study={},state={}}} {}\n", study, label(to_text(state)), count);
  }
  if (status.best) {
    text += head("winnow_best_value", "gauge", "Value of each objective in the best trial.");
    for (const Objective& objective : status.study.objectives) {
      text +=
          fmt::format("winnow_best_value{{study={},metric={}}} {}\n", study,
                      label(objective.metric), sample(status.best->values.at(objective.metric)));
    }
  }
  store::ResourceUse sum;
  const auto add = [](auto& total, const auto& value) {
    if (value) total = total.value_or(0) + *value;
  };
  for (const RunningAttempt& running : status.running) {
    add(sum.cpu_s, running.row.use.cpu_s);
    add(sum.max_rss_bytes, running.row.use.max_rss_bytes);
    add(sum.gpu_memory_bytes, running.row.use.gpu_memory_bytes);
  }
  text += gauge("winnow_running_cpu_seconds", "Processor time of the running attempts.", study,
                sum.cpu_s);
  text += gauge("winnow_running_rss_bytes", "Memory of the running attempts, at most.", study,
                sum.max_rss_bytes);
  text += gauge("winnow_running_gpu_memory_bytes", "Their memory on devices, at most.", study,
                sum.gpu_memory_bytes);
  text += head("winnow_run_time_seconds", "counter", "Time in which an orchestrator was at work.");
  text += fmt::format("winnow_run_time_seconds{{study={}}} {}\n", study,
                      sample(status.study.run_time_s));
  text += head("winnow_orchestrator_up", "gauge", "1 while an orchestrator is at work.");
  return text +
         fmt::format("winnow_orchestrator_up{{study={}}} {}\n", study, status.orchestrator ? 1 : 0);
}

StudyStatus status_of(const store::Store& store, std::optional<store::LockHolder> orchestrator) {
  StudyStatus status;
  status.study = store.study();
  status.counts = store.counts();
  const Objective& objective = status.study.objectives.front();
  if (status.study.objectives.size() == 1) {
    for (store::TrialRow& row : store.best(objective, 1)) status.best = std::move(row);
  }
  for (store::AttemptRow& row : store.attempts_not_ended()) {
    RunningAttempt running;
    const auto measured = store.measurements(row.attempt.trial, objective.metric);
    if (!measured.empty()) {
      running.step = measured.back().step;
      running.latest = measured.back().value;
    }
    running.row = std::move(row);
    status.running.push_back(std::move(running));
  }
  status.orchestrator = std::move(orchestrator);
  return status;
}

nlohmann::ordered_json as_json(const StudyStatus& status) {
  Json json = Json::object();
  json["version"] = 1;
  json["study"] = status.study.name;
  json["ending"] = status.study.ending ? Json(*status.study.ending) : Json(nullptr);
  json["orchestrator"] = nullptr;
  if (status.orchestrator) {
    json["orchestrator"] = Json::object();
    json["orchestrator"]["pid"] = status.orchestrator->pid;
    json["orchestrator"]["host"] = status.orchestrator->host;
    json["orchestrator"]["since"] = status.orchestrator->since;
  }
  json["run_time_seconds"] = status.study.run_time_s;
  json["counts"] = Json::object();
  for (const auto& [state, count] : by_state(status.counts)) json["counts"][to_text(state)] = count;
  json["best"] = status.best ? trial_json(*status.best) : Json(nullptr);
  json["verdict"] = status.verdict.empty() ? Json(nullptr) : Json(status.verdict);
  json["running"] = Json::array();
  for (const RunningAttempt& running : status.running) {
    json["running"].push_back(running_json(running, status.study.objectives.front().metric));
  }
  return json;
}

std::string as_text(const StudyStatus& status, std::size_t width) {
  std::string text =
      fmt::format("study   {}: {}\n", terminal_text(status.study.name), stage_text(status));
  text += fmt::format("trials  {}\n", counts_text(status.counts));
  if (status.best) {
    const Suggestion& suggestion = status.best->trial.suggestion;
    text += fmt::format(
        "{:<8}trial {}: {} ({})\n", status.study.objectives.size() == 1 ? "best" : "knee",
        suggestion.number.value, objectives_text(*status.best, status.study.objectives),
        terminal_text(point_text(suggestion.point)));
  }
  if (!status.verdict.empty()) {
    text += fmt::format("verdict {}; `winnow decide {}` shows the proof\n", status.verdict,
                        terminal_text(status.study.name));
  }
  text += fmt::format("time    {}\n", elapsed_text(status.study.run_time_s));
  if (!status.running.empty()) text += "\n" + as_text(running_table(status), width);
  return text;
}

}  // namespace winnow::run
