#include "trainer/environment.hpp"

#include <charconv>
#include <cstdlib>
#include <string>
#include <vector>

#include "trainer/errors.hpp"

namespace winnow::train {
namespace {

std::optional<std::string> variable(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr || *value == '\0') return std::nullopt;
  return value;
}

template <typename Integer>
std::optional<Integer> number(const char* name, Integer least, std::vector<Fault>& faults) {
  const std::optional<std::string> text = variable(name);
  if (!text) return std::nullopt;
  Integer value = 0;
  const char* end = text->data() + text->size();
  const auto [stopped_at, failure] = std::from_chars(text->data(), end, value);
  if (failure == std::errc() && stopped_at == end && value >= least) return value;
  faults.push_back({name, "expected an integer of at least " + std::to_string(least) +
                              ", found \"" + *text + "\""});
  return std::nullopt;
}

}  // namespace

Environment read_environment() {
  std::vector<Fault> faults;
  Environment environment;
  environment.report_file = variable("WINNOW_REPORT_FILE");
  environment.control_file = variable("WINNOW_CONTROL_FILE");
  environment.checkpoint_dir = variable("WINNOW_CHECKPOINT_DIR");
  environment.resume_from = variable("WINNOW_RESUME_FROM");
  environment.seed = number<std::uint64_t>("WINNOW_SEED", 0, faults);
  environment.data_seed = number<std::uint64_t>("WINNOW_DATA_SEED", 0, faults);
  environment.max_steps = number<std::int64_t>("WINNOW_MAX_STEPS", 1, faults);
  if (!faults.empty()) throw ConfigError(std::move(faults));
  return environment;
}

}  // namespace winnow::train
