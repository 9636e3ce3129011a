#include "trainer/model/bottleneck.hpp"

#include <ATen/ATen.h>

#include <array>
#include <string_view>

namespace winnow::train {
namespace {

// The families' names of the map behind attention; looked for first, because BERT's ends like that
// of the MLP.
constexpr std::array<std::string_view, 4> attention_ends = {
    ".attention.output.dense", ".attention.out_lin", ".attn.c_proj", ".self_attn.o_proj"};
constexpr std::array<std::string_view, 4> mlp_ends = {".output.dense", ".ffn.lin2", ".mlp.c_proj",
                                                      ".mlp.down_proj"};

template <std::size_t count>
bool ends_with_one_of(const std::string& name, const std::array<std::string_view, count>& endings) {
  for (const std::string_view ending : endings) {
    if (name.ends_with(ending)) return true;
  }
  return false;
}

/// Nearly zero, so that the bottleneck begins nearly as the identity: normal with the standard
/// deviation of Houlsby et al. 2019, section 3.6, cut off at two of them.
at::Tensor near_zero(std::int64_t rows, std::int64_t columns) {
  constexpr double deviation = 1e-2;
  return at::empty({rows, columns}, at::kFloat)
      .normal_(0.0, deviation)
      .clamp_(-2.0 * deviation, 2.0 * deviation);
}

}  // namespace

bool ends_branch(const std::string& name, BottleneckPlaces places) {
  if (ends_with_one_of(name, attention_ends)) return places == BottleneckPlaces::both;
  return ends_with_one_of(name, mlp_ends);
}

Bottleneck new_bottleneck(const Linear& linear, std::int64_t size) {
  const std::int64_t width = linear.weight.size(0);
  const at::Device device = linear.weight.device();
  return {near_zero(size, width).to(device), at::zeros({size}, at::kFloat).to(device),
          near_zero(width, size).to(device), at::zeros({width}, at::kFloat).to(device)};
}

}  // namespace winnow::train
