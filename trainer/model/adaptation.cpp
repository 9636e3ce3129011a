#include "trainer/model/adaptation.hpp"

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "trainer/errors.hpp"
#include "trainer/model/bottleneck.hpp"
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

/// What adapt() is asked for, and what it gathers.
struct Adding {
  const SlotList& slots;
  const Adaptation& adaptation;
  const std::string& prefix;  // of names
  std::int64_t lowest = 0;    // trained layer
  TrainedTensors trained = {};
};

void add_low_rank(Adding& adding, const std::vector<std::string>& targets) {
  for (const LinearSlot& slot : adding.slots.linears) {
    const bool is_target = std::any_of(targets.begin(), targets.end(), [&](const auto& target) {
      return ends_with_target(slot.name, target);
    });
    if (slot.layer < adding.lowest || !is_target) continue;
    slot.linear->low_rank = new_low_rank(*slot.linear, adding.adaptation.lora);
    const std::string name = adding.prefix + slot.name;
    adding.trained.add(name + ".lora_A.weight", slot.linear->low_rank.a, slot.layer);
    adding.trained.add(name + ".lora_B.weight", slot.linear->low_rank.b, slot.layer);
  }
}

void add_bottlenecks(Adding& adding) {
  const BottleneckOptions& options = adding.adaptation.bottleneck;
  for (const LinearSlot& slot : adding.slots.linears) {
    if (slot.layer < adding.lowest || !ends_branch(slot.name, options.places)) continue;
    slot.linear->bottleneck = new_bottleneck(*slot.linear, options.size);
    const Bottleneck& bottleneck = slot.linear->bottleneck;
    const std::string name = adding.prefix + slot.name;
    adding.trained.add(name + ".adapter_down.weight", bottleneck.down, slot.layer);
    adding.trained.add(name + ".adapter_down.bias", bottleneck.down_bias, slot.layer);
    adding.trained.add(name + ".adapter_up.weight", bottleneck.up, slot.layer);
    adding.trained.add(name + ".adapter_up.bias", bottleneck.up_bias, slot.layer);
  }
}

/// Numbers of the size of new weights, so that the prefix attracts little attention at first.
void add_prefixes(Adding& adding) {
  constexpr double deviation = 0.02;  // initializer_range, the default of every family here
  const at::Device device = adding.slots.weights.front().tensor->device();
  const std::int64_t count = adding.adaptation.virtual_tokens;
  for (const PrefixSlot& slot : adding.slots.prefixes) {
    const auto drawn = [&] {
      return at::empty({count, slot.width}, at::kFloat).normal_(0.0, deviation).to(device);
    };
    *slot.prefix = {drawn(), drawn()};
    adding.trained.add(prefix_name(slot.layer, "keys"), slot.prefix->keys, slot.layer);
    adding.trained.add(prefix_name(slot.layer, "values"), slot.prefix->values, slot.layer);
  }
}

/// Begins with the embeddings of tokens drawn from the vocabulary, which Lester et al. 2021,
/// section 3.2, found better than random numbers.
void add_prompt(Adding& adding) {
  const at::Tensor& table = *adding.slots.weights.front().tensor;
  const at::Tensor tokens =
      at::randint(table.size(0), {adding.adaptation.virtual_tokens}, at::kLong).to(table.device());
  *adding.slots.prompt = table.index_select(0, tokens);
  adding.trained.add("prompt_embeddings", *adding.slots.prompt, /*layer=*/-1);
}

}  // namespace

std::string prefix_name(std::int64_t layer, const char* part) {
  return fmt::format("prefix.{}.{}", layer, part);
}

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
  Adding adding{slots, adaptation, prefix, lowest};
  at::manual_seed(mixed_seed(seed, RandomPurpose::addition, 0));
  switch (adaptation.kind) {
    case AdaptationKind::lora:
      add_low_rank(adding, targets);
      break;
    case AdaptationKind::adapters:
      add_bottlenecks(adding);
      break;
    case AdaptationKind::prefix:
      add_prefixes(adding);
      break;
    case AdaptationKind::prompt:
      add_prompt(adding);
      break;
    case AdaptationKind::full:
    case AdaptationKind::bitfit:
      for (const WeightSlot& slot : slots.weights) {
        const bool kind = adaptation.kind == AdaptationKind::full || slot.name.ends_with(".bias");
        if (slot.layer >= lowest && slot.layer < layers && kind) {
          adding.trained.add(prefix + slot.name, *slot.tensor, slot.layer);
        }
      }
  }
  return adding.trained;
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
