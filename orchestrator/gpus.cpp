#include "orchestrator/gpus.hpp"

#include <dlfcn.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "orchestrator/report/terminal_text.hpp"
#include "searchers/problem/error.hpp"

namespace winnow::run {
namespace {

// What we use of NVML, declared by ourselves: its header is not free software. Names and layout
// from the NVML API Reference Guide, "Device Queries"; they are frozen by their version suffixes.
using NvmlDevice = struct NvmlDeviceHandle*;
struct NvmlMemory {
  unsigned long long total, free, used;  // bytes
};
using InitFunction = int (*)();
using CountFunction = int (*)(unsigned*);
using HandleFunction = int (*)(unsigned, NvmlDevice*);
using TextFunction = int (*)(NvmlDevice, char*, unsigned);
using MemoryFunction = int (*)(NvmlDevice, NvmlMemory*);
using ErrorFunction = const char* (*)(int);
using TemperatureFunction = int (*)(NvmlDevice, int, unsigned*);
using EccFunction = int (*)(NvmlDevice, int, int, unsigned long long*);
constexpr int nvml_success = 0;
constexpr int gpu_sensor = 0;           // NVML_TEMPERATURE_GPU
constexpr int shutdown_threshold = 0;   // NVML_TEMPERATURE_THRESHOLD_SHUTDOWN
constexpr int uncorrected_errors = 1;   // NVML_MEMORY_ERROR_TYPE_UNCORRECTED
constexpr int since_driver_loaded = 0;  // NVML_VOLATILE_ECC
constexpr unsigned text_bytes = 96;     // NVML_DEVICE_NAME_V2_BUFFER_SIZE, …_UUID_V2_BUFFER_SIZE

// Ends a survey; its text becomes the survey's `problem`.
class NvmlProblem : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// The loaded library, from nvmlInit to nvmlShutdown.
class Nvml {
 public:
  explicit Nvml(void* library) : library_(library) {
    check(find<InitFunction>("nvmlInit_v2")(), "nvmlInit");
    is_initialised_ = true;
  }
  Nvml(const Nvml&) = delete;
  Nvml& operator=(const Nvml&) = delete;
  ~Nvml() {
    // Nothing can be done about a library that does not want to end.
    if (!is_initialised_) return;
    if (void* shutdown = ::dlsym(library_, "nvmlShutdown")) as<InitFunction>(shutdown)();
  }

  unsigned count() const {
    unsigned count = 0;
    check(find<CountFunction>("nvmlDeviceGetCount_v2")(&count), "nvmlDeviceGetCount");
    return count;
  }

  Gpu device(unsigned index) const {
    NvmlDevice handle = nullptr;
    check(find<HandleFunction>("nvmlDeviceGetHandleByIndex_v2")(index, &handle),
          fmt::format("device {}", index));
    std::array<char, text_bytes + 1> name{};
    check(find<TextFunction>("nvmlDeviceGetName")(handle, name.data(), text_bytes),
          fmt::format("name of device {}", index));
    std::array<char, text_bytes + 1> uuid{};
    check(find<TextFunction>("nvmlDeviceGetUUID")(handle, uuid.data(), text_bytes),
          fmt::format("UUID of device {}", index));
    NvmlMemory memory{};
    check(find<MemoryFunction>("nvmlDeviceGetMemoryInfo")(handle, &memory),
          fmt::format("memory of device {}", index));
    return {.index = static_cast<int>(index),
            .name = name.data(),
            .memory_bytes = memory.total,
            .uuid = uuid.data(),
            .fault = fault_of(handle)};
  }

 private:
  /// Not every device has these sensors, nor every driver the functions.
  std::string fault_of(NvmlDevice handle) const {
    const auto ecc = find_if_any<EccFunction>("nvmlDeviceGetTotalEccErrors");
    unsigned long long errors = 0;
    const bool is_counted = ecc != nullptr && ecc(handle, uncorrected_errors, since_driver_loaded,
                                                  &errors) == nvml_success;
    if (is_counted && errors > 0) {
      return fmt::format("{} uncorrected memory error(s) since the driver was loaded", errors);
    }
    const auto read = find_if_any<TemperatureFunction>("nvmlDeviceGetTemperature");
    const auto limit = find_if_any<TemperatureFunction>("nvmlDeviceGetTemperatureThreshold");
    unsigned now = 0;
    unsigned most = 0;
    const bool is_measured = read != nullptr && limit != nullptr &&
                             read(handle, gpu_sensor, &now) == nvml_success &&
                             limit(handle, shutdown_threshold, &most) == nvml_success;
    if (!is_measured || now < most) return "";
    return fmt::format("{} degrees C, and it shuts down at {}", now, most);
  }

  template <class Function>
  Function find_if_any(const char* name) const {
    return as<Function>(::dlsym(library_, name));
  }

  template <class Function>
  static Function as(void* symbol) {
    return reinterpret_cast<Function>(symbol);
  }

  template <class Function>
  Function find(const char* name) const {
    void* symbol = ::dlsym(library_, name);
    if (symbol == nullptr) throw NvmlProblem(fmt::format("the NVML library has no {}", name));
    return as<Function>(symbol);
  }

  void check(int code, std::string_view what) const {
    if (code == nvml_success) return;
    void* words = ::dlsym(library_, "nvmlErrorString");
    throw NvmlProblem(fmt::format("{}: {}", what,
                                  words == nullptr ? fmt::format("NVML error {}", code)
                                                   : std::string(as<ErrorFunction>(words)(code))));
  }

  void* library_;
  bool is_initialised_ = false;
};

struct Unload {
  void operator()(void* library) const { ::dlclose(library); }
};

[[noreturn]] void not_understood(const std::string& visible, std::string_view word,
                                 std::string_view why) {
  throw ConfigError("CUDA_VISIBLE_DEVICES",
                    fmt::format("{}: '{}' in '{}'; `winnow doctor` lists the devices with their "
                                "numbers",
                                why, terminal_text(word), terminal_text(visible)));
}

/// The device that a word of CUDA_VISIBLE_DEVICES names; nothing when there is none such.
std::optional<int> device_named(const std::string& word, const GpuSurvey& survey,
                                const std::string& visible) {
  std::optional<int> found;
  if (word.starts_with("GPU-")) {
    for (const Gpu& gpu : survey.gpus) {
      if (!gpu.uuid.starts_with(word)) continue;
      if (found) not_understood(visible, word, "several devices have a UUID that begins so");
      found = gpu.index;
    }
    return found;
  }
  int number = 0;
  const auto [stop, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  if (error != std::errc() || stop != word.data() + word.size()) {
    not_understood(visible, word,
                   "expected device numbers such as 0,2 or UUIDs such as GPU-8932f937");
  }
  const auto gpu = std::ranges::find(survey.gpus, number, &Gpu::index);
  if (gpu != survey.gpus.end()) found = number;
  return found;
}

/// One that does not answer is no reason to do without the others.
void add_device(const Nvml& nvml, unsigned index, GpuSurvey& survey) {
  try {
    survey.gpus.push_back(nvml.device(index));
  } catch (const NvmlProblem& problem) {
    survey.problem += (survey.problem.empty() ? "" : "; ") + std::string(problem.what());
  }
}

}  // namespace

GpuSurvey survey_gpus(const std::filesystem::path& library) {
  GpuSurvey survey;
  const std::unique_ptr<void, Unload> loaded(::dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL));
  if (loaded == nullptr) return survey;
  try {
    const Nvml nvml(loaded.get());
    for (unsigned index = 0; index < nvml.count(); ++index) add_device(nvml, index, survey);
  } catch (const NvmlProblem& problem) {
    survey.problem = problem.what();
  }
  return survey;
}

std::future<GpuSurvey> ask_for_gpus(std::filesystem::path library) {
  const auto promise = std::make_shared<std::promise<GpuSurvey>>();
  std::future<GpuSurvey> answer = promise->get_future();
  std::thread([promise, library = std::move(library)] {
    promise->set_value(survey_gpus(library));
  }).detach();
  return answer;
}

GpuSurvey survey_gpus_within(std::chrono::nanoseconds patience,
                             const std::filesystem::path& library) {
  std::future<GpuSurvey> answer = ask_for_gpus(library);
  if (answer.wait_for(patience) != std::future_status::ready) return no_answer();
  return answer.get();
}

GpuSurvey no_answer() { return {{}, "the driver has not answered for a long time: it hangs"}; }

std::vector<int> usable_gpus(const GpuSurvey& survey, const std::optional<std::string>& visible) {
  std::vector<int> usable;
  if (!visible) {
    for (const Gpu& gpu : survey.gpus) usable.push_back(gpu.index);
    return usable;
  }
  std::istringstream words(*visible);
  for (std::string word; std::getline(words, word, ',');) {
    const std::optional<int> device = device_named(word, survey, *visible);
    if (!device) break;
    if (std::ranges::find(usable, *device) == usable.end()) usable.push_back(*device);
  }
  return usable;
}

}  // namespace winnow::run
