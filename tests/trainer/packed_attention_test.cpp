// Attention without padding and its gradients against libtorch's own operations in fp64; dropout
// whose mask is drawn twice.
#include "trainer/model/packed_attention.hpp"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <catch2/catch.hpp>

#include "trainer/model/linear.hpp"
#include "trainer/model/random_bits.hpp"
#include "trainer/model/row_kernels.hpp"

using namespace winnow::train;

namespace {

// One token, fewer than a block of queries, and more than two blocks.
const std::vector<std::int64_t> begins = {0, 1, 38, 301};

at::Tensor turned(const at::Tensor& heads, const at::Tensor& cosines, const at::Tensor& sines) {
  const auto halves = heads.chunk(2, -1);
  const at::Tensor c = cosines.narrow(0, 0, heads.size(1)), s = sines.narrow(0, 0, heads.size(1));
  return at::cat({halves[0] * c - halves[1] * s, halves[1] * c + halves[0] * s}, -1);
}

/// Row by row, head by head side by side: (H, T, D).
at::Tensor reference(const at::Tensor& joined, const AttentionShape& shape,
                     const at::Tensor& cosines, const at::Tensor& sines) {
  const std::int64_t d = shape.head_size, q = shape.heads * d, k = shape.key_value_heads * d;
  std::vector<at::Tensor> rows;
  for (std::size_t b = 0; b + 1 < begins.size(); ++b) {
    const std::int64_t length = begins[b + 1] - begins[b];
    const auto parts = joined.narrow(0, begins[b], length).split_with_sizes({q, k, k}, 1);
    const auto heads = [&](const at::Tensor& part) {
      return part.reshape({length, -1, d}).transpose(0, 1);
    };
    at::Tensor query = heads(parts[0]), key = heads(parts[1]), value = heads(parts[2]);
    if (cosines.defined()) {
      query = turned(query, cosines, sines);
      key = turned(key, cosines, sines);
    }
    const std::int64_t group = shape.heads / shape.key_value_heads;
    key = key.repeat_interleave(group, 0);
    value = value.repeat_interleave(group, 0);
    at::Tensor scores = at::matmul(query, key.transpose(1, 2)) / std::sqrt(static_cast<double>(d));
    if (shape.causal) {
      const double never = -std::numeric_limits<double>::infinity();
      scores = scores + at::full({length, length}, never, scores.options()).triu(1);
    }
    rows.push_back(at::matmul(scores.softmax(-1), value).transpose(0, 1).reshape({length, q}));
  }
  return at::cat(rows);
}

at::Tensor leaf(const at::Tensor& values) { return values.clone().set_requires_grad(true); }

double largest(const at::Tensor& a, const at::Tensor& b) {
  return (a.detach().to(at::kDouble) - b.detach().to(at::kDouble)).abs().max().item<double>();
}

}  // namespace

TEST_CASE("attention and its gradients equal those of libtorch in fp64") {
  const std::vector<std::pair<AttentionShape, bool>> cases = {{{4, 4, 8, false}, false},
                                                              {{4, 4, 8, true}, false},
                                                              {{6, 2, 8, true}, true},
                                                              {{4, 1, 16, true}, true},
                                                              {{1, 1, 6, false}, true}};
  at::manual_seed(4);
  for (const auto& [shape, rotates] : cases) {
    INFO(shape.heads << " heads, " << shape.key_value_heads << " of keys, causal " << shape.causal);
    const std::int64_t width = (shape.heads + 2 * shape.key_value_heads) * shape.head_size;
    const at::Tensor start = at::randn({begins.back(), width}) * 1.5;
    at::Tensor cosines, sines, wide_cosines, wide_sines;
    if (rotates) {
      const at::Tensor angles = at::randn({300, shape.head_size / 2});
      cosines = angles.cos();
      sines = angles.sin();
      wide_cosines = cosines.to(at::kDouble);
      wide_sines = sines.to(at::kDouble);
    }
    const at::Tensor ours = leaf(start), theirs = leaf(start.to(at::kDouble));
    REQUIRE(has_packed_attention(ours));
    const at::Tensor out = packed_attention(ours, begins, shape, 0.0, cosines, sines);
    const at::Tensor expected = reference(theirs, shape, wide_cosines, wide_sines);
    CHECK(largest(out, expected) < 1e-5);
    const at::Tensor slopes = at::randn(out.sizes());
    out.backward(slopes);
    expected.backward(slopes.to(at::kDouble));
    CHECK(largest(ours.grad(), theirs.grad()) < 2e-5);
  }
}

TEST_CASE("threads change no bit of attention, of its gradients, and of dropout") {
  at::manual_seed(5);
  const at::Tensor start = at::randn({begins.back(), 3 * 16});
  const auto run = [&](int threads) {
    at::set_num_threads(threads);
    at::manual_seed(6);
    const at::Tensor joined = leaf(start);
    const at::Tensor out = drop(packed_attention(joined, begins, {2, 2, 8, true}, 0.2), 0.3);
    out.sum().backward();
    at::set_num_threads(1);
    return std::pair(out.detach(), joined.grad());
  };
  const auto one = run(1), two = run(2);
  CHECK(at::equal(one.first, two.first));
  CHECK(at::equal(one.second, two.second));
}

TEST_CASE("dropped attention is right on average, and its gradient is that of the same mask") {
  at::manual_seed(7);
  const at::Tensor start = at::randn({begins.back(), 3 * 8});
  const AttentionShape shape{1, 1, 8, false};
  const at::Tensor plain = packed_attention(start, begins, shape, 0.0);
  at::Tensor sum = at::zeros_like(plain);
  constexpr int draws = 400;
  for (int i = 0; i < draws; ++i) sum += packed_attention(start, begins, shape, 0.25);
  // Of rows of 263 tokens a draw is off by about 0.04; of the row of one token by 0.6.
  CHECK((sum / draws - plain).abs().mean().item<double>() < 0.01);
  CHECK(largest(sum / draws, plain) < 0.5);
  // Along the values attention is linear: the gradient there is exact.
  const at::Tensor joined = leaf(start);
  at::manual_seed(8);
  const at::Tensor out = packed_attention(joined, begins, shape, 0.25);
  at::manual_seed(8);
  at::Tensor moved = start.clone();
  const at::Tensor step = at::randn({begins.back(), 8}, at::kFloat);
  moved.narrow(1, 16, 8).add_(step);
  at::manual_seed(8);
  const at::Tensor after = packed_attention(moved, begins, shape, 0.25);
  const at::Tensor weights = at::linspace(-1.0, 1.0, out.numel()).view(out.sizes());
  (out * weights).sum().backward();
  const double predicted = (joined.grad().narrow(1, 16, 8) * step).sum().item<double>();
  const double found = ((after - out.detach()) * weights).sum().item<double>();
  CHECK(found == Approx(predicted).epsilon(1e-3).margin(1e-3));
}

TEST_CASE("scores that are not finite stay so") {
  std::vector<float> scores = {1.0f, std::numeric_limits<float>::quiet_NaN(), 2.0f};
  softmax_row(scores.data(), 3, {}, 0);
  for (const float p : scores) CHECK(std::isnan(p));
}

TEST_CASE("dropout keeps its share, scales, and drops the same elements backward") {
  at::manual_seed(9);
  const at::Tensor values = leaf(at::ones({300, 500}));
  const at::Tensor dropped = drop(values, 0.3);
  const double zeros = (dropped == 0.0).to(at::kDouble).mean().item<double>();
  CHECK(zeros == Approx(0.3).margin(0.005));  // standard deviation .0012
  CHECK(dropped.max().item<double>() == Approx(1.0 / 0.7));
  dropped.sum().backward();
  CHECK(at::equal(values.grad(), dropped.detach()));
  at::manual_seed(9);
  CHECK(at::equal(drop(values, 0.3).detach(), dropped.detach()));
  const at::Tensor other = drop(values, 0.3);
  CHECK(((other == 0.0) == (dropped == 0.0)).to(at::kDouble).mean().item<double>() ==
        Approx(0.7 * 0.7 + 0.3 * 0.3).margin(0.006));
  CHECK(drop(values, 0.0).is_same(values));
}

TEST_CASE("bits of neighbouring indices and keys are as good as independent") {
  constexpr int n = 20000;
  for (const std::uint64_t other : {std::uint64_t{1}, std::uint64_t{1} << 32, ~std::uint64_t{0}}) {
    double same_key = 0.0, same_index = 0.0, mean = 0.0;
    for (std::uint32_t i = 0; i < n; ++i) {
      const auto centred = [](std::uint32_t bits) { return bits * 0x1p-32 - 0.5; };
      const double x = centred(random_bits(17, i));
      mean += x;
      same_key += x * centred(random_bits(17, i + 1));
      same_index += x * centred(random_bits(17 + other, i));
    }
    // Standard deviations: of a uniform number √(1/12), of a product of two 1/12; five of them.
    CHECK(std::abs(mean / n) < 5 * std::sqrt(1.0 / 12 / n));
    CHECK(std::abs(same_key / n) < 5.0 / 12 / std::sqrt(n));
    CHECK(std::abs(same_index / n) < 5.0 / 12 / std::sqrt(n));
  }
}
