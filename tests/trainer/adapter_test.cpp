// LoRA from a run to a PEFT folder, back into a run, and merged.
#include <ATen/ATen.h>

#include <catch2/catch.hpp>
#include <set>

#include "tests/trainer/run_support.hpp"
#include "trainer/errors.hpp"
#include "trainer/loop/classification.hpp"
#include "trainer/model/adapter_config.hpp"
#include "trainer/model/exported_folder.hpp"

using namespace winnow;
using namespace winnow::tests;
using namespace winnow::train;

namespace {

nlohmann::json lora_settings(const std::filesystem::path& folder) {
  nlohmann::json settings = tiny_settings(folder);
  settings["adaptation"] = "lora";
  settings["lora_rank"] = 2;
  settings["lora_alpha"] = 6.0;
  settings["lora_targets"] = "query,value,intermediate.dense";
  settings["max_steps"] = 6;
  return settings;
}

/// The classifier after a short run of these settings.
std::unique_ptr<TextClassifier> trained_classifier(const RunFolder& run,
                                                   const nlohmann::json& settings) {
  REQUIRE(run_tiny(run, settings) == RunEnd::finished);
  const TrainConfig config = parse_config(settings, Environment{});
  const BertConfig bert = parse_bert_config(tiny_config(), "tiny");
  auto model = make_classifier(config, find_model(config.model), bert, 2);
  copy_values(kept_weights(read_checkpoint(run.checkpoint(6))), model->trained().tensors, "run");
  return model;
}

at::Tensor logits_of(const TextClassifier& model) {
  const TokenDataset rows({2, 5, 9, 3, 2, 7, 3}, {0, 4, 7}, {0, 0});
  const at::NoGradGuard no_gradients;
  const PackedBatch batch = pack(rows, std::vector<std::uint32_t>{0, 1}, at::kCPU);
  return model.logits({batch, {}, {}}, Mode::evaluation);
}

}  // namespace

TEST_CASE("only the additions and the head are trained, at the places that were named") {
  const TemporaryFolder folder;
  write_tiny_study(folder.path());
  nlohmann::json settings = lora_settings(folder.path());
  settings["trainable_layers"] = 1;
  const RunFolder run{folder / "run"};
  const auto model = trained_classifier(run, settings);
  std::set<std::string> names;
  for (const auto& [name, tensor] : model->trained().tensors) names.insert(name);
  const std::string layer = "bert.encoder.layer.1.";
  CHECK(names == std::set<std::string>{layer + "attention.self.query.lora_A.weight",
                                       layer + "attention.self.query.lora_B.weight",
                                       layer + "attention.self.value.lora_A.weight",
                                       layer + "attention.self.value.lora_B.weight",
                                       layer + "intermediate.dense.lora_A.weight",
                                       layer + "intermediate.dense.lora_B.weight",
                                       "classifier.weight", "classifier.bias"});
  CHECK(model->trained().tensors.at(layer + "intermediate.dense.lora_B.weight").sizes() ==
        at::IntArrayRef({32, 2}));
}

TEST_CASE("new additions change nothing: B is zero and A is not") {
  const TemporaryFolder folder;
  write_tiny_study(folder.path());
  const BertConfig bert = parse_bert_config(tiny_config(), "tiny");
  const auto make = [&](const nlohmann::json& settings) {
    const TrainConfig config = parse_config(settings, Environment{});
    return make_classifier(config, find_model(config.model), bert, 2);
  };
  nlohmann::json plain = tiny_settings(folder.path());
  const auto adapted = make(lora_settings(folder.path()));
  CHECK(at::equal(logits_of(*make(plain)), logits_of(*adapted)));
  for (const auto& [name, tensor] : adapted->trained().tensors) {
    if (name.ends_with("lora_A.weight")) CHECK(tensor.abs().min().item<double>() > 0.0);
    if (name.ends_with("lora_B.weight")) CHECK(tensor.abs().max().item<double>() == 0.0);
  }
}

TEST_CASE("an adapter folder has PEFT's names, opens again, merges, and begins a further run") {
  const TemporaryFolder folder;
  write_tiny_study(folder.path());
  const nlohmann::json settings = lora_settings(folder.path());
  const RunFolder run{folder / "run"};
  const auto model = trained_classifier(run, settings);
  const at::Tensor expected = logits_of(*model);
  export_folder({*model, {"neg", "pos"}, 12, folder / "model", "# A card\n"}, folder / "adapter");

  const auto file = SafetensorsFile::open(folder / "adapter" / "adapter_model.safetensors");
  CHECK(file.tensors().size() == 2 * 3 * 2 + 2);
  CHECK(file.tensors().contains(
      "base_model.model.bert.encoder.layer.0.attention.self.query.lora_A.weight"));
  CHECK(file.tensors().contains("base_model.model.classifier.bias"));
  const AdapterConfig config = read_adapter_config(folder / "adapter");
  CHECK(config.adaptation.lora.rank == 2);
  CHECK(config.adaptation.lora.alpha == 6.0);
  CHECK(config.adaptation.lora.targets == "query,value,intermediate.dense");

  LoadedClassifier loaded = load_classifier(folder / "adapter", at::kCPU);
  CHECK(at::equal(logits_of(*loaded.model), expected));
  loaded.model->merge();
  CHECK(at::allclose(logits_of(*loaded.model), expected, 1e-5, 1e-5));
  CHECK(loaded.model->trained().tensors.size() == 2);
  export_folder({*loaded.model, loaded.labels, loaded.max_length, loaded.base.path, "# Merged\n"},
                folder / "merged");
  CHECK(at::equal(logits_of(*load_classifier(folder / "merged", at::kCPU).model),
                  logits_of(*loaded.model)));

  nlohmann::json further = tiny_settings(folder.path());
  further["adaptation"] = "lora";
  further["adapter"] = (folder / "adapter").string();
  const TrainConfig next = parse_config(further, Environment{});
  const Classification task(next, load_training_data(next));
  for (const auto& [name, tensor] : task.trained().tensors) {
    INFO(name);
    CHECK(at::equal(tensor, model->trained().tensors.at(name)));
  }
}

TEST_CASE("bottlenecks, prefixes and prompts become folders that open again and begin a run") {
  struct Case {
    const char* adaptation;
    std::vector<std::string> names;  // some of those in the file
    std::size_t tensors;             // in it, the head's among them
  };
  const std::vector<Case> cases = {
      {"adapters",
       {"base_model.model.bert.encoder.layer.0.output.dense.adapter_down.weight",
        "base_model.model.bert.encoder.layer.1.attention.output.dense.adapter_up.bias"},
       2 * 2 * 4 + 2},
      {"prefix", {"prompt_embeddings", "base_model.classifier.weight"}, 1 + 2},
      {"prompt", {"prompt_embeddings", "base_model.classifier.bias"}, 1 + 2}};
  for (const Case& one : cases) {
    INFO(one.adaptation);
    const TemporaryFolder folder;
    write_tiny_study(folder.path());
    nlohmann::json settings = tiny_settings(folder.path());
    settings.update({{"adaptation", one.adaptation},
                     {"adapter_size", 3},
                     {"virtual_tokens", 5},
                     {"max_steps", 6}});
    const auto model = trained_classifier(RunFolder{folder / "run"}, settings);
    export_folder({*model, {"neg", "pos"}, 12, folder / "model", "# A card\n"}, folder / "adapter");
    const auto file = SafetensorsFile::open(folder / "adapter" / "adapter_model.safetensors");
    CHECK(file.tensors().size() == one.tensors);
    for (const std::string& name : one.names) CHECK(file.tensors().contains(name));
    if (one.adaptation == std::string("prefix")) {
      // A virtual token's keys and values in two layers of 16 numbers.
      CHECK(file.tensors().at("prompt_embeddings").shape == std::vector<std::int64_t>{5, 64});
    }
    const LoadedClassifier loaded = load_classifier(folder / "adapter", at::kCPU);
    CHECK(at::equal(logits_of(*loaded.model), logits_of(*model)));
    nlohmann::json further = tiny_settings(folder.path());
    further["adaptation"] = one.adaptation;
    further["adapter"] = (folder / "adapter").string();
    const TrainConfig next = parse_config(further, Environment{});
    const Classification task(next, load_training_data(next));
    for (const auto& [name, tensor] : task.trained().tensors) {
      INFO(name);
      CHECK(at::equal(tensor, model->trained().tensors.at(name)));
    }
  }
}

TEST_CASE("virtual tokens of a row do not depend on the other rows") {
  const TemporaryFolder folder;
  write_tiny_study(folder.path());
  for (const char* adaptation : {"prefix", "prompt"}) {
    INFO(adaptation);
    nlohmann::json settings = tiny_settings(folder.path());
    settings.update({{"adaptation", adaptation}, {"virtual_tokens", 3}});
    const TrainConfig config = parse_config(settings, Environment{});
    const BertConfig bert = parse_bert_config(tiny_config(), "tiny");
    const auto model = make_classifier(config, find_model(config.model), bert, 2);
    const TokenDataset rows({2, 5, 9, 3, 2, 7, 3}, {0, 4, 7}, {0, 0});
    const at::NoGradGuard no_gradients;
    const auto logits = [&](const std::vector<std::uint32_t>& which) {
      return model->logits({pack(rows, which, at::kCPU), {}, {}}, Mode::evaluation);
    };
    const at::Tensor together = logits({0, 1});
    CHECK(at::allclose(together[0], logits({0})[0], 1e-5, 1e-6));
    CHECK(at::allclose(together[1], logits({1})[0], 1e-5, 1e-6));
    CHECK_FALSE(at::allclose(together[0], together[1], 1e-5, 1e-6));
  }
}

TEST_CASE("targets that no linear map ends in are refused with what there is") {
  const TemporaryFolder folder;
  write_tiny_study(folder.path());
  nlohmann::json settings = lora_settings(folder.path());
  settings["lora_targets"] = "query, q_proj,uery";
  const TrainConfig config = parse_config(settings, Environment{});
  try {
    make_classifier(config, find_model(config.model), parse_bert_config(tiny_config(), "tiny"), 2);
    FAIL("accepted");
  } catch (const ConfigError& error) {
    REQUIRE(error.faults().size() == 2);
    CHECK_THAT(error.faults()[0].message, Catch::Contains("they end in attention.self.query"));
  }
}
