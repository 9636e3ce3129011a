#include "trainer/errors.hpp"

#include <fmt/format.h>

#include <system_error>

namespace winnow::train {
namespace {

std::string lines(const std::vector<Fault>& faults) {
  std::string text;
  for (const Fault& fault : faults) {
    if (!text.empty()) text += '\n';
    text += fault.place.empty() ? fault.message : fault.place + ": " + fault.message;
  }
  return text;
}

}  // namespace

ConfigError::ConfigError(std::vector<Fault> faults)
    : std::runtime_error(lines(faults)), faults_(std::move(faults)) {}

ConfigError::ConfigError(std::string place, std::string message)
    : ConfigError(std::vector<Fault>{{std::move(place), std::move(message)}}) {}

FileError::FileError(std::string_view attempted, std::string_view file, int system_code)
    : std::runtime_error(fmt::format("cannot {} {}: {}", attempted, file,
                                     std::generic_category().message(system_code))),
      system_code_(system_code) {}

void expect(bool condition, std::string_view what, std::source_location where) {
  if (condition) return;
  throw BrokenExpectation(
      fmt::format("{}:{}: broken expectation: {}", where.file_name(), where.line(), what));
}

}  // namespace winnow::train
