#include "trainer/loop/machine.hpp"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <dlfcn.h>
#include <fmt/format.h>
#include <malloc.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <limits>

#include "trainer/loop/device.hpp"
#include "trainer/torch_compat.hpp"

namespace winnow::train {
namespace {

/// A function of OpenBLAS, if that is what libtorch is linked to.
template <typename Function>
Function openblas_function(const char* name) {
  return reinterpret_cast<Function>(dlsym(RTLD_DEFAULT, name));
}

/// The path of the first mapped shared object whose file name begins with one of the prefixes.
std::string mapped_library(std::initializer_list<std::string_view> prefixes) {
  for (const std::string_view prefix : prefixes) {
    std::ifstream maps("/proc/self/maps");
    for (std::string line; std::getline(maps, line);) {
      const auto slash = line.find('/');
      if (slash == std::string::npos) continue;
      const std::string path = line.substr(slash);
      if (path.substr(path.rfind('/') + 1).starts_with(prefix)) return path;
    }
  }
  return {};
}

}  // namespace

void set_threads(int threads) {
  at::set_num_threads(threads);
  at::set_num_interop_threads(1);
  // Debian's default OpenBLAS has threads of its own, which libtorch's setting does not reach.
  if (auto* set = openblas_function<void (*)(int)>("openblas_set_num_threads")) set(threads);
}

void set_deterministic(bool deterministic) {
  if (!deterministic || !at::hasCUDA()) return;
  // cuBLAS shares out work alike only with a workspace of fixed size (its documentation, "Results
  // reproducibility").
  ::setenv("CUBLAS_WORKSPACE_CONFIG", ":4096:8", /*overwrite=*/0);
  at::globalContext().setDeterministicAlgorithms(true, /*warn_only=*/false);
  at::globalContext().setBenchmarkCuDNN(false);
}

void keep_freed_memory() {
  constexpr int most = std::numeric_limits<int>::max();
  ::mallopt(M_MMAP_THRESHOLD, most);
  ::mallopt(M_TRIM_THRESHOLD, most);
}

MachineFacts machine_facts() {
  MachineFacts facts;
  facts.torch_version = torch_version;
  // Wheels of libtorch carry MKL inside libtorch_cpu: then no library of its own is mapped.
  facts.blas_library = mapped_library({"libopenblas", "libmkl", "libblis", "libblas"});
  facts.is_openblas = facts.blas_library.find("openblas") != std::string::npos;
  facts.threads = at::get_num_threads();
  facts.cuda_available = at::hasCUDA();
  return facts;
}

std::string arithmetic_signature() {
  std::string blas;
  for (const char* name : {"openblas_get_config", "openblas_get_corename"}) {
    if (auto* text = openblas_function<char* (*)()>(name)) blas += text() + std::string("\n");
  }
  return fmt::format("{}\n{}{}", at::show_config(), blas, at::get_num_threads());
}

double measure_matmul_gflops() {
  constexpr std::int64_t size = 1024;
  const at::NoGradGuard no_gradients;
  const at::Tensor a = at::ones({size, size});
  double best_s = std::numeric_limits<double>::infinity();
  for (int run = 0; run < 4; ++run) {  // the first one warms up
    const auto begin = std::chrono::steady_clock::now();
    const at::Tensor product = at::mm(a, a);
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin;
    best_s = std::min(best_s, elapsed.count());
  }
  return 2.0 * static_cast<double>(size) * size * size / best_s / 1e9;
}

at::Device choose_device() {
  const char* visible = std::getenv("CUDA_VISIBLE_DEVICES");
  const bool is_hidden = visible != nullptr && *visible == '\0';
  if (is_hidden || !at::hasCUDA()) return at::kCPU;
  at::globalContext().setAllowTF32CuBLAS(false);
  at::globalContext().setAllowTF32CuDNN(false);
  return {at::kCUDA, 0};
}

}  // namespace winnow::train
