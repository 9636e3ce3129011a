// RoBERTa and DistilBERT against a second implementation: golden/encoders.py.
#include <ATen/ATen.h>

#include <catch2/catch.hpp>
#include <set>

#include "tests/trainer/run_support.hpp"
#include "trainer/errors.hpp"
#include "trainer/loop/classification.hpp"
#include "trainer/model/exported_folder.hpp"

using namespace winnow;
using namespace winnow::tests;
using namespace winnow::train;

namespace {

nlohmann::json golden() {
  return nlohmann::json::parse(
      read_text(std::string(WINNOW_SOURCE_DIR) + "/tests/trainer/golden/encoders.json"));
}

std::vector<std::string> names_of(const nlohmann::json& expected) {
  return expected.at("tensors").get<std::vector<std::string>>();
}

bool is_pooler(const std::string& name) {
  return name.starts_with("classifier.dense.") || name.starts_with("pre_classifier.");
}

/// A folder with the case's config and weights, with a head that pools so.
void write_case(const std::filesystem::path& folder, const nlohmann::json& expected,
                const std::string& pooling) {
  nlohmann::json config = expected.at("config");
  config["id2label"] = {{"0", "a"}, {"1", "b"}, {"2", "c"}};
  config["winnow"] = {{"pooling", pooling}, {"max_length", 8}};
  const BertConfig bert = parse_bert_config(config, "tiny");
  BertWeights weights;
  weights.pooler.emplace();
  std::map<std::string, std::vector<std::int64_t>> shapes;
  for (const WeightSlot& slot : bert_slots(weights, bert).weights) {
    shapes.emplace(whole_name(slot, bert), slot.shape);
  }
  shapes.emplace(classifier_name(bert.family) + ".weight", std::vector<std::int64_t>{3, 12});
  shapes.emplace(classifier_name(bert.family) + ".bias", std::vector<std::int64_t>{3});
  NamedTensors tensors;
  const std::vector<std::string> names = names_of(expected);
  for (std::size_t number = 0; number < names.size(); ++number) {
    const std::string& name = names[number];
    if (pooling == "mean" && is_pooler(name)) continue;
    const std::vector<std::int64_t>& shape = shapes.at(name);
    const bool norm = shape.size() == 1 && name.ends_with("weight");
    tensors.emplace(
        name, formula_weights(static_cast<int>(number), norm ? "LayerNorm.weight" : name, shape));
  }
  std::filesystem::create_directories(folder);
  write_text(folder / "config.json", config.dump());
  write_text(folder / "tokenizer.json", tiny_tokenizer().dump());
  write_tensors(folder / "model.safetensors", tensors);
}

at::Tensor logits_of(const TextClassifier& model, const nlohmann::json& all) {
  nlohmann::json rows = all;
  rows["labels"] = {0, 0, 0};
  const at::NoGradGuard no_gradients;
  return model.logits({pack(rows_of(rows), std::vector<std::uint32_t>{0, 1, 2}, at::kCPU), {}, {}},
                      Mode::evaluation);
}

}  // namespace

TEST_CASE("logits of RoBERTa and DistilBERT equal those of a second implementation") {
  const nlohmann::json all = golden();
  for (const nlohmann::json& expected : all.at("cases")) {
    for (const std::string pooling : {"cls", "mean"}) {
      INFO(expected.at("config").dump() << pooling);
      const TemporaryFolder folder;
      write_case(folder / "model", expected, pooling);
      const LoadedClassifier loaded = load_classifier(folder / "model", at::kCPU);
      const at::Tensor logits = logits_of(*loaded.model, all);
      const auto numbers = expected.at(pooling + "_logits").get<std::vector<std::vector<float>>>();
      REQUIRE(numbers.size() == 3);
      for (std::int64_t row = 0; row < 3; ++row) {
        const at::Tensor wanted = at::tensor(numbers[static_cast<std::size_t>(row)]);
        CHECK((logits[row] - wanted).abs().max().item<double>() < 1e-5);
      }
    }
  }
}

TEST_CASE("exported encoders have the names and the class of their family") {
  const nlohmann::json all = golden();
  const std::vector<std::string> classes = {"RobertaForSequenceClassification",
                                            "DistilBertForSequenceClassification"};
  for (std::size_t i = 0; i < classes.size(); ++i) {
    const nlohmann::json& expected = all.at("cases").at(i);
    const TemporaryFolder folder;
    write_case(folder / "model", expected, "cls");
    const LoadedClassifier loaded = load_classifier(folder / "model", at::kCPU);
    export_folder({*loaded.model, loaded.labels, 8, folder / "model", "card"}, folder / "out");
    CHECK(read_config_json(folder / "out").at("architectures") ==
          nlohmann::json::array({classes[i]}));
    std::vector<std::string> names;
    for (const auto& [name, tensor] : read_tensors(folder / "out" / "model.safetensors")) {
      names.push_back(name);
    }
    CHECK(names == names_of(expected));
    CHECK(at::equal(logits_of(*load_classifier(folder / "out", at::kCPU).model, all),
                    logits_of(*loaded.model, all)));
  }
}

TEST_CASE("each family learns, and what was added to it comes back from a folder") {
  const nlohmann::json all = golden();
  for (const nlohmann::json& expected : all.at("cases")) {
    for (const char* adaptation : {"lora", "adapters", "prefix", "prompt"}) {
      INFO(expected.at("config").dump() << " " << adaptation);
      const TemporaryFolder folder;
      write_tiny_study(folder.path());
      std::filesystem::remove_all(folder / "model");
      write_case(folder / "model", expected, "mean");
      nlohmann::json settings = tiny_settings(folder.path());
      settings.update({{"pooling", "cls"}, {"adaptation", adaptation}, {"virtual_tokens", 3}});
      const RunFolder run{folder / "run"};
      REQUIRE(run_tiny(run, settings) == RunEnd::finished);
      const TrainConfig config = parse_config(settings, Environment{});
      const ModelFolder base = find_model(config.model);
      const BertConfig bert = parse_bert_config(read_config_json(base.path), "tiny");
      const auto model = make_classifier(config, base, bert, 2);
      const std::size_t of_head = 4;  // two maps
      CHECK(model->trained().tensors.size() > of_head);
      const at::Tensor before = logits_of(*model, all);
      copy_values(kept_weights(read_checkpoint(run.checkpoint(20))), model->trained().tensors,
                  "run");
      export_folder({*model, {"neg", "pos"}, 12, base.path, "card"}, folder / "adapter");
      const LoadedClassifier loaded = load_classifier(folder / "adapter", at::kCPU);
      const at::Tensor after = logits_of(*loaded.model, all);
      CHECK(at::equal(after, logits_of(*model, all)));
      CHECK_FALSE(at::allclose(before, after, 1e-3, 1e-3));
    }
  }
}

TEST_CASE("an encoder begun at random needs no weights, and its numbers follow from the seed") {
  const TemporaryFolder folder;
  write_tiny_study(folder.path());
  nlohmann::json settings = tiny_settings(folder.path());
  std::filesystem::remove(folder / "model" / "model.safetensors");
  CHECK_THROWS_AS(make_task(parse_config(settings, Environment{})), ConfigError);
  settings["initial_weights"] = "random";
  settings["pooling"] = "cls";
  const auto tensors_of = [&](int seed) {
    settings["seed"] = seed;
    const TrainConfig config = parse_config(settings, Environment{});
    return make_classifier(config, find_model(config.model, config.initial_weights),
                           parse_bert_config(tiny_config(), "tiny"), 2)
        ->tensors();
  };
  const NamedTensors tensors = tensors_of(3), again = tensors_of(3), other = tensors_of(4);
  for (const auto& [name, tensor] : tensors) CHECK(at::equal(tensor, again.at(name)));
  const std::string words = "bert.embeddings.word_embeddings.weight";
  CHECK_FALSE(at::equal(tensors.at(words), other.at(words)));
  // 60 × 16 normal numbers: a standard error of 2.3 % of the standard deviation.
  CHECK(tensors.at(words).std().item<double>() == Approx(0.02).epsilon(0.1));
  CHECK(at::equal(tensors.at("bert.embeddings.LayerNorm.weight"), at::ones({16})));
  CHECK(at::equal(tensors.at("bert.embeddings.LayerNorm.bias"), at::zeros({16})));
  CHECK(tensors.contains("bert.pooler.dense.weight"));
  const RunFolder run{folder / "run"};
  CHECK(run_tiny(run, settings) == RunEnd::finished);
  settings["adaptation"] = "lora";
  CHECK_THROWS_AS(parse_config(settings, Environment{}), ConfigError);
}

TEST_CASE("an encoder that this trainer would compute wrongly is refused") {
  const auto faults = [](std::size_t which, const char* key, const nlohmann::json& value) {
    nlohmann::json config = golden().at("cases").at(which).at("config");
    config[key] = value;
    try {
      parse_bert_config(config, "config.json");
    } catch (const ConfigError& error) {
      return error.faults().size();
    }
    return std::size_t{0};
  };
  CHECK(faults(0, "pad_token_id", 1) == 0);
  CHECK(faults(0, "pad_token_id", 45) == 1);
  CHECK(faults(0, "pad_token_id", 17) == 1);  // 18 rows: none is left behind it
  CHECK(faults(0, "hidden_act", "relu") == 1);
  CHECK(faults(1, "activation", "relu") == 1);
  CHECK(faults(1, "sinusoidal_pos_embds", true) == 1);
  CHECK(faults(1, "n_heads", 5) == 1);
  CHECK(faults(1, "dim", nullptr) == 1);
}
