#include "orchestrator/machine_slots.hpp"

#include <fmt/format.h>
#include <sched.h>
#include <unistd.h>

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

std::vector<int> own_processors() {
  std::vector<int> processors;
  cpu_set_t set;
  if (::sched_getaffinity(0, sizeof set, &set) != 0) return processors;
  for (int number = 0; number < CPU_SETSIZE; ++number) {
    if (CPU_ISSET(number, &set)) processors.push_back(number);
  }
  return processors;
}

std::int64_t memory_bytes() {
  return std::int64_t{::sysconf(_SC_PHYS_PAGES)} * ::sysconf(_SC_PAGESIZE);
}

/// "trials of 2 GPU(s), 8 processor(s), 48 GiB of memory each"
std::string needs_text(const TrialPolicy& trial) {
  std::string text = fmt::format("{} GPU(s)", trial.gpus);
  if (trial.cpus) text += fmt::format(", {} processor(s)", *trial.cpus);
  if (trial.memory_bytes) text += fmt::format(", {} bytes of memory", *trial.memory_bytes);
  return "run trials of " + text + " each";
}

}  // namespace

SlotPlan find_slots(const StudyConfig& config) {
  GpuSurvey survey;
  std::optional<std::string> visible;
  if (config.trial.gpus > 0) {
    survey = survey_gpus_within(driver_patience);
    if (const char* list = std::getenv("CUDA_VISIBLE_DEVICES")) visible = list;
  }
  const TrialPolicy& trial = config.trial;
  const MachineOffer offer{usable_gpus(survey, visible), own_processors(), memory_bytes()};
  SlotPlan plan = plan_slots(config.spec.limits.max_concurrent,
                             {trial.gpus, trial.cpus, trial.memory_bytes}, offer);
  cut(plan, trials_within_descriptor_limit(),
      fmt::format("this user may not open more files (ulimit -n, {})",
                  original_descriptor_limit().rlim_max));
  cut(plan, trials_within_process_limit(),
      "no more processes may be started (ulimit -u, or pids.max of the control group)");
  if (!plan.slots.empty() && !survey.problem.empty()) {
    plan.note += (plan.note.empty() ? "" : "; ") + survey.problem;
  }
  if (!plan.slots.empty()) return plan;
  std::string found = fmt::format("{} GPU(s), {} processor(s) and {} bytes of memory are here",
                                  offer.gpus.size(), offer.cpus.size(), offer.memory_bytes);
  if (!survey.problem.empty()) found = "the driver does not answer: " + survey.problem;
  if (visible && !survey.gpus.empty()) found += " (CUDA_VISIBLE_DEVICES=" + *visible + ")";
  throw SystemError(needs_text(trial), found + "; `winnow doctor` lists the GPUs");
}

}  // namespace winnow::run
