#include "orchestrator/trial_program.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <tuple>

#include "tests/orchestrator/config_support.hpp"
#include "tests/storage/builders.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace winnow;
using namespace winnow::run;

namespace {

/// What the first attempt of a trial finds under `name`; "unset" when it finds nothing. `trial` is
/// what the study says beneath "trial:".
std::string variable(const std::string& name, const std::string& trial,
                     const std::vector<int>& gpus) {
  const StudyConfig config = parse_study(
      "{name: a, method: random, metric: {name: loss}, limits: {max_trials: 1}, "
      "parameters: {x: {min: 0.0, max: 1.0}}, trial: {command: [/bin/true], " +
          trial + "}}",
      "/studies/a.yaml");
  TrialProgram program;
  program.environment = {"CUDA_VISIBLE_DEVICES=0,1,2,3", "HOME=/root"};
  const AttemptRequest request =
      plan_attempt(config, program, StudyFolder("/studies/a"), store::a_trial(0), Slot{0, gpus},
                   new_attempt(TrialNumber{0}, Slot{0, gpus}, 1, "token", std::nullopt));
  for (const std::string& entry : request.launch.environment) {
    if (entry.starts_with(name + "=")) return entry.substr(name.size() + 1);
  }
  return "unset";
}

}  // namespace

TEST_CASE("a trial sees the devices of its slot, counted as we counted them") {
  CHECK(variable("CUDA_VISIBLE_DEVICES", "resources: {gpus: 2}", {3, 1}) == "3,1");
  CHECK(variable("CUDA_DEVICE_ORDER", "resources: {gpus: 2}", {3, 1}) == "PCI_BUS_ID");
}

TEST_CASE("a trial that was given no devices sees none") {
  CHECK(variable("CUDA_VISIBLE_DEVICES", "retries: 0", {}).empty());
  CHECK(variable("HOME", "retries: 0", {}) == "/root");
}

TEST_CASE("a trial that did not fit on its device is told by what to divide its batch") {
  tests::TemporaryFolder folder;
  tests::write_text(folder / "data.jsonl", "");
  const StudyConfig config = parse_study(
      "{name: a, method: random, metric: {name: eval_loss}, limits: {max_trials: 1}, parameters: "
      "{learning_rate: {min: 0.1, max: 1.0}}, trainer: {task: text_classification, model: ., "
      "batch_size: 12, train_data: ./data.jsonl, validation_data: ./data.jsonl}}",
      folder / "a.yaml");
  for (const auto& [halvings, divisor, batch] : std::vector<std::tuple<int, std::string, int>>{
           {0, "1", 12}, {1, "2", 6}, {2, "4", 3}, {5, "32", 1}}) {
    const AttemptRequest request = plan_attempt(
        config, TrialProgram{}, StudyFolder("/studies/a"), store::a_trial(0), Slot{0, {}},
        new_attempt(TrialNumber{0}, Slot{0, {}}, 1, "token", std::nullopt), halvings);
    CHECK(std::ranges::count(request.launch.environment, "WINNOW_BATCH_DIVISOR=" + divisor) == 1);
    const std::string& settings = request.files.at(AttemptFiles{request.folder}.trainer());
    const auto read = nlohmann::json::parse(settings);
    CHECK(read.at("batch_size") == 12);
    CHECK(read.value("micro_batch_size", 12) == batch);
  }
}
