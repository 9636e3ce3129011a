#include "searchers/problem/error.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <utility>

namespace winnow {
namespace {

std::string all_in_one(const std::vector<Fault>& faults) {
  std::string text;
  for (const Fault& fault : faults) {
    if (!text.empty()) text += '\n';
    text += fault.place.empty() ? fault.message : fmt::format("{}: {}", fault.place, fault.message);
  }
  return text;
}

}  // namespace

ConfigError::ConfigError(std::vector<Fault> faults)
    : std::runtime_error(all_in_one(faults)), faults_(std::move(faults)) {}

ConfigError::ConfigError(std::string place, std::string message)
    : ConfigError(std::vector<Fault>{{std::move(place), std::move(message)}}) {}

void expect(bool condition, std::string_view what, std::source_location where) {
  if (condition) return;
  throw BrokenExpectation(fmt::format("{}:{}: in {}: {}",
                                      std::filesystem::path(where.file_name()).filename().string(),
                                      where.line(), where.function_name(), what));
}

}  // namespace winnow
