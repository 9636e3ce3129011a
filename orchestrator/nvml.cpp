#include "orchestrator/nvml.hpp"

#include <dlfcn.h>
#include <fmt/format.h>

#include <array>
#include <limits>

namespace winnow::run {
namespace {

// Names and layout from the NVML API Reference Guide, "Device Queries"; they are frozen by their
// version suffixes. A device is a pointer to something.
struct NvmlMemory {
  unsigned long long total, free, used;  // bytes
};
struct NvmlUtilization {
  unsigned gpu, memory;  // percent
};
struct NvmlProcess {  // of _v2 and _v3
  unsigned pid;
  unsigned long long used_bytes;  // all bits set: not known
  unsigned gpu_instance, compute_instance;
};
using InitFunction = int (*)();
using CountFunction = int (*)(unsigned*);
using HandleFunction = int (*)(unsigned, void**);
using TextFunction = int (*)(void*, char*, unsigned);
using MemoryFunction = int (*)(void*, NvmlMemory*);
using UtilizationFunction = int (*)(void*, NvmlUtilization*);
using TemperatureFunction = int (*)(void*, int, unsigned*);
using EccFunction = int (*)(void*, int, int, unsigned long long*);
using EnergyFunction = int (*)(void*, unsigned long long*);  // mJ
using ProcessesFunction = int (*)(void*, unsigned*, NvmlProcess*);
using ErrorFunction = const char* (*)(int);
constexpr int nvml_success = 0;
constexpr int gpu_sensor = 0;           // NVML_TEMPERATURE_GPU
constexpr int shutdown_threshold = 0;   // NVML_TEMPERATURE_THRESHOLD_SHUTDOWN
constexpr int uncorrected_errors = 1;   // NVML_MEMORY_ERROR_TYPE_UNCORRECTED
constexpr int since_driver_loaded = 0;  // NVML_VOLATILE_ECC
constexpr unsigned text_bytes = 96;     // NVML_DEVICE_NAME_V2_BUFFER_SIZE, …_UUID_V2_BUFFER_SIZE

/// nullptr where this version of the library has none.
template <class Function>
Function find_if_any(void* library, const char* name) {
  return reinterpret_cast<Function>(::dlsym(library, name));
}

template <class Function>
Function find(void* library, const char* name) {
  const auto function = find_if_any<Function>(library, name);
  if (function == nullptr) throw NvmlProblem(fmt::format("the NVML library has no {}", name));
  return function;
}

/// Why a device should run nothing; empty when it may. Not every device has these sensors, nor
/// every driver the functions.
std::string fault_of(void* library, void* device) {
  const auto ecc = find_if_any<EccFunction>(library, "nvmlDeviceGetTotalEccErrors");
  unsigned long long errors = 0;
  const bool is_counted = ecc != nullptr && ecc(device, uncorrected_errors, since_driver_loaded,
                                                &errors) == nvml_success;
  if (is_counted && errors > 0) {
    return fmt::format("{} uncorrected memory error(s) since the driver was loaded", errors);
  }
  const auto read = find_if_any<TemperatureFunction>(library, "nvmlDeviceGetTemperature");
  const auto limit = find_if_any<TemperatureFunction>(library, "nvmlDeviceGetTemperatureThreshold");
  unsigned now = 0;
  unsigned most = 0;
  const bool is_measured = read != nullptr && limit != nullptr &&
                           read(device, gpu_sensor, &now) == nvml_success &&
                           limit(device, shutdown_threshold, &most) == nvml_success;
  if (!is_measured || now < most) return "";
  return fmt::format("{} degrees C, and it shuts down at {}", now, most);
}

std::map<std::int64_t, std::uint64_t> processes_on(void* library, void* device) {
  constexpr unsigned most_processes = 256;  // more than a device runs at once
  constexpr const char* name = "nvmlDeviceGetComputeRunningProcesses";
  auto ask = find_if_any<ProcessesFunction>(library, fmt::format("{}_v3", name).c_str());
  if (ask == nullptr)
    ask = find_if_any<ProcessesFunction>(library, fmt::format("{}_v2", name).c_str());
  std::map<std::int64_t, std::uint64_t> bytes;
  std::array<NvmlProcess, most_processes> processes{};
  unsigned count = most_processes;
  if (ask == nullptr || ask(device, &count, processes.data()) != nvml_success) return bytes;
  for (unsigned k = 0; k < count && k < most_processes; ++k) {
    const NvmlProcess& process = processes[k];
    if (process.used_bytes != std::numeric_limits<unsigned long long>::max()) {
      bytes[process.pid] = process.used_bytes;
    }
  }
  return bytes;
}

}  // namespace

std::unique_ptr<Nvml> Nvml::load(const std::filesystem::path& library) {
  void* loaded = ::dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (loaded == nullptr) return nullptr;
  std::unique_ptr<Nvml> nvml(new Nvml(loaded));
  nvml->check(find<InitFunction>(loaded, "nvmlInit_v2")(), "nvmlInit");
  nvml->is_initialised_ = true;
  return nvml;
}

Nvml::~Nvml() {
  // Nothing can be done about a library that does not want to end.
  const auto shut_down = find_if_any<InitFunction>(library_, "nvmlShutdown");
  if (is_initialised_ && shut_down != nullptr) shut_down();
  ::dlclose(library_);
}

unsigned Nvml::count() const {
  unsigned count = 0;
  check(find<CountFunction>(library_, "nvmlDeviceGetCount_v2")(&count), "nvmlDeviceGetCount");
  return count;
}

Gpu Nvml::device(unsigned index) const {
  void* handle = handle_of(index);
  std::array<char, text_bytes + 1> name{};
  check(find<TextFunction>(library_, "nvmlDeviceGetName")(handle, name.data(), text_bytes),
        fmt::format("name of device {}", index));
  std::array<char, text_bytes + 1> uuid{};
  check(find<TextFunction>(library_, "nvmlDeviceGetUUID")(handle, uuid.data(), text_bytes),
        fmt::format("UUID of device {}", index));
  NvmlMemory memory{};
  check(find<MemoryFunction>(library_, "nvmlDeviceGetMemoryInfo")(handle, &memory),
        fmt::format("memory of device {}", index));
  return {.index = static_cast<int>(index),
          .name = name.data(),
          .memory_bytes = memory.total,
          .uuid = uuid.data(),
          .fault = fault_of(library_, handle)};
}

GpuSample Nvml::look(unsigned index) const {
  void* handle = handle_of(index);
  GpuSample sample;
  NvmlMemory memory{};
  check(find<MemoryFunction>(library_, "nvmlDeviceGetMemoryInfo")(handle, &memory),
        fmt::format("memory of device {}", index));
  sample.used_bytes = memory.used;
  NvmlUtilization utilization{};
  const auto utilization_of =
      find_if_any<UtilizationFunction>(library_, "nvmlDeviceGetUtilizationRates");
  if (utilization_of != nullptr && utilization_of(handle, &utilization) == nvml_success) {
    sample.utilisation = utilization.gpu / 100.0;
  }
  unsigned long long energy_mj = 0;
  const auto energy_of =
      find_if_any<EnergyFunction>(library_, "nvmlDeviceGetTotalEnergyConsumption");
  if (energy_of != nullptr && energy_of(handle, &energy_mj) == nvml_success) {
    sample.energy_j = static_cast<double>(energy_mj) / 1000;
  }
  sample.bytes_by_process = processes_on(library_, handle);
  return sample;
}

void* Nvml::handle_of(unsigned index) const {
  void* handle = nullptr;
  check(find<HandleFunction>(library_, "nvmlDeviceGetHandleByIndex_v2")(index, &handle),
        fmt::format("device {}", index));
  return handle;
}

void Nvml::check(int code, const std::string& what) const {
  if (code == nvml_success) return;
  const auto words = find_if_any<ErrorFunction>(library_, "nvmlErrorString");
  throw NvmlProblem(fmt::format(
      "{}: {}", what,
      words == nullptr ? fmt::format("NVML error {}", code) : std::string(words(code))));
}

}  // namespace winnow::run
