#include "orchestrator/report/resource_text.hpp"

#include <fmt/format.h>

#include <cmath>

namespace winnow::run {

std::string bytes_text(std::int64_t bytes) {
  constexpr double mebibyte = 1 << 20;
  return fmt::format("{:.0f} MiB", std::ceil(static_cast<double>(bytes) / mebibyte));
}

std::string gpu_use_text(const store::ResourceUse& use) {
  std::string text;
  if (use.gpu_memory_bytes) text += " " + bytes_text(*use.gpu_memory_bytes);
  if (use.gpu_utilisation) text += fmt::format(" {:.0f} %", 100 * *use.gpu_utilisation);
  if (use.gpu_energy_j) text += fmt::format(" {:.0f} J", *use.gpu_energy_j);
  return text.empty() ? text : text.substr(1);
}

}  // namespace winnow::run
