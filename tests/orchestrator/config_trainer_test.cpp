#include <catch2/catch.hpp>

#include "orchestrator/trainer_suggestions.hpp"
#include "tests/orchestrator/config_support.hpp"
#include "tests/support/temporary_folder.hpp"
#include "trainer/protocol/search_ranges.hpp"
#include "trainer/protocol/settings.hpp"

using namespace winnow;
using namespace winnow::tests;
using run::StudyConfig;

namespace {

// A folder with the files that a trainer study names, and the study itself.
class TrainerStudy {
 public:
  TrainerStudy() {
    std::filesystem::create_directories(folder_ / "model");
    for (const char* name : {"train.jsonl", "validation.jsonl"}) write_text(folder_ / name, "");
  }

  const std::filesystem::path& path() const { return folder_.path(); }

  StudyConfig read(std::string_view metric, std::string_view parameters,
                   std::string_view more = "") const {
    const std::string text = fmt::format(
        "name: t\nmethod: random\nlimits: {{max_trials: 2}}\nmetric: {{name: {}}}\n"
        "parameters: {}\n"
        "trainer:\n  task: text_classification\n  model: model\n  train_data: ./train.jsonl\n"
        "  validation_data: {}/x/../validation.jsonl\n{}\n",
        metric, parameters, path().string(), more);
    return run::parse_study(text, path() / "study.yaml");
  }

  /// "line:col code" of each fault.
  Faults faults(std::string_view metric, std::string_view parameters,
                std::string_view more = "") const {
    try {
      read(metric, parameters, more);
    } catch (const run::StudyFileError& error) {
      Faults faults;
      for (const run::Diagnostic& fault : error.diagnostics()) {
        faults.push_back(fmt::format("{}:{} {}", fault.at.line, fault.at.column, fault.code));
      }
      return faults;
    }
    return {};
  }

 private:
  TemporaryFolder folder_;
};

constexpr std::string_view learning_rate = "{learning_rate: {min: 1e-5, max: 1e-3, scale: log}}";

}  // namespace

TEST_CASE("a trainer study has absolute paths and reads back as itself") {
  const TrainerStudy study;
  const StudyConfig config =
      study.read("eval_loss", learning_rate, "  epochs: 2\n  restore_best: false");
  const nlohmann::json& settings = std::get<run::TrainerProgram>(config.program).settings;
  CHECK(settings["model"] == (study.path() / "model").string());
  CHECK(settings["train_data"] == (study.path() / "train.jsonl").string());
  CHECK(settings["validation_data"] == (study.path() / "validation.jsonl").string());
  CHECK(settings["epochs"] == 2);
  CHECK(settings["restore_best"] == false);
  StudyConfig again = run::parse_study(normalised(config).dump(), config.file);
  again.text = config.text;
  CHECK(again == config);
}

TEST_CASE("how often a batch may be halved is read and kept, also where its size is searched") {
  const TrainerStudy study;
  const std::string_view halved = "trial: {halve_batch: 2}";
  const StudyConfig config = study.read("eval_loss", learning_rate, halved);
  CHECK(config.trial.batch_halvings == 2);
  CHECK(run::parse_study(normalised(config).dump(), config.file).trial == config.trial);
  const std::string_view searched =
      "{learning_rate: {min: 1e-5, max: 1e-3}, batch_size: {values: [8, 16]}}";
  CHECK(study.faults("eval_loss", searched, halved).empty());
  CHECK(study.faults("eval_loss", learning_rate, "trial: {halve_batch: -1}").size() == 1);
}

TEST_CASE("files of a trainer study must be there") {
  const TrainerStudy study;
  CHECK(study.faults("eval_loss", learning_rate, "  test_data: none.csv") ==
        Faults{"11:14 missing-file"});
  CHECK(study.faults("eval_loss", learning_rate, "  cache_dir: made/later").empty());
}

TEST_CASE("settings of the trainer are checked where they stand") {
  const TrainerStudy study;
  CHECK(study.faults("eval_loss", learning_rate,
                     "  epochs: -1\n  optimzer: adam\n  batch_size: 1.5") ==
        Faults{"11:11 setting", "12:3 unknown-key", "13:15 setting"});
}

TEST_CASE("required settings are given by the block or by a parameter that is always active") {
  const TemporaryFolder folder;
  const std::string text =
      "name: t\nmethod: random\nlimits: {max_trials: 1}\nmetric: {name: eval_loss}\n"
      "parameters: {train_data: {values: [a.csv, b.csv]}, task: {value: text_classification}}\n"
      "trainer: {validation_data: a.csv}\n";
  write_text(folder / "a.csv", "");
  try {
    run::parse_study(text, folder / "s.yaml");
    FAIL("the model and b.csv are missing");
  } catch (const run::StudyFileError& error) {
    REQUIRE(error.diagnostics().size() == 2);
    CHECK(error.diagnostics()[0].code == "missing-file");
    CHECK(error.diagnostics()[0].message.find("b.csv") != std::string::npos);
    CHECK(error.diagnostics()[1].code == "missing-key");
    CHECK(error.diagnostics()[1].message.find("model") != std::string::npos);
  }
}

TEST_CASE("a parameter must be a setting that takes all of its values") {
  const TrainerStudy study;
  const auto faults = [&](std::string_view parameter) {
    return study.faults("eval_loss", "{" + std::string(parameter) + "}");
  };
  CHECK(faults("dropout: {min: 0.0, max: 0.5}").empty());
  CHECK(faults("dropout: {min: 0.0, max: 1.0}") == Faults{"5:23 setting"});  // 1 is excluded
  CHECK(faults("learning_rate: {min: 0.0, max: 0.1}") == Faults{"5:29 setting"});
  CHECK(faults("batch_size: {min: 8.0, max: 16.0}").size() == 2);  // integers
  CHECK(faults("optimizer: {values: [adamw, tiger]}") == Faults{"5:25 setting"});
  CHECK(faults("restore_best: {values: [true, false]}").empty());
  CHECK(faults("learnig_rate: {min: 0.1, max: 0.2}") == Faults{"5:28 setting"});
}

TEST_CASE("what is usually searched can be searched, and is suggested until it is") {
  const TrainerStudy study;
  std::string all;
  for (const protocol::SearchRange& usual : protocol::search_ranges()) {
    INFO(usual.setting);
    REQUIRE(protocol::find_setting(usual.setting) != nullptr);
    CHECK(study.faults("eval_loss", fmt::format("{{{}: {}}}", usual.setting, usual.range)).empty());
    all += fmt::format("{}{}: {}", all.empty() ? "{" : ", ", usual.setting, usual.range);
  }
  CHECK(run::suggested_parameters(study.read("eval_loss", all + "}")).empty());
  const StudyConfig whole = study.read("eval_loss", learning_rate, "  dropout: 0.2");
  const std::string lines = run::suggested_parameters(whole);
  CHECK(lines.find("  weight_decay: {min: 1e-3, max: 0.1, scale: log}\n") != std::string::npos);
  CHECK(lines.find("layer_rate_decay") != std::string::npos);
  for (const char* name : {"learning_rate", "dropout", "lora_rank", "virtual_tokens"}) {
    CHECK(lines.find(name) == std::string::npos);
  }
  const StudyConfig searched =
      study.read("eval_loss", "{adaptation: {values: [lora, prompt]}}", "  dropout: 0.2");
  const std::string additions = run::suggested_parameters(searched);
  CHECK(additions.find("lora_rank") != std::string::npos);
  CHECK(additions.find("virtual_tokens") != std::string::npos);
  CHECK(additions.find("layer_rate_decay") == std::string::npos);
}

TEST_CASE("a parameter that leaves what its setting takes is answered with a usual range") {
  const TrainerStudy study;
  try {
    study.read("eval_loss", "{learning_rate: {min: 0.1, max: 7.0}}");
    FAIL("7 is no learning rate");
  } catch (const run::StudyFileError& error) {
    REQUIRE(error.diagnostics().size() == 1);
    CHECK(error.diagnostics()[0].message.ends_with(
        "usually searched: {min: 1e-5, max: 1e-3, scale: log}"));
  }
}

TEST_CASE("a setting that a parameter always overrides is refused") {
  const TrainerStudy study;
  CHECK(study.faults("eval_loss", learning_rate, "  learning_rate: 0.1") == Faults{"5:29 setting"});
  CHECK(study
            .faults("eval_loss",
                    "{optimizer: {values: [sgd, adam]}, momentum: {min: 0.1, max: 0.5, when: "
                    "{optimizer: sgd}}}",
                    "  momentum: 0.5")
            .empty());
}

TEST_CASE("an objective is something that the trainer reports, and never a test metric") {
  const TrainerStudy study;
  CHECK(study.faults("eval_macro_f1", learning_rate).empty());
  CHECK(study.faults("eval_los", learning_rate) == Faults{"4:16 metric"});
  CHECK(study.faults("test_accuracy", learning_rate) == Faults{"4:16 metric"});
}

TEST_CASE("folds come from the selection or from the trainer's block, not from both") {
  const TrainerStudy study;
  const std::string selection = "selection: {baseline: none, folds: 5}\n";
  CHECK(study.faults("eval_loss", learning_rate, selection).empty());
  CHECK(study.faults("eval_loss", learning_rate, "  folds: 3\n  fold: 0\n" + selection) ==
        Faults{"13:36 selection"});
}

TEST_CASE("a trainer and a command together are one program too many") {
  const TrainerStudy study;
  CHECK(study.faults("eval_loss", learning_rate, "trial: {command: [/bin/true]}") ==
        Faults{"6:1 program"});
  CHECK(study.faults("eval_loss", learning_rate, "trial: {retries: 1}").empty());
  CHECK(study.faults("eval_loss", learning_rate, "trial: {trainer: {}}") ==
        Faults{"11:9 not-supported"});
}
