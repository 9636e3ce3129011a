#include "trainer/loop/input_check.hpp"

#include <catch2/catch.hpp>
#include <filesystem>
#include <functional>

#include "tests/trainer/binary_support.hpp"
#include "tests/trainer/tiny_decoder.hpp"
#include "trainer/loop/task.hpp"

using namespace winnow;
using namespace winnow::tests;
using Catch::Contains;

namespace {

namespace fs = std::filesystem;

void write_study(const fs::path& folder) {
  write_tiny_model(folder / "model");
  write_tiny_rows(folder / "train.jsonl", 12, 1);
  write_tiny_rows(folder / "validation.jsonl", 8, 2);
}

nlohmann::json tiny_llama() {
  return {
      {"model_type", "llama"},         {"vocab_size", 31},         {"hidden_size", 16},
      {"num_hidden_layers", 2},        {"num_attention_heads", 4}, {"intermediate_size", 32},
      {"max_position_embeddings", 32}, {"rms_norm_eps", 1e-5},     {"tie_word_embeddings", true}};
}

std::vector<train::InputFault> faults_of(const nlohmann::json& settings) {
  train::InputCheck check;
  check.look_at(settings);
  return check.faults();
}

void change_json(const fs::path& file, const nlohmann::json& changes) {
  nlohmann::json object = nlohmann::json::parse(read_text(file));
  object.update(changes);
  write_text(file, object.dump());
}

/// One thing that is wrong, and what is said of it.
struct Broken {
  std::string what;
  std::function<void(const fs::path& folder, nlohmann::json& settings)> how;
  std::string setting;
  std::string message;
};

const std::vector<Broken> broken_studies = {
    {"no model folder", [](const fs::path& f, auto&) { fs::remove_all(f / "model"); }, "model",
     "expected a folder with config.json"},
    {"no tokenizer", [](const fs::path& f, auto&) { fs::remove(f / "model" / "tokenizer.json"); },
     "model", "is missing"},
    {"another architecture",
     [](const fs::path& f, auto&) {
       change_json(f / "model" / "config.json", {{"num_hidden_layers", 3}});
     },
     "model", "is missing"},
    {"other shapes",
     [](const fs::path& f, auto&) {
       change_json(f / "model" / "config.json", {{"intermediate_size", 48}});
     },
     "model", "has shape [32, 16], config.json says [48, 16]"},
    {"weights cut off",
     [](const fs::path& f, auto&) { fs::resize_file(f / "model" / "model.safetensors", 4000); },
     "model", ""},
    {"positions that the model lacks",
     [](const fs::path&, auto& settings) { settings["max_length"] = 65; }, "max_length",
     "is 65, but the model has 64 positions"},
    {"virtual tokens that take the positions of the row",
     [](const fs::path&, auto& settings) {
       settings["adaptation"] = "prompt";
       settings["virtual_tokens"] = 60;
     },
     "max_length", "with 60 virtual tokens in front of a row the model's 64 positions hold 4"},
    {"an adapter that was learned in another way",
     [](const fs::path& f, auto& settings) {
       fs::create_directories(f / "adapter");
       write_text(f / "adapter" / "adapter_config.json",
                  "{\"peft_type\": \"PROMPT_TUNING\", \"num_virtual_tokens\": 4}");
       settings["adaptation"] = "prefix";
       settings["adapter"] = (f / "adapter").string();
     },
     "adaptation", "holds another kind"},
    {"an adapter without its tensors",
     [](const fs::path& f, auto& settings) {
       fs::create_directories(f / "adapter");
       write_text(f / "adapter" / "adapter_config.json",
                  "{\"peft_type\": \"PREFIX_TUNING\", \"num_virtual_tokens\": 4}");
       settings["adaptation"] = "prefix";
       settings["adapter"] = (f / "adapter").string();
     },
     "adapter", "there is no such file"},
    {"layers that the model lacks",
     [](const fs::path&, auto& settings) { settings["trainable_layers"] = 3; }, "trainable_layers",
     "is 3, but the model has 2 layers"},
    {"a target that the model lacks",
     [](const fs::path&, auto& settings) {
       settings["adaptation"] = "lora";
       settings["lora_targets"] = "q_proj";
     },
     "lora_targets", "no linear map of the model ends in \"q_proj\""},
    {"a row without a label",
     [](const fs::path& f, auto&) {
       write_text(f / "train.jsonl", "{\"text\": \"a\", \"label\": \"x\"}\n{\"text\": \"b\"}\n");
     },
     "train_data", "there is no \"label\""},
    {"one label",
     [](const fs::path& f, auto&) {
       write_text(f / "train.jsonl", "{\"text\": \"a\", \"label\": \"x\"}\n");
     },
     "train_data", "at least two labels"},
    {"a label that was never trained",
     [](const fs::path& f, auto&) {
       write_text(f / "validation.jsonl", "{\"text\": \"a\", \"label\": \"new\"}\n");
     },
     "validation_data", "the label \"new\" of 1 rows is not in the training rows"},
    {"one label where there should be a list",
     [](const fs::path&, auto& settings) { settings["multi_label"] = true; }, "train_data",
     "must be a list of labels"},
    {"a label in a list that was never trained",
     [](const fs::path& f, auto& settings) {
       settings["multi_label"] = true;
       write_text(f / "train.jsonl", "{\"text\": \"a\", \"label\": [\"x\", \"y\"]}\n");
       write_text(f / "validation.jsonl", "{\"text\": \"a\", \"label\": [\"new\"]}\n");
     },
     "validation_data", "the label \"new\" of 1 rows is not in the training rows"},
    {"test rows of another kind",
     [](const fs::path& f, auto& settings) {
       write_text(f / "test.csv", "text\nfine\n");
       settings["test_data"] = (f / "test.csv").string();
       settings["evaluate_test"] = true;
     },
     "test_data", "there is no \"label\""},
    {"validation rows that were learned from",
     [](const fs::path& f, auto& settings) {
       settings["max_leaked_rows"] = 0.1;
       write_text(f / "validation.jsonl", read_text(f / "train.jsonl"));
     },
     "max_leaked_rows", "12 of 12 validation rows are among the training rows"},
    {"rows that are longer than what is seen of them",
     [](const fs::path&, auto& settings) {
       settings["max_length"] = 4;
       settings["max_cut_rows"] = 0.0;
     },
     "max_cut_rows", "of 12 training rows are longer than max_length"},
    {"more layers from the model than it has",
     [](const fs::path&, auto& settings) { settings["transferred_layers"] = 3; },
     "transferred_layers", "the model has 2 layers"},
    {"a prompt with a column that no row has",
     [](const fs::path&, auto& settings) { settings["prompt_template"] = "{title} {text}"; },
     "train_data", "there is no \"title\""},
    {"a share that leaves nothing to measure on",
     [](const fs::path&, auto& settings) {
       settings.erase("validation_data");
       settings["validation_share"] = 1e-12;
     },
     "validation_share", "leaves nothing to measure on"}};

}  // namespace

TEST_CASE("what a run can read has no faults") {
  const TemporaryFolder folder;
  write_study(folder.path());
  CHECK(faults_of(tiny_settings(folder.path())).empty());
  write_tiny_decoder(folder / "model", tiny_llama());
  write_text(folder / "train.jsonl", "{\"text\": \"the end of the day\"}\n");
  write_text(folder / "validation.jsonl", "{\"text\": \"the day\"}\n");
  nlohmann::json causal = tiny_settings(folder.path());
  causal["task"] = "causal_lm";
  CHECK(faults_of(causal).empty());
  causal["folds"] = 5;
  causal["fold"] = 4;
  const std::vector<train::InputFault> undivided = faults_of(causal);
  REQUIRE(undivided.size() == 1);
  CHECK(undivided.front().setting == "folds");
  causal.erase("folds");
  causal.erase("fold");
  fs::remove(folder / "model" / "model.safetensors");
  const std::vector<train::InputFault> faults = faults_of(causal);
  REQUIRE(faults.size() == 1);
  CHECK(faults.front().setting == "model");
}

TEST_CASE("what a run would stumble over is found without one, by the setting that names it") {
  for (const Broken& broken : broken_studies) {
    INFO(broken.what);
    const TemporaryFolder folder;
    write_study(folder.path());
    nlohmann::json settings = tiny_settings(folder.path());
    broken.how(folder.path(), settings);
    const std::vector<train::InputFault> faults = faults_of(settings);
    REQUIRE_FALSE(faults.empty());
    CHECK(faults.front().setting == broken.setting);
    CHECK_THAT(faults.front().fault.message, Contains(broken.message));
    const auto begin = [&] { return train::make_task(train::parse_config(settings, {})); };
    CHECK_THROWS_AS(begin(), train::ConfigError);
  }
}

TEST_CASE("all that is wrong is said in one pass, and once for several configurations") {
  const TemporaryFolder folder;
  write_study(folder.path());
  fs::remove(folder / "model" / "config.json");
  write_text(folder / "validation.jsonl", "{\"text\": 1}\nno JSON\n");
  nlohmann::json settings = tiny_settings(folder.path());
  train::InputCheck check;
  check.look_at(settings);
  settings["learning_rate"] = 0.5;
  check.look_at(settings);
  REQUIRE(check.faults().size() == 3);
  CHECK(check.faults()[0].fault.place == (folder / "model" / "config.json").string());
  CHECK(check.faults()[1].fault.place == (folder / "validation.jsonl").string() + ":1");
  CHECK(check.faults()[2].fault.place == (folder / "validation.jsonl").string() + ":2");
}

TEST_CASE("winnow-trainer check answers in JSON for a list of configurations") {
  const TemporaryFolder folder;
  write_study(folder.path());
  nlohmann::json other = tiny_settings(folder.path());
  other["model"] = (folder / "none").string();
  write_text(folder / "list.json",
             nlohmann::json::array({tiny_settings(folder.path()), other}).dump());
  const BinaryEnd end =
      run_trainer(folder / "run", {"check", (folder / "list.json").string(), "--json"});
  CHECK(end.exit_code == 64);
  const nlohmann::json answer = nlohmann::json::parse(end.out);
  CHECK(answer["version"] == 1);
  REQUIRE(answer["faults"].size() == 1);
  CHECK(answer["faults"][0]["setting"] == "model");
  CHECK(answer["faults"][0]["place"] == (folder / "none").string());
  write_text(folder / "one.json", tiny_settings(folder.path()).dump());
  const BinaryEnd fine = run_trainer(folder / "run", {"check", (folder / "one.json").string()});
  CHECK(fine.exit_code == 0);
  CHECK(fine.out + fine.error == "");
}
