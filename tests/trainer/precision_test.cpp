// Weights in bf16 with values in fp32 behind them. Numbers here are exact: bf16 has 8 significant
// bits, and what is too much for them is rounded to the even neighbour.
#include "trainer/model/precision.hpp"

#include <ATen/ATen.h>

#include <catch2/catch.hpp>
#include <cmath>

#include "tests/trainer/run_support.hpp"
#include "tests/trainer/tiny_decoder.hpp"
#include "trainer/loop/classification.hpp"
#include "trainer/loop/trainer.hpp"
#include "trainer/loop/training_data.hpp"
#include "trainer/model/causal_folder.hpp"
#include "trainer/model/token_loss.hpp"
#include "trainer/optim/optimizer.hpp"
#include "trainer/optim/weight_average.hpp"

using namespace winnow;
using namespace winnow::tests;
using namespace winnow::train;

namespace {

at::Tensor leaf(const std::vector<float>& values) {
  return at::tensor(values).set_requires_grad(true);
}

OptimizerOptions plain_descent() { return {.name = "sgd", .momentum = 0.0}; }

nlohmann::json bf16_settings(const std::filesystem::path& folder) {
  nlohmann::json settings = tiny_settings(folder);
  settings["precision"] = "bf16";
  return settings;
}

/// The model of these settings with the trainer that rounds it.
struct Run {
  TrainConfig config;
  std::unique_ptr<Task> task;
  Trainer trainer;

  explicit Run(const nlohmann::json& settings)
      : config(parse_config(settings, Environment{})),
        task(make_task(config)),
        trainer(config, *task) {
    task->prepare([] { return false; });
  }
};

}  // namespace

TEST_CASE("a step in bf16 is the one computed by hand: rounded product, exact fp32 update") {
  const at::Tensor weight = leaf({1.0f + 0x1p-10f, -3.0f});
  Arena arena({{"w", weight, {}}}, 1, at::kBFloat16);
  CHECK(weight.scalar_type() == at::kBFloat16);
  CHECK(at::equal(weight.detach().to(at::kFloat), at::tensor(std::vector<float>{1.0f, -3.0f})));
  CHECK(arena.values()[0][0].item<float>() == 1.0f + 0x1p-10f);

  const at::Tensor input = at::tensor(std::vector<float>{0.5f, 2.0f}).to(at::kBFloat16);
  const at::Tensor loss = (weight * input).to(at::kFloat).sum();
  CHECK(loss.item<float>() == 1.0f * 0.5f - 3.0f * 2.0f);
  loss.backward();
  arena.take_gradients();
  CHECK(at::equal(arena.gradients()[0], input.to(at::kFloat)));

  const auto optimizer = make_optimizer(plain_descent(), arena);
  const TrialStep step{0x1p-9, 0.0, 0};
  optimizer->update({&step, 1});
  arena.publish();
  // 1 + 2^-10 - 2^-9/2 = 1, and -3 - 2^-9·2 = -3.00390625, which bf16 has no room for.
  CHECK(at::equal(arena.values()[0], at::tensor(std::vector<float>{1.0f, -3.00390625f})));
  CHECK(at::equal(weight.detach().to(at::kFloat), at::tensor(std::vector<float>{1.0f, -3.0f})));
}

TEST_CASE("steps that bf16 would round away add up, and so do gradients") {
  const at::Tensor weight = leaf({1.0f});
  Arena arena({{"w", weight, {}}}, 1, at::kBFloat16);
  const auto optimizer = make_optimizer(plain_descent(), arena);
  for (std::int64_t step = 0; step < 64; ++step) {
    arena.clear_gradients();
    weight.mutable_grad().fill_(1.0);
    arena.take_gradients();
    const TrialStep trial{0x1p-12, 0.0, step};
    optimizer->update({&trial, 1});
    arena.publish();
    if (step == 0) CHECK(weight.item<float>() == 1.0f);
  }
  CHECK(weight.item<float>() == 1.0f - 0x1p-6f);

  arena.clear_gradients();
  for (const double part : {1.0, 0x1p-9}) {  // two micro-batches
    weight.mutable_grad().fill_(part);
    arena.take_gradients();
  }
  CHECK(arena.gradients().item<float>() == 1.0f + 0x1p-9f);
  CHECK(weight.grad().item<float>() == 0.0f);
}

TEST_CASE("an average of fp32 values reaches the rounded weights only while it is asked for") {
  const at::Tensor weight = leaf({0.0f});
  Arena arena({{"w", weight, {}}}, 1, at::kBFloat16);
  WeightAverage average(arena, 0.5);
  arena.values().fill_(2.0);
  arena.publish();
  average.update();
  {
    const Swapped averaged(&average);
    CHECK(weight.item<float>() == 1.0f);
  }
  CHECK(weight.item<float>() == 2.0f);
}

TEST_CASE("a training step of the head in bf16 equals one written out") {
  const TemporaryFolder folder;
  write_tiny_study(folder.path());
  nlohmann::json settings = bf16_settings(folder.path());
  settings.update({{"trainable_layers", 0},
                   {"dropout", 0.0},
                   {"batch_size", 60},
                   {"warmup_fraction", 0.0},
                   {"optimizer", "sgd"},
                   {"momentum", 0.0},
                   {"gradient_clip", 0.0},
                   {"weight_decay", 0.0},
                   {"learning_rate", 0.5}});
  Run run(settings);
  const NamedTensors before = snapshot(run.trainer.trained());
  const TrainingData data = load_training_data(run.config);
  const auto model =
      make_classifier(run.config, data.model, data.bert, data.labels.size());  // fp32 head
  std::vector<std::uint32_t> rows(60);
  std::vector<std::int64_t> labels;
  for (std::uint32_t row = 0; row < 60; ++row) {
    rows[row] = row;
    labels.push_back(data.train.label(row));
  }
  const PackedBatch batch = pack(data.train, rows, at::kCPU);
  const at::Tensor pooled = model->pool(batch, model->frozen_hidden(batch)).to(at::kBFloat16);
  const at::Tensor weight = before.at("classifier.weight"), bias = before.at("classifier.bias");
  const at::Tensor logits =
      at::linear(pooled, weight.to(at::kBFloat16), bias.to(at::kBFloat16)).to(at::kFloat);
  const at::Tensor slopes = (at::softmax(logits, 1) - at::one_hot(at::tensor(labels), 2)) / 60.0;
  const at::Tensor rounded = slopes.to(at::kBFloat16);

  const Trainer::Step step = run.trainer.update(0);
  CHECK(step.loss ==
        Approx(at::cross_entropy_loss(logits, at::tensor(labels)).item<double>()).epsilon(1e-6));
  const NamedTensors after = run.trainer.trained();
  const at::Tensor expected = weight - 0.5 * at::mm(rounded.t(), pooled).to(at::kFloat);
  // The run's features come from batches of other sizes, whose sums may round to a neighbour: a few
  // units in bf16's last place.
  const double unit = (expected - weight).abs().max().item<double>() * 0x1p-7;
  CHECK((after.at("classifier.weight") - expected).abs().max().item<double>() <= 4 * unit);
  CHECK((expected - weight).abs().max().item<double>() > 100 * 0x1p-24);
  CHECK_FALSE(at::equal(after.at("classifier.weight"),
                        after.at("classifier.weight").to(at::kBFloat16).to(at::kFloat)));
}

TEST_CASE("what is frozen takes half the memory, what is trained is rounded in the model alone") {
  const TemporaryFolder folder;
  write_tiny_study(folder.path());
  nlohmann::json settings = bf16_settings(folder.path());
  settings.update({{"adaptation", "lora"}, {"lora_targets", "all-linear"}});
  Run run(settings);
  const TrainingData data = load_training_data(run.config);
  const auto model = make_classifier(run.config, data.model, data.bert, data.labels.size());
  std::size_t bytes = 0, numbers = 0;
  for (const auto& [name, tensor] : model->tensors()) {
    if (name.starts_with("classifier.")) continue;  // trained
    bytes += tensor.nbytes();
    numbers += static_cast<std::size_t>(tensor.numel());
  }
  CHECK(numbers > 3000);
  CHECK(bytes == 2 * numbers);
  for (const auto& [name, tensor] : run.task->trained().tensors) {
    CHECK(tensor.scalar_type() == at::kBFloat16);
    CHECK(run.trainer.trained().at(name).scalar_type() == at::kFloat);
  }
}

TEST_CASE("the whole model learns the task in bf16, close to what fp32 reaches") {
  const TemporaryFolder folder;
  write_tiny_study(folder.path());
  nlohmann::json settings = bf16_settings(folder.path());
  settings.update(
      {{"max_steps", 100}, {"eval_every_steps", 50}, {"learning_rate", 0.003}, {"dropout", 0.0}});
  const RunFolder narrow{folder / "bf16"}, wide{folder / "fp32"};
  REQUIRE(run_tiny(narrow, settings) == RunEnd::finished);
  settings["precision"] = "fp32";
  REQUIRE(run_tiny(wide, settings) == RunEnd::finished);
  const auto first = [](const RunFolder& run) {
    return reports_of_type(run, "metric").front().at("values").at("train_loss").get<double>();
  };
  CHECK(first(narrow) != first(wide));
  CHECK(first(narrow) == Approx(first(wide)).epsilon(0.02));
  const auto finished = reports_of_type(narrow, "finished").back();
  CHECK(finished.at("values").at("eval_accuracy") >= 0.95);
}

TEST_CASE("a loss in portions of bf16 numbers is that of their fp32 values") {
  at::manual_seed(3);
  const at::Tensor targets = at::randint(11, {600}, at::kLong);  // three portions
  const at::Tensor hidden = at::randn({600, 8}).to(at::kBFloat16);
  const at::Tensor head = at::randn({11, 8}).to(at::kBFloat16);
  const at::Tensor h = hidden.clone().set_requires_grad(true),
                   w = head.clone().set_requires_grad(true);
  const at::Tensor h32 = hidden.to(at::kFloat).set_requires_grad(true),
                   w32 = head.to(at::kFloat).set_requires_grad(true);
  const at::Tensor ours = token_loss_sum(h, w, targets, 0.1);
  const at::Tensor theirs =
      at::cross_entropy_loss(at::matmul(h32, w32.t()), targets, {}, at::Reduction::Sum, -100, 0.1);
  CHECK(ours.scalar_type() == at::kFloat);
  CHECK(ours.item<double>() == Approx(theirs.item<double>()).epsilon(1e-3));
  (ours / 600.0).backward();
  (theirs / 600.0).backward();
  const auto apart = [](const at::Tensor& a, const at::Tensor& b) {
    return ((a.to(at::kFloat) - b).norm() / b.norm()).item<double>();
  };
  CHECK(apart(h.grad(), h32.grad()) < 0x1p-7);
  CHECK(apart(w.grad(), w32.grad()) < 0x1p-7);
}

TEST_CASE("language models of every family compute in bf16 what they compute in fp32") {
  const auto golden = nlohmann::json::parse(
      read_text(std::string(WINNOW_SOURCE_DIR) + "/tests/trainer/golden/decoders.json"));
  const TokenDataset rows({1, 7, 22, 3, 9, 30}, {0, 4, 6}, {0, 0});
  const PackedBatch batch = pack(rows, std::vector<std::uint32_t>{0, 1}, at::kCPU);
  for (const nlohmann::json& expected : golden.at("cases")) {
    INFO(expected.at("config").dump());
    const TemporaryFolder folder;
    write_tiny_decoder(folder / "model", expected.at("config"));
    const LoadedCausalModel loaded = load_causal_model(folder / "model", at::kCPU);
    at::Tensor wide;
    {
      const at::NoGradGuard no_gradients;
      wide = loaded.model->logits(batch);
    }
    std::vector<Parameter> parameters;
    for (const auto& [name, tensor] : loaded.model->trained().tensors) {
      parameters.push_back({name, tensor, {}});
    }
    const Arena arena(parameters, 1, at::kBFloat16);
    loaded.model->round_frozen(at::kBFloat16);
    const at::NoGradGuard no_gradients;
    const at::Tensor narrow = loaded.model->logits(batch);
    CHECK(narrow.scalar_type() == at::kBFloat16);
    CHECK(((narrow.to(at::kFloat) - wide).norm() / wide.norm()).item<double>() < 0.05);
    KeyValueCache cache;
    const at::Tensor last = loaded.model->next_logits({1, 7, 22, 3}, cache).to(at::kFloat);
    CHECK(((last - wide[3]).norm() / wide[3].norm()).item<double>() < 0.05);
  }
}
