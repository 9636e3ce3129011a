#include "trainer/optim/optimizer.hpp"

#include <torch/optim.h>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <optional>

#include "tests/support/temporary_folder.hpp"
#include "trainer/errors.hpp"
#include "trainer/optim/clip.hpp"
#include "trainer/optim/weight_average.hpp"

using namespace winnow;
using namespace winnow::train;

namespace {

at::Tensor leaf(const at::Tensor& values) { return values.clone().set_requires_grad(true); }

constexpr double golden_decay = 0.05;

/// The options that golden/optimizers.py uses.
OptimizerOptions golden_options(const std::string& name) {
  return {name,
          /*momentum=*/0.8,
          /*beta1=*/0.8,
          /*beta2=*/0.95,
          /*epsilon=*/1e-6,
          /*history=*/3};
}

/// One trained tensor and its optimizer.
struct Trained {
  at::Tensor tensor;
  Arena arena;
  std::unique_ptr<Optimizer> optimizer;

  Trained(const OptimizerOptions& options, const at::Tensor& start, UpdateGroup group = {})
      : tensor(leaf(start)),
        arena({{"w", tensor, group}}),
        optimizer(make_optimizer(options, arena)) {}

  void update(const at::Tensor& gradient, double rate, std::int64_t step) {
    tensor.mutable_grad().copy_(gradient);
    const TrialStep trial{rate, golden_decay, step};
    optimizer->update({&trial, 1});
  }
};

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
  const at::Tensor scale = at::tensor(std::vector<double>{1.0, 2.0, 3.0, 4.0}, at::kDouble);
  for (const std::string& name : optimizer_names()) {
    Trained trained(golden_options(name),
                    at::tensor(golden["start"].get<std::vector<double>>(), at::kDouble));
    for (std::size_t step = 0; step < golden[name].size(); ++step) {
      const at::Tensor gradient =
          trained.tensor.detach() * scale + 0.1 * static_cast<double>(step + 1);
      trained.update(gradient, golden["rates"][step], static_cast<std::int64_t>(step));
      for (std::int64_t i = 0; i < 4; ++i) {
        INFO(name << ", step " << step << ", entry " << i);
        CHECK(trained.tensor[i].item<double>() ==
              Approx(golden[name][step][static_cast<std::size_t>(i)].get<double>()).margin(1e-8));
      }
    }
  }
}

TEST_CASE("forty updates of fp32 matrices equal torch::optim of the libtorch in use") {
  for (const std::string name : {"sgd", "adam", "adamw"}) {
    at::manual_seed(5);
    const at::Tensor start = at::randn({6, 7});
    const at::Tensor theirs = leaf(start);
    Trained ours(golden_options(name), start);
    const auto reference = reference_optimizer(name, 0.01, {theirs});
    for (std::int64_t step = 0; step < 40; ++step) {
      const at::Tensor gradient = at::randn({6, 7});
      ours.update(gradient, 0.01, step);
      theirs.mutable_grad() = gradient.clone();
      reference->step();
    }
    INFO(name);
    CHECK(at::max(at::abs(ours.tensor - theirs)).item<double>() < 2e-6);
    CHECK(at::max(at::abs(ours.tensor - start)).item<double>() > 0.01);
  }
}

TEST_CASE("what does not decay is left alone by a gradient of zero, whatever the optimizer") {
  for (const std::string& name : optimizer_names()) {
    for (const bool decays : {false, true}) {
      Trained trained(golden_options(name), at::ones({2, 2}), {decays, 1.0, 0});
      trained.update(at::zeros({2, 2}), 0.1, 0);
      INFO(name << " " << decays);
      CHECK(at::equal(trained.tensor.detach(), at::ones({2, 2})) == !decays);
    }
  }
}

TEST_CASE("saved state put into a new optimizer continues to the bit, whatever the optimizer") {
  for (const std::string& name : optimizer_names()) {
    Trained whole(golden_options(name), at::ones({3}));
    std::optional<Trained> second;
    for (std::int64_t step = 0; step < 6; ++step) {
      const at::Tensor gradient = at::full({3}, 0.3 + 0.1 * static_cast<double>(step));
      if (step == 3) {
        second.emplace(golden_options(name), whole.tensor.detach());
        copy_values(snapshot(whole.optimizer->state()), second->optimizer->state(), "test");
      }
      whole.update(gradient, 0.1, step);
      if (second) second->update(gradient, 0.1, step);
    }
    INFO(name);
    CHECK(at::equal(whole.tensor, second->tensor));
  }
}

TEST_CASE("stacked trials are updated as each would be alone") {
  at::manual_seed(6);
  const at::Tensor start = at::randn({2, 3, 2});
  for (const std::string& name : optimizer_names()) {
    const at::Tensor stacked = leaf(start);
    Arena arena({{"w", stacked, {}}}, /*trials=*/2);
    const auto optimizer = make_optimizer(golden_options(name), arena);
    Trained first(golden_options(name), start[0]);
    Trained second(golden_options(name), start[1]);
    for (std::int64_t step = 0; step < 8; ++step) {
      const at::Tensor gradient = at::randn({2, 3, 2});
      stacked.mutable_grad().copy_(gradient);
      const std::vector<TrialStep> trials = {{0.1, golden_decay, step}, {0.03, golden_decay, step}};
      optimizer->update(trials);
      first.update(gradient[0], 0.1, step);
      second.update(gradient[1], 0.03, step);
    }
    INFO(name);
    CHECK(at::equal(stacked[0], first.tensor));
    CHECK(at::equal(stacked[1], second.tensor));
  }
}

TEST_CASE("groups have their own rates and beginnings") {
  const at::Tensor slow = leaf(at::zeros({2}));
  const at::Tensor late = leaf(at::zeros({2}));
  const at::Tensor plain = leaf(at::zeros({2}));
  Arena arena(
      {{"plain", plain, {}}, {"slow", slow, {true, 0.5, 0}}, {"late", late, {true, 1.0, 2}}});
  CHECK(arena.ranges().size() == 3);
  const auto optimizer = make_optimizer(golden_options("adamw"), arena);
  for (std::int64_t step = 0; step < 3; ++step) {
    for (const at::Tensor& tensor : {slow, late, plain}) tensor.mutable_grad().fill_(1.0);
    const TrialStep trial{0.1, 0.0, step};
    optimizer->update({&trial, 1});
    CHECK(slow[0].item<double>() == Approx(plain[0].item<double>() / 2));
  }
  // The late one's first step is corrected as a first step: one learning rate.
  CHECK(late[0].item<double>() == Approx(-0.1));
  CHECK(plain[0].item<double>() == Approx(-0.3));
}

TEST_CASE("an unknown optimizer is refused") {
  const at::Tensor tensor = leaf(at::zeros({1}));
  Arena arena({{"w", tensor, {}}});
  CHECK_THROWS_AS(make_optimizer(golden_options("adagard"), arena), ConfigError);
}

TEST_CASE("clipping scales the whole gradient to the given norm, and only when it is longer") {
  const at::Tensor a = leaf(at::zeros({1}));
  const at::Tensor b = leaf(at::zeros({2}));
  Arena arena({{"a", a, {}}, {"b", b, {}}});
  const auto put_gradients = [&] {
    a.mutable_grad()[0] = 3.0;
    b.mutable_grad()[1] = -4.0;
  };
  put_gradients();
  CHECK(clip_gradients(arena, 2.5) == Approx(5.0));
  CHECK(a.grad()[0].item<double>() == Approx(1.5));
  CHECK(b.grad()[1].item<double>() == Approx(-2.0));
  for (const double loose : {5.5, 0.0}) {
    put_gradients();
    CHECK(clip_gradients(arena, loose) == Approx(5.0));
    CHECK(a.grad()[0].item<double>() == 3.0);
  }
  clip_gradient_values(arena, 3.5);
  CHECK(a.grad()[0].item<double>() == 3.0);
  CHECK(b.grad()[1].item<double>() == -3.5);
  clip_gradient_values(arena, 0.0);
  CHECK(b.grad()[1].item<double>() == -3.5);
  arena.clear_gradients();
  CHECK(clip_gradients(arena, 1.0) == 0.0);
}

TEST_CASE("penalties add their gradients where weights decay") {
  const at::Tensor matrix = leaf(at::tensor(std::vector<float>{2.0f, -0.5f}));
  const at::Tensor bias = leaf(at::ones({1}));
  Arena arena({{"matrix", matrix, {true, 1.0, 0}}, {"bias", bias, {false, 1.0, 0}}});
  add_penalties(arena, 0.1, 0.01, 0);
  CHECK(matrix.grad()[0].item<double>() == Approx(0.1 + 0.02));
  CHECK(matrix.grad()[1].item<double>() == Approx(-0.1 - 0.005));
  CHECK(bias.grad()[0].item<double>() == 0.0);
}

TEST_CASE(
    "an average follows the weights at its own pace and takes their place while it is asked") {
  const at::Tensor tensor = leaf(at::ones({2}));
  Arena arena({{"w", tensor, {}}});
  WeightAverage average(arena, 0.75);
  tensor.detach().fill_(5.0);
  average.update();
  CHECK(average.state().at("average.w")[0].item<double>() == Approx(0.75 * 1.0 + 0.25 * 5.0));
  {
    const Swapped swapped(&average);
    CHECK(tensor[0].item<double>() == Approx(2.0));
  }
  CHECK(tensor[0].item<double>() == 5.0);
}
