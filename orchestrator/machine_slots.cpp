#include "orchestrator/machine_slots.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "orchestrator/gpus.hpp"
#include "orchestrator/process/descriptor_limit.hpp"
#include "orchestrator/process/system_error.hpp"

namespace winnow::run {

SlotPlan find_slots(const StudyConfig& config) {
  GpuSurvey survey;
  std::optional<std::string> visible;
  if (config.trial.gpus > 0) {
    survey = survey_gpus();
    if (const char* list = std::getenv("CUDA_VISIBLE_DEVICES")) visible = list;
  }
  const std::vector<int> gpus = usable_gpus(survey, visible);
  SlotPlan plan = plan_slots(config.spec.limits.max_concurrent, config.trial.gpus, gpus);
  const auto most = static_cast<std::size_t>(std::max(1, trials_within_descriptor_limit()));
  if (plan.slots.size() > most) {
    plan.note = fmt::format(
        "{} trials at once instead of {}: this user may not open more files (ulimit -n, {})", most,
        plan.slots.size(), original_descriptor_limit().rlim_max);
    plan.slots.resize(most);
  }
  if (!plan.slots.empty()) return plan;
  std::string found = fmt::format("{} may be used here", gpus.size());
  if (!survey.problem.empty()) found = "the driver does not answer: " + survey.problem;
  if (visible && !survey.gpus.empty()) found += " (CUDA_VISIBLE_DEVICES=" + *visible + ")";
  throw SystemError(fmt::format("run trials of {} GPU(s) each", config.trial.gpus),
                    found + "; `winnow doctor` lists the GPUs");
}

}  // namespace winnow::run
