#include "orchestrator/memory_cause.hpp"

#include <algorithm>
#include <fstream>
#include <utility>

namespace winnow::run {
namespace {

// Where the words come from: PyTorch (c10/cuda/CUDACachingAllocator.cpp, CUDAException; the CPU
// allocator in c10/core/impl/alloc_cpu.cpp), CUDA's error names (cudaErrorMemoryAllocation),
// cuBLAS, JAX/XLA (RESOURCE_EXHAUSTED), TensorFlow (OOM when allocating tensor), CPython
// (MemoryError), the C++ standard library (std::bad_alloc), glibc's text of ENOMEM, GNU coreutils.
constexpr std::pair<std::string_view, MemoryShortage> words[] = {
    {"CUDA out of memory", MemoryShortage::gpu},
    {"OutOfMemoryError: CUDA", MemoryShortage::gpu},
    {"CUDA error: out of memory", MemoryShortage::gpu},
    {"CUDA_ERROR_OUT_OF_MEMORY", MemoryShortage::gpu},
    {"cudaErrorMemoryAllocation", MemoryShortage::gpu},
    {"CUBLAS_STATUS_ALLOC_FAILED", MemoryShortage::gpu},
    {"HIP out of memory", MemoryShortage::gpu},
    {"RESOURCE_EXHAUSTED: Out of memory", MemoryShortage::gpu},
    {"OOM when allocating tensor", MemoryShortage::gpu},
    {"DefaultCPUAllocator: can't allocate memory", MemoryShortage::host},
    {"DefaultCPUAllocator: not enough memory", MemoryShortage::host},
    {"std::bad_alloc", MemoryShortage::host},
    {"MemoryError", MemoryShortage::host},
    {"Cannot allocate memory", MemoryShortage::host},
    {"memory exhausted", MemoryShortage::host},
};

// A traceback of many frames and what threads say after it; more is another story.
constexpr std::int64_t tail_bytes = 64 * 1024;
constexpr std::size_t longest_line = 300;

}  // namespace

LoggedShortage shortage_in(std::string_view text) {
  LoggedShortage found;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = text.substr(at, end - at);
    for (const auto& [word, kind] : words) {
      if (line.find(word) == std::string_view::npos) continue;
      found = {kind, std::string(line.substr(0, longest_line))};
      break;  // the first word of the table that fits a line says it most exactly
    }
    at = end + 1;
  }
  return found;
}

LoggedShortage shortage_in_log(const std::filesystem::path& log) {
  std::ifstream file(log, std::ios::binary | std::ios::ate);
  const std::int64_t size = file ? static_cast<std::int64_t>(file.tellg()) : 0;
  std::string tail(static_cast<std::size_t>(std::min(size, tail_bytes)), '\0');
  file.seekg(std::max<std::int64_t>(0, size - tail_bytes));
  file.read(tail.data(), static_cast<std::streamsize>(tail.size()));
  tail.resize(static_cast<std::size_t>(std::max<std::streamsize>(0, file.gcount())));
  return shortage_in(tail);
}

}  // namespace winnow::run
