// Marks the tensors of a model that training changes, and puts beside them what is learned instead.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "trainer/model/adaptation_options.hpp"
#include "trainer/model/weight_slots.hpp"

namespace winnow::train {

/// The tensors that training changes, each with its layer as in WeightSlot. They require gradients.
struct TrainedTensors {
  NamedTensors tensors;
  std::map<std::string, std::int64_t> layers;

  void add(const std::string& name, const at::Tensor& tensor, std::int64_t layer);
};

/// The targets as a list; "all-linear" and the usual ones spelt out. Throws ConfigError when one of
/// them ends no name of `linears`.
std::vector<std::string> lora_targets(const LoraOptions& options,
                                      const std::vector<LinearSlot>& linears,
                                      const std::vector<std::string>& usual);

/// Marks what is trained inside the layers and the embeddings, or adds what is learned beside them
/// (drawn from `seed` alone; of low-rank additions A uniform with bound 1/√in as PEFT's, B zero),
/// and returns it. Names get `prefix`, but not those of virtual tokens: prompt_embeddings, and
/// prefix_name() of each layer.
TrainedTensors adapt(const SlotList& slots, const Adaptation& adaptation,
                     const std::vector<std::string>& targets, std::int64_t layers,
                     const std::string& prefix, std::uint64_t seed);

/// The name of a layer's "keys" or "values" in front of its own.
std::string prefix_name(std::int64_t layer, const char* part);

/// Adds each low-rank addition to its weight and takes it away.
void merge_low_rank(const std::vector<LinearSlot>& linears);

}  // namespace winnow::train
