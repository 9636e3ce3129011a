#include "trainer/model/bert_weights.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "trainer/errors.hpp"
#include "trainer/model/tensors.hpp"

namespace winnow::train {
namespace {

class SlotList {
 public:
  void tensor(const std::string& name, at::Tensor& tensor, std::vector<std::int64_t> shape) {
    slots_.push_back({name, &tensor, std::move(shape), layer_});
  }
  void linear(const std::string& name, Linear& linear, std::int64_t out, std::int64_t in) {
    tensor(name + ".weight", linear.weight, {out, in});
    tensor(name + ".bias", linear.bias, {out});
  }
  void norm(const std::string& name, LayerNorm& norm, std::int64_t size) {
    tensor(name + ".weight", norm.weight, {size});
    tensor(name + ".bias", norm.bias, {size});
  }
  void next_layer() { ++layer_; }
  std::vector<WeightSlot> slots() && { return std::move(slots_); }

 private:
  std::vector<WeightSlot> slots_;
  std::int64_t layer_ = -1;
};

void add_layer(SlotList& list, const std::string& name, BertLayer& layer,
               const BertConfig& config) {
  const std::int64_t hidden = config.hidden_size;
  list.linear(name + ".attention.self.query", layer.query, hidden, hidden);
  list.linear(name + ".attention.self.key", layer.key, hidden, hidden);
  list.linear(name + ".attention.self.value", layer.value, hidden, hidden);
  list.linear(name + ".attention.output.dense", layer.attention_output, hidden, hidden);
  list.norm(name + ".attention.output.LayerNorm", layer.attention_norm, hidden);
  list.linear(name + ".intermediate.dense", layer.intermediate, config.intermediate_size, hidden);
  list.linear(name + ".output.dense", layer.output, hidden, config.intermediate_size);
  list.norm(name + ".output.LayerNorm", layer.output_norm, hidden);
}

/// The name under which the file has a tensor, or an empty one.
std::string name_in_file(const SafetensorsFile& file, const std::string& name) {
  std::string oldest = name;
  if (const auto at = name.find("LayerNorm.weight"); at != std::string::npos) {
    oldest.replace(at, std::string::npos, "LayerNorm.gamma");
  } else if (const auto place = name.find("LayerNorm.bias"); place != std::string::npos) {
    oldest.replace(place, std::string::npos, "LayerNorm.beta");
  }
  for (const std::string& candidate : {name, "bert." + name, oldest, "bert." + oldest}) {
    if (file.tensors().contains(candidate)) return candidate;
  }
  return {};
}

}  // namespace

std::vector<WeightSlot> weight_slots(BertWeights& weights, const BertConfig& config) {
  weights.layers.resize(static_cast<std::size_t>(config.layers));
  const std::int64_t hidden = config.hidden_size;
  SlotList list;
  list.tensor("embeddings.word_embeddings.weight", weights.word_embeddings,
              {config.vocabulary_size, hidden});
  list.tensor("embeddings.position_embeddings.weight", weights.position_embeddings,
              {config.max_positions, hidden});
  list.tensor("embeddings.token_type_embeddings.weight", weights.token_type_embeddings,
              {config.token_types, hidden});
  list.norm("embeddings.LayerNorm", weights.embedding_norm, hidden);
  for (std::size_t index = 0; index < weights.layers.size(); ++index) {
    list.next_layer();
    add_layer(list, fmt::format("encoder.layer.{}", index), weights.layers[index], config);
  }
  list.next_layer();
  if (weights.pooler) list.linear("pooler.dense", *weights.pooler, hidden, hidden);
  return std::move(list).slots();
}

BertWeights load_bert_weights(const std::filesystem::path& safetensors, const BertConfig& config) {
  const SafetensorsFile file = SafetensorsFile::open(safetensors);
  BertWeights weights;
  if (!name_in_file(file, "pooler.dense.weight").empty()) weights.pooler.emplace();
  std::vector<Fault> faults;
  for (const WeightSlot& slot : weight_slots(weights, config)) {
    const std::string name = name_in_file(file, slot.name);
    const std::string place = safetensors.string() + ": " + slot.name;
    if (name.empty()) {
      faults.push_back({place, "is missing"});
    } else if (file.tensors().at(name).shape != slot.shape) {
      faults.push_back({place, fmt::format("has shape [{}], config.json says [{}]",
                                           fmt::join(file.tensors().at(name).shape, ", "),
                                           fmt::join(slot.shape, ", "))});
    } else {
      *slot.tensor = read_tensor(file, name);
    }
  }
  if (!faults.empty()) throw ConfigError(std::move(faults));
  return weights;
}

}  // namespace winnow::train
