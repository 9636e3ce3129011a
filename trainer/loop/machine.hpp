// The machine that libtorch computes on: threads, device, and which BLAS it found. Needs no
// libtorch header.
#pragma once

#include <string>

namespace winnow::train {

/// Threads of libtorch and of OpenBLAS, before anything was computed; threads between operations:
/// one. The results of a run are reproducible to the bit only for a fixed number.
void set_threads(int threads);

/// Whether only kernels are used that give the same bits each time; on a processor all do. Call it
/// before anything is computed on a GPU.
void set_deterministic(bool deterministic);

/// Has the allocator keep what is freed: every step needs the same memory again, and pages that
/// come from the kernel are cleared first, which was 5 % of a step of MiniLM.
void keep_freed_memory();

struct MachineFacts {
  std::string torch_version;
  std::string blas_library;  // path of the loaded shared object; empty if there is none of its own
  bool is_openblas = false;
  int threads = 0;
  bool cuda_available = false;
};
MachineFacts machine_facts();

/// Everything known that may change a bit of a floating-point result on the processor: version and
/// build of libtorch, instruction set in use, kernels that BLAS chose, threads.
std::string arithmetic_signature();

/// Best of a few fp32 products of two 1024 × 1024 matrices, in 10⁹ floating-point operations a
/// second.
double measure_matmul_gflops();

}  // namespace winnow::train
