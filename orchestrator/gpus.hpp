// The NVIDIA devices of this machine, asked of the driver's own library (NVML), which is loaded at
// run time: a machine without one is a normal machine without GPUs.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <future>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace winnow::run {

struct Gpu {
  int index = 0;  // as CUDA_VISIBLE_DEVICES counts under CUDA_DEVICE_ORDER=PCI_BUS_ID
  std::string name;
  std::uint64_t memory_bytes = 0;
  std::string uuid;   // "GPU-8932f937-…"
  std::string fault;  // what it says against itself: heat, uncorrected memory errors; else empty
  bool operator==(const Gpu&) const = default;
};

struct GpuSurvey {
  std::vector<Gpu> gpus;
  /// What does not answer, the library or single devices; those are not among `gpus`. Empty when
  /// all is well.
  std::string problem;
};

inline constexpr const char* nvml_library = "libnvidia-ml.so.1";

/// A driver may take so long to answer: one that is loaded anew for each question needs a few
/// seconds for a full machine. After that it hangs.
inline constexpr auto driver_patience = std::chrono::seconds(20);
/// One look at a device.
struct GpuSample {
  std::uint64_t used_bytes = 0;
  std::optional<double> utilisation;  // 0 to 1, over the driver's last sample period
  std::optional<double> energy_j;     // since the driver was loaded
  std::map<std::int64_t, std::uint64_t> bytes_by_process;  // where the driver says so
};

/// `library`: another one for tests. Never throws: what cannot be asked is not there.
GpuSurvey survey_gpus(const std::filesystem::path& library = nvml_library);

/// The same on a thread of its own, which is left behind if the driver never answers.
std::future<GpuSurvey> ask_for_gpus(std::filesystem::path library = nvml_library);

/// The same, at most for `patience`: then the problem is that nobody answers.
GpuSurvey survey_gpus_within(std::chrono::nanoseconds patience,
                             const std::filesystem::path& library = nvml_library);

/// The survey of a driver that has not answered.
GpuSurvey no_answer();

/// The devices that trials may have, by number: those of the survey that `visible`, the
/// orchestrator's own CUDA_VISIBLE_DEVICES, leaves (nothing: all). Numbers count as in the survey,
/// by PCI bus; UUIDs may be cut where they are still unique; and as in CUDA the first that is no
/// device ends the list. Throws ConfigError for a list that names devices otherwise.
std::vector<int> usable_gpus(const GpuSurvey& survey, const std::optional<std::string>& visible);

}  // namespace winnow::run
