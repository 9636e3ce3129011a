#include "orchestrator/gpus.hpp"

#include <dlfcn.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>
#include <sstream>
#include <stdexcept>

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
constexpr int nvml_success = 0;
constexpr unsigned text_bytes = 96;  // NVML_DEVICE_NAME_V2_BUFFER_SIZE, …_UUID_V2_BUFFER_SIZE

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
            .uuid = uuid.data()};
  }

 private:
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

}  // namespace

GpuSurvey survey_gpus(const std::filesystem::path& library) {
  GpuSurvey survey;
  const std::unique_ptr<void, Unload> loaded(::dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL));
  if (loaded == nullptr) return survey;
  try {
    const Nvml nvml(loaded.get());
    for (unsigned index = 0; index < nvml.count(); ++index) {
      survey.gpus.push_back(nvml.device(index));
    }
  } catch (const NvmlProblem& problem) {
    survey.gpus.clear();
    survey.problem = problem.what();
  }
  return survey;
}

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
