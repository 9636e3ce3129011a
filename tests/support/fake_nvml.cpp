// A stand-in for the NVIDIA driver's library, loaded by tests instead of it. What it answers is
// told by the environment variable FAKE_NVML, or by the file that FAKE_NVML_FILE names, once it is
// there: "two" (devices), "none", "broken" (does not start), "lost" (the second device does not
// answer), "all_lost", "shrunk" (the second is not counted any more), "hot", "ecc" (the second
// one), "hangs" (never answers).
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>

namespace {

constexpr int success = 0;
constexpr int driver_not_loaded = 9;
constexpr int gpu_is_lost = 15;

std::string mode() {
  if (const char* file = std::getenv("FAKE_NVML_FILE")) {
    std::string word;
    if (std::ifstream(file) >> word) return word;
  }
  const char* text = std::getenv("FAKE_NVML");
  return text == nullptr ? "none" : text;
}

// Handles are opaque to callers: the index and a mark, so that null is none of them.
unsigned index_of(void* handle) {
  return static_cast<unsigned>(reinterpret_cast<std::size_t>(handle)) - 1;
}

struct Memory {
  unsigned long long total, free, used;
};
struct Utilization {
  unsigned gpu, memory;
};
struct Process {
  unsigned pid;
  unsigned long long used_bytes;
  unsigned gpu_instance, compute_instance;
};

}  // namespace

extern "C" {

int nvmlInit_v2() { return mode() == "broken" ? driver_not_loaded : success; }
int nvmlShutdown() {
  ::setenv("FAKE_NVML_SHUT_DOWN", "1", 1);
  return success;
}
int nvmlDeviceGetCount_v2(unsigned* count) {
  const std::string now = mode();
  *count = now == "none" ? 0 : now == "shrunk" ? 1 : 2;
  return success;
}
int nvmlDeviceGetHandleByIndex_v2(unsigned index, void** handle) {
  while (mode() == "hangs") ::pause();
  if (mode() == "all_lost" || (mode() == "lost" && index == 1)) return gpu_is_lost;
  *handle = reinterpret_cast<void*>(static_cast<std::size_t>(index + 1));
  return success;
}
int nvmlDeviceGetName(void* handle, char* name, unsigned length) {
  const std::string text = "Imaginary " + std::to_string(index_of(handle));
  std::strncpy(name, text.c_str(), length);
  return success;
}
int nvmlDeviceGetUUID(void* handle, char* uuid, unsigned length) {
  const std::string text = "GPU-0000000" + std::to_string(index_of(handle));
  std::strncpy(uuid, text.c_str(), length);
  return success;
}
int nvmlDeviceGetMemoryInfo(void* handle, Memory* memory) {
  memory->total = (index_of(handle) + 1) * 1000ULL;
  memory->used = 700;
  return success;
}
int nvmlDeviceGetUtilizationRates(void* handle, Utilization* utilization) {
  utilization->gpu = index_of(handle) == 0 ? 50 : 90;
  return success;
}
// 2 J more at every look.
int nvmlDeviceGetTotalEnergyConsumption(void*, unsigned long long* energy_mj) {
  static unsigned long long total = 5000;
  *energy_mj = total += 2000;
  return success;
}
int nvmlDeviceGetComputeRunningProcesses_v3(void*, unsigned* count, Process* processes) {
  const char* pid = std::getenv("FAKE_NVML_PID");
  *count = pid == nullptr ? 0 : 1;
  if (pid != nullptr) processes[0] = {static_cast<unsigned>(std::atoi(pid)), 300, 0, 0};
  return success;
}
int nvmlDeviceGetTemperature(void* handle, int, unsigned* degrees) {
  *degrees = mode() == "hot" && index_of(handle) == 1 ? 99 : 40;
  return success;
}
int nvmlDeviceGetTemperatureThreshold(void*, int, unsigned* degrees) {
  *degrees = 95;
  return success;
}
int nvmlDeviceGetTotalEccErrors(void* handle, int, int, unsigned long long* errors) {
  *errors = mode() == "ecc" && index_of(handle) == 1 ? 3 : 0;
  return success;
}
const char* nvmlErrorString(int code) {
  return code == driver_not_loaded ? "Driver Not Loaded" : "GPU is lost";
}

}  // extern "C"
