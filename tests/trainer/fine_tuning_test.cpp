// Training steps against torch's own layers, optimizers, schedules and clipping:
// golden/fine_tuning.py.
#include <ATen/ATen.h>

#include <catch2/catch.hpp>

#include "tests/trainer/run_support.hpp"
#include "trainer/loop/classification.hpp"
#include "trainer/loop/trainer.hpp"

using namespace winnow;
using namespace winnow::tests;
using namespace winnow::train;

namespace {

TrainingData data_of(const nlohmann::json& golden, const std::filesystem::path& model) {
  write_tiny_model(model);
  TrainingData data;
  data.model = find_model(model);
  data.bert = parse_bert_config(tiny_config(), "tiny");
  data.labels = LabelVocabulary({"a", "b", "c"});
  data.train = rows_of(golden);
  data.validation = data.train;
  return data;
}

TrainConfig config_of(const nlohmann::json& golden, const nlohmann::json& run) {
  nlohmann::json settings = run.at("settings");
  settings["task"] = "text_classification";
  for (const char* unread : {"model", "train_data", "validation_data"}) settings[unread] = "unread";
  settings["dropout"] = 0.0;
  settings["max_length"] = 12;
  settings["batch_size"] = golden.at("batch_size");
  settings["data_seed"] = golden.at("data_seed");
  settings["max_steps"] = run.at("losses").size();
  return parse_config(settings, Environment{});
}

/// Norm, first entry, one a third of the way, last: what the golden file has of each change.
std::vector<double> described(const at::Tensor& change) {
  const at::Tensor flat = change.flatten();
  const std::int64_t count = flat.numel();
  return {flat.norm().item<double>(), flat[0].item<double>(), flat[count / 3].item<double>(),
          flat[count - 1].item<double>()};
}

bool is_addition(const std::string& name) {
  return name.find(".lora_") != std::string::npos || name.find(".adapter_") != std::string::npos ||
         name.starts_with("prefix.") || name == "prompt_embeddings";
}

/// What was added, by the formula, numbered from 100 in the order of the names.
void put_formula_additions(const NamedTensors& tensors) {
  const at::NoGradGuard no_gradients;
  int number = 100;
  for (const auto& [name, tensor] : tensors) {
    if (!is_addition(name)) continue;
    tensor.copy_(formula_weights(number++, name, tensor.sizes().vec()));
  }
}

}  // namespace

TEST_CASE("losses and weights of twenty steps equal those of a second implementation in fp64") {
  use_one_thread();
  const auto golden = nlohmann::json::parse(
      read_text(std::string(WINNOW_SOURCE_DIR) + "/tests/trainer/golden/fine_tuning.json"));
  const TemporaryFolder folder;
  const TrainingData data = data_of(golden, folder / "model");
  for (const nlohmann::json& run : golden.at("runs")) {
    INFO(run.at("settings").dump());
    const TrainConfig config = config_of(golden, run);
    Classification task(config, data);
    Trainer trainer(config, task);
    REQUIRE(task.prepare([] { return false; }));
    const NamedTensors& trained = task.trained().tensors;
    put_formula_head(trained);
    put_formula_additions(trained);
    const NamedTensors start = snapshot(trained);
    for (std::size_t step = 0; step < run.at("losses").size(); ++step) {
      INFO("step " << step);
      CHECK(trainer.update(static_cast<std::int64_t>(step)).loss ==
            Approx(run.at("losses")[step].get<double>()).margin(1e-5));
    }
    REQUIRE(trained.size() == run.at("changes").size());
    for (const auto& [name, tensor] : trained) {
      INFO(name);
      // A shift of all keys by one vector changes no softmax: the gradient is zero but for
      // rounding, and Adam divides rounding by its own size.
      if (name.ends_with("key.bias")) continue;
      const std::string golden_name = name.starts_with("bert.") ? name.substr(5) : name;
      const auto expected = run.at("changes").at(golden_name).get<std::vector<double>>();
      const std::vector<double> found = described(tensor.detach() - start.at(name));
      for (std::size_t i = 0; i < expected.size(); ++i) {
        CHECK(found[i] == Approx(expected[i]).margin(1e-5));
      }
    }
  }
}
