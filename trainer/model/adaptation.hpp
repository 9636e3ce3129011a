// Marks the tensors of a model that training changes and puts low-rank additions beside them.
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

/// Marks what is trained inside the layers and the embeddings, adds low-rank additions (A drawn
/// from `seed` alone, uniform with bound 1/√in as PEFT's; B zero), and returns both. Names get
/// `prefix`.
TrainedTensors adapt(const SlotList& slots, const Adaptation& adaptation,
                     const std::vector<std::string>& targets, std::int64_t layers,
                     const std::string& prefix, std::uint64_t seed);

/// Adds each low-rank addition to its weight and takes it away.
void merge_low_rank(const std::vector<LinearSlot>& linears);

}  // namespace winnow::train
