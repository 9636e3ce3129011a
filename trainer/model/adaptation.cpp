#include "trainer/model/adaptation.hpp"

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "trainer/errors.hpp"
#include "trainer/random_streams.hpp"

namespace winnow::train {
namespace {

std::vector<std::string> split_at_commas(const std::string& text) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  while (begin <= text.size()) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    const std::size_t first = text.find_first_not_of(' ', begin);
    const std::size_t last = text.find_last_not_of(' ', end - (end > begin ? 1 : 0));
    if (first < end && last != std::string::npos) {
      parts.push_back(text.substr(first, last - first + 1));
    }
    begin = end + 1;
  }
  return parts;
}

/// PEFT's rule: the whole name, or its end after a dot.
bool ends_with_target(const std::string& name, const std::string& target) {
  return name == target || name.ends_with("." + target);
}

/// The part of a name that is the same in every layer: what follows the layer's number.
std::string name_within_layer(const std::string& name) {
  for (std::size_t dot = name.find('.'); dot != std::string::npos; dot = name.find('.', dot + 1)) {
    const std::size_t next = name.find('.', dot + 1);
    if (next == std::string::npos) break;
    const std::string part = name.substr(dot + 1, next - dot - 1);
    if (part.find_first_not_of("0123456789") == std::string::npos) return name.substr(next + 1);
  }
  return name;
}

LowRank new_low_rank(const Linear& linear, const LoraOptions& options) {
  const std::int64_t out = linear.weight.size(0), in = linear.weight.size(1);
  const double bound = 1.0 / std::sqrt(static_cast<double>(in));
  const at::Device device = linear.weight.device();
  return {at::empty({options.rank, in}, at::kFloat).uniform_(-bound, bound).to(device),
          at::zeros({out, options.rank}, at::kFloat).to(device), low_rank_scale(options)};
}

}  // namespace

void TrainedTensors::add(const std::string& name, const at::Tensor& tensor, std::int64_t layer) {
  tensor.set_requires_grad(true);
  expect(tensors.emplace(name, tensor).second, "trained tensors have names of their own");
  layers.emplace(name, layer);
}

std::vector<std::string> lora_targets(const LoraOptions& options,
                                      const std::vector<LinearSlot>& linears,
                                      const std::vector<std::string>& usual) {
  std::vector<std::string> endings;
  for (const LinearSlot& slot : linears) {
    const std::string ending = name_within_layer(slot.name);
    if (std::find(endings.begin(), endings.end(), ending) == endings.end()) {
      endings.push_back(ending);
    }
  }
  if (options.targets.empty()) return usual;
  if (options.targets == "all-linear") return endings;
  const std::vector<std::string> targets = split_at_commas(options.targets);
  std::vector<Fault> faults;
  if (targets.empty()) faults.push_back({"lora_targets", "names no linear map"});
  for (const std::string& target : targets) {
    const bool known = std::any_of(linears.begin(), linears.end(), [&](const LinearSlot& slot) {
      return ends_with_target(slot.name, target);
    });
    if (known) continue;
    faults.push_back({"lora_targets", fmt::format("no linear map of the model ends in \"{}\"; they "
                                                  "end in {}",
                                                  target, fmt::join(endings, ", "))});
  }
  if (!faults.empty()) throw ConfigError(std::move(faults));
  return targets;
}

TrainedTensors adapt(const SlotList& slots, const Adaptation& adaptation,
                     const std::vector<std::string>& targets, std::int64_t layers,
                     const std::string& prefix, std::uint64_t seed) {
  const std::int64_t lowest = frozen_layer_count(adaptation, layers).value_or(-1);
  TrainedTensors trained;
  if (adaptation.kind != AdaptationKind::lora) {
    for (const WeightSlot& slot : slots.weights) {
      const bool kind = adaptation.kind == AdaptationKind::full || slot.name.ends_with(".bias");
      if (slot.layer >= lowest && slot.layer < layers && kind) {
        trained.add(prefix + slot.name, *slot.tensor, slot.layer);
      }
    }
    return trained;
  }
  at::manual_seed(mixed_seed(seed, RandomPurpose::low_rank, 0));
  for (const LinearSlot& slot : slots.linears) {
    const bool is_target = std::any_of(targets.begin(), targets.end(), [&](const auto& target) {
      return ends_with_target(slot.name, target);
    });
    if (slot.layer < lowest || !is_target) continue;
    slot.linear->low_rank = new_low_rank(*slot.linear, adaptation.lora);
    trained.add(prefix + slot.name + ".lora_A.weight", slot.linear->low_rank.a, slot.layer);
    trained.add(prefix + slot.name + ".lora_B.weight", slot.linear->low_rank.b, slot.layer);
  }
  return trained;
}

void merge_low_rank(const std::vector<LinearSlot>& linears) {
  const at::NoGradGuard no_gradients;
  for (const LinearSlot& slot : linears) {
    LowRank& low_rank = slot.linear->low_rank;
    if (!low_rank.a.defined()) continue;
    slot.linear->weight = slot.linear->weight + at::matmul(low_rank.b, low_rank.a) * low_rank.scale;
    low_rank = {};
  }
}

}  // namespace winnow::train
