// Maps and look-ups that gather gradients themselves, against those that the engine gathers.
#include "trainer/model/direct_map.hpp"

#include <ATen/ATen.h>

#include <catch2/catch.hpp>

using namespace winnow::train;

namespace {

constexpr std::int64_t width = 8;

enum class Learned { weights, additions };

/// Three maps of one input, drawn from the default generator.
std::vector<Linear> drawn_maps(Learned learned, bool bias) {
  std::vector<Linear> parts;
  for (const std::int64_t out : {5, 3, 4}) {
    Linear part;
    part.weight = at::randn({out, width});
    if (bias) part.bias = at::randn({out});
    if (learned == Learned::additions) {
      part.low_rank = {at::randn({2, width}), at::randn({out, 2}), 0.5};
      part.low_rank.a.set_requires_grad(true);
      part.low_rank.b.set_requires_grad(true);
    } else {
      part.weight.set_requires_grad(true);
      if (bias) part.bias.set_requires_grad(true);
    }
    parts.push_back(part);
  }
  return parts;
}

std::vector<at::Tensor> learned_tensors(const std::vector<Linear>& parts) {
  std::vector<at::Tensor> tensors;
  for (const Linear& part : parts) {
    for (const at::Tensor& tensor : {part.weight, part.bias, part.low_rank.a, part.low_rank.b}) {
      if (tensor.defined() && tensor.requires_grad()) tensors.push_back(tensor);
    }
  }
  return tensors;
}

/// The same by operations that the engine knows.
at::Tensor usual_map(const std::vector<Linear>& parts, const at::Tensor& input) {
  std::vector<at::Tensor> outputs;
  for (const Linear& part : parts) {
    at::Tensor output = at::linear(input, part.weight, part.bias);
    if (part.low_rank.a.defined()) {
      output = output + at::linear(at::linear(input, part.low_rank.a), part.low_rank.b) *
                            part.low_rank.scale;
    }
    outputs.push_back(output);
  }
  return at::cat(outputs, 1);
}

bool close(const at::Tensor& a, const at::Tensor& b) { return at::allclose(a, b, 1e-4, 1e-4); }

}  // namespace

TEST_CASE("maps that gather gradients themselves give the outputs and gradients of the engine") {
  for (const Learned learned : {Learned::weights, Learned::additions}) {
    for (const bool bias : {false, true}) {
      for (const bool input_asks : {false, true}) {
        INFO((learned == Learned::weights ? "weights " : "additions ")
             << (bias ? "bias " : "") << (input_asks ? "input" : ""));
        at::manual_seed(1);
        const std::vector<Linear> direct = drawn_maps(learned, bias);
        at::manual_seed(1);
        const std::vector<Linear> usual = drawn_maps(learned, bias);
        const at::Tensor values = at::randn({40, width}), slopes = at::randn({40, 5 + 3 + 4});
        const at::Tensor input = values.clone().set_requires_grad(input_asks);
        const at::Tensor same_input = values.clone().set_requires_grad(input_asks);
        REQUIRE(has_direct_map(direct, input, {}));
        for (int pass = 0; pass < 2; ++pass) {  // the second adds to the first
          const at::Tensor output = direct_map(direct, input);
          const at::Tensor expected = usual_map(usual, same_input);
          CHECK(close(output, expected));
          (output * slopes).sum().backward();
          (expected * slopes).sum().backward();
        }
        const auto found = learned_tensors(direct), wanted = learned_tensors(usual);
        for (std::size_t i = 0; i < wanted.size(); ++i) {
          CHECK(close(found.at(i).grad(), wanted[i].grad()));
        }
        CHECK(input.grad().defined() == input_asks);
        if (input_asks) CHECK(close(input.grad(), same_input.grad()));
      }
    }
  }
}

TEST_CASE("maps leave their gradients to the engine where they could not or should not") {
  const std::vector<Linear> additions = drawn_maps(Learned::additions, true);
  const at::Tensor rows = at::randn({40, width});
  CHECK(has_direct_map(additions, rows, {}));
  CHECK_FALSE(has_direct_map(additions, rows, {0.0, 0.1}));
  CHECK_FALSE(has_direct_map(additions, at::randn({1, width}), {}));  // cheaper beside the weight
  CHECK_FALSE(has_direct_map(additions, rows.to(at::kDouble), {}));
  Linear nothing_learned;
  nothing_learned.weight = at::randn({5, width});
  CHECK_FALSE(has_direct_map({nothing_learned}, rows, {}));
  const at::NoGradGuard no_gradients;
  CHECK_FALSE(has_direct_map(additions, rows, {}));
}

TEST_CASE("a look-up adds the gradients of a row that is looked up twice") {
  const at::Tensor values = at::randn({6, 3}), slopes = at::randn({4, 3});
  const at::Tensor places = at::tensor(std::vector<std::int64_t>{1, 4, 1, 0});
  const at::Tensor direct = values.clone().set_requires_grad(true);
  const at::Tensor usual = values.clone().set_requires_grad(true);
  for (int pass = 0; pass < 2; ++pass) {
    const at::Tensor found = direct_look_up(direct, places);
    CHECK(at::equal(found, at::embedding(usual, places)));
    (found * slopes).sum().backward();
    (at::embedding(usual, places) * slopes).sum().backward();
  }
  CHECK(close(direct.grad(), usual.grad()));
}
