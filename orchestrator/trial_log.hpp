// What one attempt commits while it runs, and the stop rule asked about it each time.
#pragma once

#include <functional>
#include <optional>

#include "orchestrator/config/study_config.hpp"
#include "orchestrator/early_stopping.hpp"
#include "orchestrator/executors/executor.hpp"
#include "orchestrator/report_sampling.hpp"
#include "storage/store.hpp"

namespace winnow::run {

class TrialLog final : public AttemptLog {
 public:
  /// `show` is called with what has just been committed. All outlive the log.
  TrialLog(store::Store& store, const StudyConfig& config, EarlyStopping& early_stopping,
           const store::NewTrial& trial, store::AttemptId attempt,
           std::function<void(const store::ReportBatch&)> show)
      : store_(store),
        config_(config),
        early_stopping_(early_stopping),
        trial_(trial),
        attempt_(attempt),
        show_(std::move(show)),
        sampler_(whole_metrics(config.spec), store.rows_of(attempt)) {}

  void record_process(const store::ProcessIdentity& process) override;
  StopCause add_reports(const store::ReportBatch& batch) override;
  void record_stop(store::StopCause cause) override;

 private:
  store::Store& store_;
  const StudyConfig& config_;
  EarlyStopping& early_stopping_;
  const store::NewTrial& trial_;
  store::AttemptId attempt_;
  std::function<void(const store::ReportBatch&)> show_;
  ReportSampler sampler_;
  std::optional<search::StopOrder> order_;
};

}  // namespace winnow::run
