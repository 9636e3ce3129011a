#include "trainer/optim/arena.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <tuple>

#include "trainer/errors.hpp"

namespace winnow::train {
namespace {

bool comes_before(const Parameter& a, const Parameter& b) {
  const auto key = [](const Parameter& parameter) {
    const UpdateGroup& group = parameter.group;
    return std::tuple(group.first_step, -group.rate_factor, group.decays);
  };
  return key(a) < key(b);
}

std::int64_t columns_of(const Parameter& parameter, std::int64_t trials) {
  expect(parameter.tensor.numel() % trials == 0, "a stacked tensor has a slice for each trial");
  return parameter.tensor.numel() / trials;
}

}  // namespace

Arena::Arena(std::vector<Parameter> parameters, std::int64_t trials,
             std::optional<at::ScalarType> computed) {
  expect(!parameters.empty(), "there is something to train");
  std::stable_sort(parameters.begin(), parameters.end(), comes_before);
  std::int64_t columns = 0;
  for (const Parameter& parameter : parameters) {
    places_.push_back({parameter.name, columns, parameter.tensor.sizes().vec(),
                       parameter.group.first_step, parameter.layer});
    const std::int64_t begin = columns;
    columns += columns_of(parameter, trials);
    if (ranges_.empty() || !(ranges_.back().group == parameter.group)) {
      ranges_.push_back({begin, begin, parameter.group});
    }
    ranges_.back().end = columns;
  }
  const at::NoGradGuard no_gradients;
  values_ = at::empty({trials, columns}, parameters.front().tensor.options().requires_grad(false));
  gradients_ = at::zeros_like(values_);
  if (computed && *computed != values_.scalar_type()) {
    rounded_ = at::empty_like(values_, values_.options().dtype(*computed));
    rounded_gradients_ = at::zeros_like(rounded_);
  }
  const bool rounds = rounded_.defined();
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const at::Tensor& tensor = parameters[i].tensor;
    view(values_, places_[i]).copy_(tensor);
    // The tensor stays the object that the model holds; only its storage changes.
    tensor.set_data(view(rounds ? rounded_ : values_, places_[i]));
    tensor.mutable_grad() = view(rounds ? rounded_gradients_ : gradients_, places_[i]);
  }
  publish();
}

at::Tensor Arena::view(const at::Tensor& block, const Place& place) const {
  std::int64_t numbers = 1;
  for (const std::int64_t size : place.sizes) numbers *= size;
  return block.narrow(1, place.begin, numbers / trials()).view(place.sizes);
}

at::Tensor Arena::zeros() const { return at::zeros_like(values_); }

NamedTensors Arena::views(const at::Tensor& block, const std::string& prefix) const {
  NamedTensors named;
  for (const Place& place : places_) named.emplace(prefix + place.name, view(block, place));
  return named;
}

void Arena::clear_gradients() {
  gradients_.zero_();
  if (rounded_gradients_.defined()) rounded_gradients_.zero_();
}

void Arena::take_gradients() {
  if (!rounded_gradients_.defined()) return;
  const at::NoGradGuard no_gradients;
  gradients_.add_(rounded_gradients_);
  rounded_gradients_.zero_();
}

void Arena::publish() {
  if (!rounded_.defined()) return;
  const at::NoGradGuard no_gradients;
  rounded_.copy_(values_);
}

std::map<std::int64_t, double> Arena::gradient_sizes(std::int64_t step) const {
  struct Sum {
    double squares = 0.0;
    std::int64_t count = 0;
  };
  const at::NoGradGuard no_gradients;
  std::map<std::int64_t, Sum> sums;
  for (const Place& place : places_) {
    if (step < place.first_step) continue;
    const at::Tensor part = view(gradients_, place).flatten();
    const double norm = part.norm().item<double>();
    sums[place.layer].squares += norm * norm;
    sums[place.layer].count += part.numel();
  }
  std::map<std::int64_t, double> sizes;
  for (const auto& [layer, sum] : sums) {
    sizes[layer] = std::sqrt(sum.squares / static_cast<double>(sum.count));
  }
  return sizes;
}

void add_penalties(const Arena& arena, double l1, double l2, std::int64_t step) {
  const at::NoGradGuard no_gradients;
  for (const Arena::Range& range : arena.ranges()) {
    if (!range.group.decays || step < range.group.first_step) continue;
    const std::int64_t length = range.end - range.begin;
    const at::Tensor values = arena.values().narrow(1, range.begin, length);
    at::Tensor gradients = arena.gradients().narrow(1, range.begin, length);
    if (l1 != 0.0) gradients.add_(values.sign(), l1);
    if (l2 != 0.0) gradients.add_(values, l2);
  }
}

}  // namespace winnow::train
