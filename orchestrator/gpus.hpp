// The NVIDIA devices of this machine, asked of the driver's own library (NVML), which is loaded at
// run time: a machine without one is a normal machine without GPUs.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace winnow::run {

struct Gpu {
  int index = 0;  // as CUDA_VISIBLE_DEVICES counts under CUDA_DEVICE_ORDER=PCI_BUS_ID
  std::string name;
  std::uint64_t memory_bytes = 0;
  std::string uuid;  // "GPU-8932f937-…"
  bool operator==(const Gpu&) const = default;
};

struct GpuSurvey {
  std::vector<Gpu> gpus;
  std::string problem;  // the library is there and does not answer; empty when all is well
};

/// `library`: another one for tests. Never throws: what cannot be asked is not there.
GpuSurvey survey_gpus(const std::filesystem::path& library = "libnvidia-ml.so.1");

/// The devices that trials may have, by number: those of the survey that `visible`, the
/// orchestrator's own CUDA_VISIBLE_DEVICES, leaves (nothing: all). Numbers count as in the survey,
/// by PCI bus; UUIDs may be cut where they are still unique; and as in CUDA the first that is no
/// device ends the list. Throws ConfigError for a list that names devices otherwise.
std::vector<int> usable_gpus(const GpuSurvey& survey, const std::optional<std::string>& visible);

}  // namespace winnow::run
