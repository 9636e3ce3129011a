#include "orchestrator/shortage.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "orchestrator/log_words.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace winnow::run;

TEST_CASE("the words of programs that found too little device memory are known") {
  // Each as its program prints it; numbers and addresses are made up.
  const std::string_view lines[] = {
      "RuntimeError: CUDA out of memory. Tried to allocate 2.00 GiB (GPU 0; 23.69 GiB total "
      "capacity; "
      "20.15 GiB already allocated; 1.04 GiB free; 21.00 GiB reserved in total by PyTorch)",
      "torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 64.00 MiB.",
      "RuntimeError: CUDA error: out of memory",
      "RuntimeError: CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`",
      "jaxlib.xla_extension.XlaRuntimeError: RESOURCE_EXHAUSTED: Out of memory while trying to "
      "allocate 8589934592 bytes.",
      "tensorflow.python.framework.errors_impl.ResourceExhaustedError: OOM when allocating tensor "
      "with shape[256,1024,1024]",
  };
  for (const std::string_view line : lines) {
    const LoggedShortage found = shortage_in("epoch 1\n" + std::string(line) + "\n");
    CHECK(found.kind == Shortage::device_memory);
    CHECK(std::string(line).starts_with(found.line));
  }
}

TEST_CASE("the words of programs that found too little memory of the machine are known") {
  const std::string_view lines[] = {
      "terminate called after throwing an instance of 'std::bad_alloc'",
      "MemoryError",
      "numpy.core._exceptions._ArrayMemoryError: Unable to allocate 7.45 GiB for an array",
      "OSError: [Errno 12] Cannot allocate memory",
      "RuntimeError: [enforce fail at alloc_cpu.cpp:75] err == 0. DefaultCPUAllocator: can't "
      "allocate "
      "memory: you tried to allocate 8000000000000 bytes. Error code 12 (Cannot allocate memory)",
      "tail: memory exhausted",
  };
  for (const std::string_view line : lines) {
    CHECK(shortage_in(line).kind == Shortage::host_memory);
  }
}

TEST_CASE("what does not speak of missing memory is none") {
  CHECK(shortage_in("").kind == Shortage::none);
  CHECK(shortage_in("GPU 0 has 23 GiB of memory, 20 in use\nValueError: out of range\n").kind ==
        Shortage::none);
}

TEST_CASE("the last word counts, and a long line is cut") {
  CHECK(shortage_in("CUDA out of memory\nretrying on the CPU\nstd::bad_alloc\n").kind ==
        Shortage::host_memory);
  CHECK(shortage_in("MemoryError " + std::string(5000, 'x')).line.size() == 300);
}

TEST_CASE("the words of programs whose disk is full are known") {
  for (const std::string line : {"OSError: [Errno 28] No space left on device: 'model.pt'",
                                 "cp: error writing 'x': Disk quota exceeded"}) {
    CHECK(shortage_in("saving\n" + line + "\n").kind == Shortage::disk);
  }
}

TEST_CASE("only the end of a log is looked at, and no log says nothing") {
  const winnow::tests::TemporaryFolder folder;
  CHECK(log_tail(folder / "none").empty());
  winnow::tests::write_text(folder / "log", "MemoryError\n" + std::string(70'000, '.') + "\n");
  CHECK(shortage_in(log_tail(folder / "log")).kind == Shortage::none);
  winnow::tests::write_text(folder / "log", std::string(70'000, '.') + "\nMemoryError\n");
  CHECK(shortage_in(log_tail(folder / "log")).kind == Shortage::host_memory);
}
