#include "trainer/optim/optimizer.hpp"

#include <torch/optim.h>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/support/temporary_folder.hpp"
#include "trainer/errors.hpp"
#include "trainer/optim/clip.hpp"

using namespace winnow;
using namespace winnow::train;

namespace {

at::Tensor leaf(const at::Tensor& values) { return values.clone().set_requires_grad(true); }

/// The options that golden/optimizers.py uses.
OptimizerOptions golden_options(const std::string& name) {
  return {name,
          /*momentum=*/0.8,
          /*beta1=*/0.8,
          /*beta2=*/0.95,
          /*epsilon=*/1e-6,
          /*weight_decay=*/0.05};
}

std::unique_ptr<torch::optim::Optimizer> reference_optimizer(const std::string& name, double rate,
                                                             std::vector<at::Tensor> tensors) {
  if (name == "sgd") {
    return std::make_unique<torch::optim::SGD>(
        tensors, torch::optim::SGDOptions(rate).momentum(0.8).weight_decay(0.05));
  }
  if (name == "adam") {
    return std::make_unique<torch::optim::Adam>(tensors, torch::optim::AdamOptions(rate)
                                                             .betas(std::make_tuple(0.8, 0.95))
                                                             .eps(1e-6)
                                                             .weight_decay(0.05));
  }
  return std::make_unique<torch::optim::AdamW>(tensors, torch::optim::AdamWOptions(rate)
                                                            .betas(std::make_tuple(0.8, 0.95))
                                                            .eps(1e-6)
                                                            .weight_decay(0.05));
}

}  // namespace

TEST_CASE("updates equal those of torch.optim for gradients and rates that change") {
  const auto golden = nlohmann::json::parse(
      tests::read_text(std::string(WINNOW_SOURCE_DIR) + "/tests/trainer/golden/optimizers.json"));
  for (const std::string name : {"sgd", "adam", "adamw"}) {
    const at::Tensor weight =
        leaf(at::tensor(golden["start"].get<std::vector<double>>(), at::kDouble));
    const auto optimizer = make_optimizer(golden_options(name), {{"weight", weight, true}});
    for (std::size_t step = 0; step < golden[name].size(); ++step) {
      const at::Tensor scale = at::tensor(std::vector<double>{1.0, 2.0, 3.0, 4.0}, at::kDouble);
      weight.mutable_grad() = weight.detach() * scale + 0.1 * static_cast<double>(step + 1);
      optimizer->update(golden["rates"][step], static_cast<std::int64_t>(step));
      for (std::int64_t i = 0; i < 4; ++i) {
        INFO(name << ", step " << step << ", entry " << i);
        CHECK(weight[i].item<double>() ==
              Approx(golden[name][step][static_cast<std::size_t>(i)].get<double>()).margin(1e-8));
      }
    }
  }
}

TEST_CASE("forty updates of fp32 matrices equal torch::optim of the libtorch in use") {
  for (const std::string name : {"sgd", "adam", "adamw"}) {
    at::manual_seed(5);
    const at::Tensor start = at::randn({6, 7});
    const at::Tensor ours = leaf(start);
    const at::Tensor theirs = leaf(start);
    const auto optimizer = make_optimizer(golden_options(name), {{"weight", ours, true}});
    const auto reference = reference_optimizer(name, 0.01, {theirs});
    for (std::int64_t step = 0; step < 40; ++step) {
      const at::Tensor gradient = at::randn({6, 7});
      ours.mutable_grad() = gradient.clone();
      theirs.mutable_grad() = gradient.clone();
      optimizer->update(0.01, step);
      reference->step();
    }
    INFO(name);
    CHECK(at::max(at::abs(ours - theirs)).item<double>() < 2e-6);
    CHECK(at::max(at::abs(ours - start)).item<double>() > 0.01);
  }
}

TEST_CASE("biases and LayerNorm tensors do not decay") {
  const NamedTensors tensors = {{"bert.encoder.layer.0.output.LayerNorm.weight", at::ones({2})},
                                {"bert.encoder.layer.0.output.dense.bias", at::ones({2})},
                                {"bert.encoder.layer.0.output.dense.weight", at::ones({2, 2})}};
  for (const std::string name : {"sgd", "adam", "adamw"}) {
    const std::vector<Parameter> parameters = parameters_of(snapshot(tensors));
    for (const Parameter& parameter : parameters) {
      parameter.tensor.set_requires_grad(true);
      parameter.tensor.mutable_grad() = at::zeros_like(parameter.tensor);
    }
    make_optimizer(golden_options(name), parameters)->update(0.1, 0);
    for (const Parameter& parameter : parameters) {
      INFO(name << " " << parameter.name);
      const bool unchanged = at::equal(parameter.tensor.detach(), at::ones_like(parameter.tensor));
      CHECK(unchanged == !parameter.name.ends_with("dense.weight"));
    }
  }
}

TEST_CASE("saved state put into a new optimizer continues to the bit") {
  for (const std::string name : {"sgd", "adam", "adamw"}) {
    const at::Tensor whole = leaf(at::ones({3}));
    const auto uninterrupted = make_optimizer(golden_options(name), {{"w", whole, true}});
    at::Tensor resumed;
    std::unique_ptr<Optimizer> second;
    for (std::int64_t step = 0; step < 6; ++step) {
      const at::Tensor gradient = at::full({3}, 0.3 + 0.1 * static_cast<double>(step));
      if (step == 3) {
        resumed = leaf(whole.detach());
        second = make_optimizer(golden_options(name), {{"w", resumed, true}});
        copy_values(snapshot(uninterrupted->state()), second->state(), "test");
      }
      whole.mutable_grad() = gradient.clone();
      uninterrupted->update(0.1, step);
      if (second) {
        resumed.mutable_grad() = gradient.clone();
        second->update(0.1, step);
      }
    }
    CHECK(at::equal(whole, resumed));
  }
}

TEST_CASE("an unknown optimizer is refused") {
  CHECK_THROWS_AS(make_optimizer(golden_options("adagrad"), {}), ConfigError);
}

TEST_CASE("clipping scales the whole gradient to the given norm, and only when it is longer") {
  const auto parameters = [] {
    std::vector<Parameter> result = {{"a", leaf(at::zeros({1})), true},
                                     {"b", leaf(at::zeros({2})), true}};
    result[0].tensor.mutable_grad() = at::tensor(std::vector<float>{3.0f});
    result[1].tensor.mutable_grad() = at::tensor(std::vector<float>{0.0f, 4.0f});
    return result;
  };
  auto clipped = parameters();
  CHECK(clip_gradients(clipped, 2.5) == Approx(5.0));
  CHECK(clipped[0].tensor.grad()[0].item<double>() == Approx(1.5));
  CHECK(clipped[1].tensor.grad()[1].item<double>() == Approx(2.0));
  for (const double loose : {5.5, 0.0}) {
    auto untouched = parameters();
    CHECK(clip_gradients(untouched, loose) == Approx(5.0));
    CHECK(untouched[0].tensor.grad()[0].item<double>() == 3.0);
  }
  clear_gradients(clipped);
  CHECK(clip_gradients(clipped, 1.0) == 0.0);
}
