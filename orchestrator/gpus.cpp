#include "orchestrator/gpus.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <sstream>
#include <thread>

#include "orchestrator/nvml.hpp"
#include "orchestrator/report/terminal_text.hpp"
#include "searchers/problem/error.hpp"

namespace winnow::run {
namespace {

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
  try {
    const std::unique_ptr<Nvml> nvml = Nvml::load(library);
    for (unsigned index = 0; nvml != nullptr && index < nvml->count(); ++index) {
      add_device(*nvml, index, survey);
    }
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
