#include "orchestrator/trial_log.hpp"

#include "orchestrator/reported_values.hpp"

namespace winnow::run {

void TrialLog::record_process(const store::ProcessIdentity& process) {
  store_.record_process(attempt_, process);
}

StopCause TrialLog::add_reports(const store::ReportBatch& batch) {
  store_.add_reports(attempt_, sampler_.take(batch));
  show_(batch);
  const bool is_lost = config_.trial.fails_fast_on_nan &&
                       first_non_finite(config_.spec.objectives, batch.measurements);
  // Fresh trials of the selection are compared when they are whole.
  if (trial_.role == store::Role::search) {
    order_ = early_stopping_.judge(trial_.suggestion.number, batch.measurements);
  }
  if (is_lost) return StopCause::non_finite;
  return order_ ? StopCause::early_stop : StopCause::none;
}

void TrialLog::record_stop(store::StopCause cause) {
  if (cause == store::StopCause::early_stop) {
    store_.record_early_stop(attempt_, {order_->step, order_->reason});
  } else {
    store_.record_stop(attempt_, cause);
  }
}

}  // namespace winnow::run
