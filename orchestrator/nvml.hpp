// NVML, the library of NVIDIA's driver, loaded at run time. What we use of it is declared by
// ourselves in nvml.cpp: its header is not free software.
#pragma once

#include <filesystem>
#include <memory>
#include <stdexcept>

#include "orchestrator/gpus.hpp"

namespace winnow::run {

/// The library is there and does not answer; the text says what was asked.
class NvmlProblem : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The loaded library, from nvmlInit to nvmlShutdown.
class Nvml {
 public:
  /// nullptr where there is none. Throws NvmlProblem.
  static std::unique_ptr<Nvml> load(const std::filesystem::path& library);
  Nvml(const Nvml&) = delete;
  Nvml& operator=(const Nvml&) = delete;
  ~Nvml();

  unsigned count() const;
  Gpu device(unsigned index) const;
  /// What this driver or device does not know is left out.
  GpuSample look(unsigned index) const;

 private:
  explicit Nvml(void* library) : library_(library) {}
  void* handle_of(unsigned index) const;
  void check(int code, const std::string& what) const;

  void* library_;
  bool is_initialised_ = false;
};

}  // namespace winnow::run
