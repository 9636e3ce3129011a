#include "orchestrator/shortage.hpp"

#include <utility>

#include "orchestrator/log_words.hpp"

namespace winnow::run {
namespace {

// Where the words come from: PyTorch (c10/cuda/CUDACachingAllocator.cpp, CUDAException; the CPU
// allocator in c10/core/impl/alloc_cpu.cpp), CUDA's error names (cudaErrorMemoryAllocation),
// cuBLAS, JAX/XLA (RESOURCE_EXHAUSTED), TensorFlow (OOM when allocating tensor), CPython
// (MemoryError), the C++ standard library (std::bad_alloc), glibc's texts of ENOMEM, ENOSPC and
// EDQUOT, GNU coreutils.
constexpr std::pair<std::string_view, Shortage> words[] = {
    {"CUDA out of memory", Shortage::device_memory},
    {"OutOfMemoryError: CUDA", Shortage::device_memory},
    {"CUDA error: out of memory", Shortage::device_memory},
    {"CUDA_ERROR_OUT_OF_MEMORY", Shortage::device_memory},
    {"cudaErrorMemoryAllocation", Shortage::device_memory},
    {"CUBLAS_STATUS_ALLOC_FAILED", Shortage::device_memory},
    {"HIP out of memory", Shortage::device_memory},
    {"RESOURCE_EXHAUSTED: Out of memory", Shortage::device_memory},
    {"OOM when allocating tensor", Shortage::device_memory},
    {"DefaultCPUAllocator: can't allocate memory", Shortage::host_memory},
    {"DefaultCPUAllocator: not enough memory", Shortage::host_memory},
    {"std::bad_alloc", Shortage::host_memory},
    {"MemoryError", Shortage::host_memory},
    {"Cannot allocate memory", Shortage::host_memory},
    {"memory exhausted", Shortage::host_memory},
    {"No space left on device", Shortage::disk},
    {"Disk quota exceeded", Shortage::disk},
};

}  // namespace

LoggedShortage shortage_in(std::string_view text) {
  LoggedShortage found;
  for_each_line(text, [&found](std::string_view line) {
    for (const auto& [word, kind] : words) {
      if (line.find(word) == std::string_view::npos) continue;
      found = {kind, std::string(line.substr(0, longest_quoted_line))};
      break;  // the first word of the table that fits a line says it most exactly
    }
  });
  return found;
}

}  // namespace winnow::run
