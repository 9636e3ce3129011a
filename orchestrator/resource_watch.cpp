#include "orchestrator/resource_watch.hpp"

#include <algorithm>

#include "orchestrator/process/process_tree.hpp"

namespace winnow::run {
namespace {

template <class Number>
void raise_to(std::optional<Number>& most, Number seen) {
  most = std::max(most.value_or(seen), seen);
}

}  // namespace

ResourceWatch::ResourceWatch(const std::filesystem::path& library) {
  try {
    nvml_ = Nvml::load(library);
  } catch (const NvmlProblem&) {  // `winnow doctor` says what it is; trials run all the same
  }
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
    const auto first =
        seen.energy_at_first_j.try_emplace(device, sample.energy_j.value_or(0)).first;
    energy_j += sample.energy_j.value_or(0) - first->second;
  }
  if (bytes > 0) raise_to(use.gpu_memory_bytes, bytes);
  if (has_energy) use.gpu_energy_j = energy_j;
  if (!has_utilisation) return;
  ++seen.looks;
  seen.utilisation_sum += utilisation / static_cast<double>(attempt.attempt.gpus.size());
  use.gpu_utilisation = seen.utilisation_sum / static_cast<double>(seen.looks);
}

}  // namespace winnow::run
