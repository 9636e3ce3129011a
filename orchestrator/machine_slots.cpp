#include "orchestrator/machine_slots.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "orchestrator/gpus.hpp"
#include "orchestrator/process/descriptor_limit.hpp"
#include "orchestrator/process/process_limit.hpp"
#include "orchestrator/process/system_error.hpp"

namespace winnow::run {

namespace {

/// No more slots than `trials`, but one; `why` says what there is too little of.
void cut(SlotPlan& plan, int trials, std::string_view why) {
  const auto most = static_cast<std::size_t>(std::max(1, trials));
  if (plan.slots.size() <= most) return;
  plan.note = fmt::format("{} trials at once instead of {}: {}", most, plan.slots.size(), why);
  plan.slots.resize(most);
}

}  // namespace

SlotPlan find_slots(const StudyConfig& config) {
  GpuSurvey survey;
  std::optional<std::string> visible;
  if (config.trial.gpus > 0) {
    survey = survey_gpus_within(driver_patience);
    if (const char* list = std::getenv("CUDA_VISIBLE_DEVICES")) visible = list;
  }
  const std::vector<int> gpus = usable_gpus(survey, visible);
  SlotPlan plan = plan_slots(config.spec.limits.max_concurrent, config.trial.gpus, gpus);
  cut(plan, trials_within_descriptor_limit(),
      fmt::format("this user may not open more files (ulimit -n, {})",
                  original_descriptor_limit().rlim_max));
  cut(plan, trials_within_process_limit(),
      "no more processes may be started (ulimit -u, or pids.max of the control group)");
  if (!plan.slots.empty() && !survey.problem.empty()) {
    plan.note += (plan.note.empty() ? "" : "; ") + survey.problem;
  }
  if (!plan.slots.empty()) return plan;
  std::string found = fmt::format("{} may be used here", gpus.size());
  if (!survey.problem.empty()) found = "the driver does not answer: " + survey.problem;
  if (visible && !survey.gpus.empty()) found += " (CUDA_VISIBLE_DEVICES=" + *visible + ")";
  throw SystemError(fmt::format("run trials of {} GPU(s) each", config.trial.gpus),
                    found + "; `winnow doctor` lists the GPUs");
}

}  // namespace winnow::run
