// A stand-in for the NVIDIA driver's library, loaded by tests instead of it. What it answers is
// told by the environment variable FAKE_NVML: "two" (devices), "none", "broken" (does not start),
// "lost" (the second device does not answer).
#include <cstdlib>
#include <cstring>
#include <string>

namespace {

constexpr int success = 0;
constexpr int driver_not_loaded = 9;
constexpr int gpu_is_lost = 15;

std::string mode() {
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

}  // namespace

extern "C" {

int nvmlInit_v2() { return mode() == "broken" ? driver_not_loaded : success; }
int nvmlShutdown() {
  ::setenv("FAKE_NVML_SHUT_DOWN", "1", 1);
  return success;
}
int nvmlDeviceGetCount_v2(unsigned* count) {
  *count = mode() == "two" || mode() == "lost" ? 2 : 0;
  return success;
}
int nvmlDeviceGetHandleByIndex_v2(unsigned index, void** handle) {
  if (mode() == "lost" && index == 1) return gpu_is_lost;
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
  return success;
}
const char* nvmlErrorString(int code) {
  return code == driver_not_loaded ? "Driver Not Loaded" : "GPU is lost";
}

}  // extern "C"
