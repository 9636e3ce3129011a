#include "orchestrator/export/tensorboard.hpp"

#include <fmt/format.h>
#include <time.h>

#include "orchestrator/export/event_file.hpp"
#include "orchestrator/export/new_folder.hpp"
#include "orchestrator/report/withheld.hpp"

namespace winnow::run {
namespace {

/// Seconds since 1970 of "2026-11-29T23:42:21.405Z", as the store writes times.
double unix_time_s(const std::string& text) {
  tm parts{};
  const char* rest = ::strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S", &parts);
  if (rest == nullptr) return 0;
  const double fraction = *rest == '.' ? std::strtod(rest, nullptr) : 0;
  return static_cast<double>(::timegm(&parts)) + fraction;
}

std::string events_of(const store::Store& store, const store::TrialRow& row,
                      const std::vector<store::AttemptRow>& attempts) {
  const Suggestion& suggestion = row.trial.suggestion;
  const double began_s = unix_time_s(attempts.front().started_at);
  std::string file = tf_record(version_event(began_s));
  file += tf_record(hparams_start_event(began_s, suggestion.point,
                                        fmt::format("trial {}", suggestion.number.value)));
  double now_s = began_s;
  std::int64_t last_step = 0;
  const std::optional<std::string> withheld = withheld_metric(store);
  for (const store::ReportedMeasurement& reported : store.reported(suggestion.number)) {
    const Measurement& measured = reported.measurement;
    if (measured.metric == withheld) continue;
    now_s = std::max(now_s, began_s + measured.elapsed_s);
    last_step = std::max(last_step, measured.step);
    file += tf_record(
        scalar_event(began_s + measured.elapsed_s, measured.step, measured.metric, measured.value));
  }
  // What counts, as the study aggregates it: TensorBoard's table shows a run's last values.
  for (const auto& [metric, value] : row.values) {
    file += tf_record(scalar_event(now_s, last_step, "winnow/" + metric, value));
  }
  if (is_ended(row.state)) {
    file += tf_record(hparams_end_event(now_s, row.state == TrialState::completed));
  }
  return file;
}

}  // namespace

void write_tensorboard(const store::Store& store, const std::filesystem::path& folder) {
  std::filesystem::create_directory(folder);
  for (const store::TrialRow& row : shown_trials(store)) {
    const TrialNumber number = row.trial.suggestion.number;
    const std::vector<store::AttemptRow> attempts = store.attempts(number);
    if (attempts.empty()) continue;
    const std::filesystem::path run = folder / fmt::format("trial-{:04}", number.value);
    std::filesystem::create_directory(run);
    // The name must hold "tfevents"; what follows it sorts files by time.
    const double began_s = unix_time_s(attempts.front().started_at);
    write_for_others(run / fmt::format("events.out.tfevents.{:.0f}.winnow", began_s),
                     events_of(store, row, attempts));
  }
}

}  // namespace winnow::run
