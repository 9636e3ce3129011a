// What the trials of a trainer study read: looked at before it is made, held to while it runs.
#include "orchestrator/study_inputs.hpp"

#include <catch2/catch.hpp>
#include <filesystem>

#include "orchestrator/trainer_check.hpp"
#include "storage/event_kinds.hpp"
#include "tests/storage/builders.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace winnow;
using namespace winnow::run;
using namespace winnow::tests;
using Catch::Contains;

namespace {

namespace fs = std::filesystem;

class TrainerStudy {
 public:
  TrainerStudy() {
    for (const char* model : {"small", "large"}) {
      fs::create_directories(folder_ / model / "sub");
      for (const char* name : {"config.json", "model.safetensors", "README.md", "sub/x.json"}) {
        write_text(folder_ / model / name, name);
      }
    }
    for (const char* name : {"train.jsonl", "validation.jsonl"}) write_text(folder_ / name, name);
  }

  StudyConfig read(const std::string& parameters, const std::string& more = "") const {
    const std::string text = fmt::format(
        "name: t\nmethod: random\nlimits: {{max_trials: 2}}\nmetric: {{name: eval_loss}}\n"
        "parameters: {{learning_rate: {{min: 1e-5, max: 1e-3}}, {}}}\n{}\n"
        "trainer:\n  task: text_classification\n  train_data: train.jsonl\n"
        "  validation_data: validation.jsonl\n",
        parameters, more);
    return parse_study(text, folder_ / "t.yaml");
  }

  std::vector<std::string> names(const StudyConfig& config) const {
    std::vector<std::string> found;
    for (const InputFile& file : input_files(config)) {
      found.push_back(fs::relative(file.path, folder_.path()).string());
    }
    return found;
  }

  const TemporaryFolder& folder() const { return folder_; }

 private:
  TemporaryFolder folder_;
};

const std::string two_models = "model: {values: [small, large]}";

/// The settings of each look that a parameter of `names` decides; of the model, which has to lie in
/// the study's folder, the last part of its path.
std::vector<std::string> looks(const StudyConfig& config, const std::vector<std::string>& names) {
  std::vector<std::string> found;
  for (const nlohmann::json& settings : trial_inputs(config).settings) {
    nlohmann::json chosen = nlohmann::json::array();
    for (const std::string& name : names) {
      chosen.push_back(settings.value(name, nlohmann::json()));
      if (name != "model") continue;
      const fs::path model = settings.at(name).get<std::string>();
      CHECK(model.parent_path() == config.folder());
      chosen.back() = model.filename().string();
    }
    found.push_back(chosen.dump());
  }
  return found;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("the files of a trainer study are its rows and what models are read from") {
  const TrainerStudy study;
  CHECK(study.names(study.read(two_models)) == Names{"large/config.json", "large/model.safetensors",
                                                     "small/config.json", "small/model.safetensors",
                                                     "train.jsonl", "validation.jsonl"});
  const StudyConfig command = parse_study(
      "name: a\nmethod: random\nmetric: {name: loss}\nparameters: {x: {min: 0.0, max: 1.0}}\n"
      "limits: {max_trials: 5}\ntrial: {command: [/bin/true]}\n",
      "/studies/a.yaml");
  CHECK(input_files(command).empty());
}

TEST_CASE("files that change between sessions stop the study, unless it is told to go on") {
  const TrainerStudy study;
  const StudyConfig config = study.read("model: {value: small}");
  store::Store store = store::Store::in_memory(store::a_study());
  const auto hold = [&](ChangedInputs changed) {
    std::vector<std::string> notes;
    hold_inputs(store, config, "s/t", changed, notes);
    return notes;
  };
  const auto faults = [&] {
    try {
      hold(ChangedInputs::refuse);
    } catch (const StudyFileError& error) {
      Names found;
      for (const Diagnostic& fault : error.diagnostics()) {
        found.push_back(fs::path(fault.file).filename().string() + " " + fault.message);
      }
      return found;
    }
    return Names{};
  };
  CHECK(hold(ChangedInputs::refuse).empty());
  CHECK(faults().empty());
  const fs::path rows = study.folder() / "train.jsonl";
  // The same bytes written again are the same file.
  write_text(rows, "train.jsonl");
  fs::last_write_time(rows, fs::file_time_type::clock::now() - std::chrono::hours(1));
  CHECK(faults().empty());
  write_text(rows, "other.jsonl");
  fs::remove(study.folder() / "validation.jsonl");
  write_text(study.folder() / "small/adapter_config.json", "{}");
  write_text(study.folder() / "large/config.json", "another model's");
  const Names found = faults();
  REQUIRE(found.size() == 4);
  CHECK_THAT(found[0], Contains("adapter_config.json was not there when the study began"));
  CHECK_THAT(found[1],
             Contains("train.jsonl has changed since the study began: 11 bytes, SHA-256 ") &&
                 Contains(" → 11 bytes, SHA-256 "));
  CHECK_THAT(found[2], Contains("validation.jsonl is gone; the study began with 16 bytes"));
  CHECK_THAT(found[3], Contains("`winnow resume s/t --changed-files`"));
  CHECK(hold(ChangedInputs::accept).size() == 3);
  CHECK(hold(ChangedInputs::refuse).empty());
  // When the study began, the same bytes of another time, and the other files.
  CHECK(std::ranges::count(store.events(), store::events::inputs_recorded,
                           &store::EventRow::kind) == 3);
  for (const char* name : {"small", "large", "train.jsonl"}) fs::remove_all(study.folder() / name);
  CHECK_FALSE(faults().empty());
}

TEST_CASE("a strict study never goes on with other files") {
  const TrainerStudy study;
  const StudyConfig config = study.read("model: {value: small}", "determinism: strict");
  store::Store store = store::Store::in_memory(store::a_study());
  std::vector<std::string> notes;
  hold_inputs(store, config, "s/t", ChangedInputs::refuse, notes);
  write_text(study.folder() / "train.jsonl", "more");
  CHECK_THROWS_WITH(hold_inputs(store, config, "s/t", ChangedInputs::accept, notes),
                    Contains("a strict study goes on with the same files only"));
}

TEST_CASE("every choice of what is read is looked at, with the lowest of all else") {
  const TrainerStudy study;
  const StudyConfig config =
      study.read(two_models + ", max_length: {min: 16, max: 64}, batch_size: {values: [8, 16]}");
  CHECK(looks(config, {"model", "max_length", "batch_size", "learning_rate"}) ==
        Names{R"(["small",16,8,1e-05])", R"(["small",64,8,1e-05])", R"(["large",16,8,1e-05])",
              R"(["large",64,8,1e-05])"});
  CHECK(trial_inputs(config).all);
}

TEST_CASE("only what a trial can be is looked at: conditions and constraints hold") {
  const TrainerStudy study;
  const StudyConfig conditioned =
      study.read(two_models + ", max_length: {values: [16, 32, 64], when: {model: large}}");
  CHECK(looks(conditioned, {"model", "max_length"}) ==
        Names{R"(["small",null])", R"(["large",16])", R"(["large",32])", R"(["large",64])"});
  const StudyConfig constrained =
      study.read(two_models + ", max_length: {values: [16, 32, 64]}",
                 "constraints: ['max_length <= 32 or model == \"large\"']");
  CHECK(looks(constrained, {"model", "max_length"}).size() == 5);
}

TEST_CASE("of very many combinations the first are looked at, and that is said") {
  const TrainerStudy study;
  const StudyConfig config = study.read(
      two_models +
      ", max_length: {values: [8, 9, 10, 11, 12, 13, 14, 15]}, trainable_layers: {min: 0, max: 2},"
      " evaluate_test: {values: [true, false]}, adaptation: {values: [full, lora, bitfit]}");
  const TrialInputs inputs = trial_inputs(config);
  CHECK(inputs.settings.size() == 64);
  CHECK_FALSE(inputs.all);
}
