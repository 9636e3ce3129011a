#include "orchestrator/resource_watch.hpp"

#include <algorithm>
#include <chrono>
#include <thread>

#include "orchestrator/process/process_tree.hpp"

namespace winnow::run {
namespace {

template <class Number>
void raise_to(std::optional<Number>& most, Number seen) {
  most = std::max(most.value_or(seen), seen);
}

}  // namespace

ResourceWatch::ResourceWatch(const std::filesystem::path& library) {
  if (library.empty()) return;
  try {
    nvml_ = Nvml::load(library);
  } catch (const NvmlProblem&) {  // `winnow doctor` says what it is; trials run all the same
  }
}

ResourceUses ResourceWatch::look_at_all(const std::vector<store::AttemptRow>& attempts,
                                        bool is_alone) {
  ResourceUses uses;
  for (const store::AttemptRow& attempt : attempts) {
    if (attempt.process) uses[attempt.id] = look(attempt, is_alone);
  }
  std::erase_if(seen_, [&uses](const auto& each) { return !uses.contains(each.first); });
  return uses;
}

store::ResourceUse ResourceWatch::look(const store::AttemptRow& attempt, bool is_alone) {
  store::ResourceUse use = attempt.use;
  const TreeUse tree = use_of_tree(static_cast<pid_t>(attempt.process->pid));
  if (tree.processes.empty()) return use;
  raise_to(use.cpu_s, tree.cpu_s);
  raise_to(use.max_rss_bytes, tree.max_rss_bytes);
  if (nvml_ != nullptr && !attempt.attempt.gpus.empty()) {
    look_at_devices(attempt, tree.processes, is_alone, use);
  }
  return use;
}

void ResourceWatch::look_at_devices(const store::AttemptRow& attempt,
                                    const std::vector<pid_t>& processes, bool is_alone,
                                    store::ResourceUse& use) {
  const auto [place, is_new] = seen_.try_emplace(attempt.id);
  Seen& seen = place->second;
  if (is_new) seen.energy_before_j = attempt.use.gpu_energy_j.value_or(0);
  std::int64_t bytes = 0;
  double energy_j = seen.energy_before_j, utilisation = 0;
  bool has_utilisation = true, has_energy = is_alone;
  for (const int device : attempt.attempt.gpus) {
    GpuSample sample;
    try {
      sample = nvml_->look(static_cast<unsigned>(device));
    } catch (const NvmlProblem&) {  // a device that is lost says nothing; the trial will
      return;
    }
    std::uint64_t own = 0;
    for (const pid_t pid : processes) {
      const auto found = sample.bytes_by_process.find(pid);
      if (found != sample.bytes_by_process.end()) own += found->second;
    }
    bytes += static_cast<std::int64_t>(is_alone ? std::max(own, sample.used_bytes) : own);
    has_utilisation = has_utilisation && sample.utilisation.has_value();
    utilisation += sample.utilisation.value_or(0);
    has_energy = has_energy && sample.energy_j.has_value();
    if (!sample.energy_j) continue;  // a first look without it is no beginning
    const auto first = seen.energy_at_first_j.try_emplace(device, *sample.energy_j).first;
    energy_j += *sample.energy_j - first->second;
  }
  if (bytes > 0) raise_to(use.gpu_memory_bytes, bytes);
  if (has_energy) use.gpu_energy_j = energy_j;
  if (!has_utilisation) return;
  ++seen.looks;
  seen.utilisation_sum += utilisation / static_cast<double>(attempt.attempt.gpus.size());
  use.gpu_utilisation = seen.utilisation_sum / static_cast<double>(seen.looks);
}

ResourceSurvey::ResourceSurvey(std::filesystem::path library)
    : library_(std::move(library)), watch_(std::make_shared<std::unique_ptr<ResourceWatch>>()) {}

const ResourceUses& ResourceSurvey::look(const std::vector<store::AttemptRow>& attempts,
                                         bool is_alone) {
  // Without devices there is nobody to wait for.
  if (library_.empty()) return last_ = ResourceWatch("").look_at_all(attempts, is_alone);
  const bool is_there =
      looking_.valid() && looking_.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
  if (is_there) last_ = looking_.get();
  if (looking_.valid()) return last_;
  const auto promise = std::make_shared<std::promise<ResourceUses>>();
  looking_ = promise->get_future();
  std::thread([promise, watch = watch_, library = library_, attempts, is_alone] {
    if (*watch == nullptr) *watch = std::make_unique<ResourceWatch>(library);
    promise->set_value((*watch)->look_at_all(attempts, is_alone));
  }).detach();
  return last_;
}

}  // namespace winnow::run
