#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <thread>

#include "trainer/arguments.hpp"
#include "trainer/loop/machine.hpp"
#include "trainer/verbs/verb.hpp"

namespace winnow::train {
namespace {

constexpr long max_threads = 1024;  // as the setting `threads`

std::string shown(const std::string& library) {
  return library.empty() ? "inside libtorch" : library;
}

}  // namespace

int run_doctor(Words words) {
  const Arguments arguments({{}, {"threads"}, {"json"}}, words);
  set_threads(static_cast<int>(arguments.integer("threads", 1, 1, max_threads)));
  const double gflops = measure_matmul_gflops();
  const MachineFacts facts = machine_facts();
  if (arguments.flag("json")) {
    const nlohmann::json object = {{"version", 1},
                                   {"torch_version", facts.torch_version},
                                   {"blas_library", facts.blas_library},
                                   {"is_openblas", facts.is_openblas},
                                   {"threads", facts.threads},
                                   {"processors", std::thread::hardware_concurrency()},
                                   {"matmul_gflops", gflops},
                                   {"cuda_available", facts.cuda_available}};
    fmt::print("{}\n", object.dump(2));
    return 0;
  }
  fmt::print("libtorch {}\nBLAS {}\n{} thread(s): {:.1f} GFLOP/s in fp32\nCUDA {}\n",
             facts.torch_version, shown(facts.blas_library), facts.threads, gflops,
             facts.cuda_available ? "available" : "not available");
  return 0;
}

int run_version(Words words) {
  const Arguments arguments({{}, {}, {}}, words);
  const MachineFacts facts = machine_facts();
  fmt::print("winnow-trainer {}\nlibtorch {}\nBLAS {}\nthreads {} by default\n", WINNOW_VERSION,
             facts.torch_version, shown(facts.blas_library), facts.threads);
  return 0;
}

}  // namespace winnow::train
