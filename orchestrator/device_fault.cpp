#include "orchestrator/device_fault.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "orchestrator/log_words.hpp"

namespace winnow::run {
namespace {

// Where the words come from: the CUDA runtime's and driver's names and texts of errors
// (cudaErrorECCUncorrectable, CUDA_ERROR_ECC_UNCORRECTABLE), NVML's (NVML_ERROR_GPU_IS_LOST), and
// the driver's Xid 79 as nvidia-smi repeats it.
constexpr std::array<std::string_view, 6> words = {
    "uncorrectable ECC error",
    "CUDA_ERROR_ECC_UNCORRECTABLE",
    "cudaErrorECCUncorrectable",
    "NVML_ERROR_GPU_IS_LOST",
    "GPU is lost",
    "fallen off the bus",
};

}  // namespace

std::string device_fault_in(std::string_view text) {
  std::string found;
  for_each_line(text, [&found](std::string_view line) {
    const auto has = [line](std::string_view word) {
      return line.find(word) != std::string_view::npos;
    };
    if (std::ranges::any_of(words, has)) found = line.substr(0, longest_quoted_line);
  });
  return found;
}

std::string device_fault(const GpuSurvey& survey, const std::vector<int>& devices) {
  for (const int device : devices) {
    const auto gpu = std::ranges::find(survey.gpus, device, &Gpu::index);
    if (gpu == survey.gpus.end()) {
      return survey.problem.empty() ? fmt::format("device {} is not there any more", device)
                                    : survey.problem;
    }
    if (!gpu->fault.empty()) return fmt::format("device {}: {}", device, gpu->fault);
  }
  return "";
}

}  // namespace winnow::run
