#include "tests/bench/study.hpp"

#include <fmt/format.h>

#include "orchestrator/search_trial.hpp"
#include "orchestrator/study_folder.hpp"
#include "searchers/registry.hpp"
#include "storage/study_lock.hpp"

namespace winnow::bench {
namespace {

constexpr std::string_view study_text = R"(version: 1
name: bench
method: random
seed: 1
metric: {{name: height, goal: minimize}}
parameters:
  x: {{min: -5.0, max: 5.0}}
  y: {{min: -5.0, max: 5.0}}
limits: {{max_trials: {}, max_concurrent: 1}}
trial:
  command: ["{}", "${{args}}"]
)";

double height_of(const Point& point) {
  double height = 0;
  for (const auto& [name, value] : point.entries()) {
    height += std::get<double>(value) * std::get<double>(value);
  }
  return height;
}

/// The line that trivial_trial would have written, in an otherwise idle machine.
store::ReportBatch report_of(double height, std::int64_t number) {
  constexpr std::int64_t line_bytes = 52;
  store::ReportBatch batch;
  batch.offset = line_bytes;
  batch.measurements.push_back({0, Measurement{0, "height", height, 0.001}});
  batch.measurements.push_back(
      {0, Measurement{0, "started_us", static_cast<double>(number) * 1e3, 0.001}});
  return batch;
}

}  // namespace

run::StudyConfig study_config(const Workplace& place, std::int64_t max_trials) {
  return run::parse_study(fmt::format(study_text, max_trials, place.trivial_trial().string()),
                          place.folder() / "study.yaml");
}

store::NewStudy new_study(const run::StudyConfig& config) {
  store::NewStudy study;
  study.name = config.spec.name;
  study.spec = run::normalised(config).dump();
  study.config_text = config.text;
  study.config_path = config.file;
  study.seed = config.spec.seed;
  study.objectives = config.spec.objectives;
  return study;
}

std::unique_ptr<search::Searcher> new_searcher(const run::StudyConfig& config) {
  search::Setup setup;
  setup.space = config.spec.space;
  setup.objectives = config.spec.objectives;
  setup.seed = config.spec.seed;
  setup.max_trials = config.spec.limits.max_trials;
  return search::make_searcher(config.spec.method, config.spec.method_options, std::move(setup));
}

TrialWriter::TrialWriter(store::Store& store, const run::StudyConfig& config)
    : store_(store), config_(config), searcher_(new_searcher(config)) {
  store_.begin_session(
      {1, store::host_name(), store::boot_id(), "0123456789abcdef0123456789abcdef"});
}

void TrialWriter::write_trial(std::int64_t number, Process process) {
  const search::Proposal proposal = searcher_->ask({TrialNumber{number}, {}}, 1);
  const store::NewTrial trial =
      run::search_trial(proposal.suggestions.front(), config_.spec.seed, number);
  store::NewAttempt attempt;
  attempt.trial = trial.suggestion.number;
  attempt.token = store_.new_token(attempt.trial, attempt.ordinal);
  attempt.folder = run::StudyFolder::attempt_name(attempt.trial, attempt.ordinal);
  const store::AttemptId id = store_.add_trial_and_start(trial, attempt);
  static const std::string boot = store::boot_id();
  if (process == Process::recorded) store_.record_process(id, {1, 1, boot});

  const double height = height_of(trial.suggestion.point);
  const store::ReportBatch reports = report_of(height, number);
  store::AttemptEndRow attempt_end;
  attempt_end.ending = "finished";
  attempt_end.exit_code = 0;
  // A thousandth of a second, and what a small program takes.
  attempt_end.elapsed_s = 0.001 + 1e-9 * static_cast<double>(number);
  attempt_end.cpu_s = 0.0005 + 1e-9 * static_cast<double>(number);
  attempt_end.max_rss_bytes = 1'800'000;
  store::TrialEndRow end;
  for (const store::ReportedMeasurement& row : reports.measurements) {
    end.values[row.measurement.metric] = row.measurement.value;
  }
  end.told = number;
  store_.end_attempt(id, reports, attempt_end, end);
  searcher_->tell(
      run::outcome_of(trial.suggestion, end, attempt_end.elapsed_s, config_.spec.objectives));
}

void make_study(const std::filesystem::path& folder, const run::StudyConfig& config,
                std::int64_t trials) {
  // Composed in memory: ten thousand durable trials would take longer than what is measured with
  // them.
  store::Store store = store::Store::in_memory(new_study(config));
  TrialWriter writer(store, config);
  for (std::int64_t number = 0; number < trials; ++number) {
    writer.write_trial(number, TrialWriter::Process::recorded);
  }
  std::filesystem::create_directories(folder);
  store.back_up(run::StudyFolder(folder).database());
}

ProcessRun resume_study(const Workplace& place, const std::filesystem::path& folder) {
  return run_process({place.winnow(), "resume", folder});
}

std::vector<std::int64_t> starts_us(const std::filesystem::path& folder, std::int64_t first) {
  const store::Store store = store::Store::open_read_only(run::StudyFolder(folder).database());
  std::vector<std::int64_t> starts;
  for (const store::TrialRow& row : store.trials(first)) {
    starts.push_back(static_cast<std::int64_t>(row.values.at("started_us")));
  }
  return starts;
}

}  // namespace winnow::bench
