// The NVIDIA devices of this machine, asked of the driver's own library (NVML), which is loaded at
// run time: a machine without one is a normal machine without GPUs.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace winnow::run {

struct Gpu {
  int index = 0;  // as CUDA_VISIBLE_DEVICES counts under CUDA_DEVICE_ORDER=PCI_BUS_ID
  std::string name;
  std::uint64_t memory_bytes = 0;
  bool operator==(const Gpu&) const = default;
};

struct GpuSurvey {
  std::vector<Gpu> gpus;
  std::string problem;  // the library is there and does not answer; empty when all is well
};

/// `library`: another one for tests. Never throws: what cannot be asked is not there.
GpuSurvey survey_gpus(const std::filesystem::path& library = "libnvidia-ml.so.1");

/// The devices of the survey alone.
std::vector<Gpu> find_gpus();

}  // namespace winnow::run
