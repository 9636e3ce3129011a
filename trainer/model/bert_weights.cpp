#include "trainer/model/bert_weights.hpp"

#include <fmt/format.h>

namespace winnow::train {
namespace {

void add_layer(SlotList& list, const std::string& name, BertLayer& layer, std::int64_t index,
               const BertConfig& config) {
  const std::int64_t hidden = config.hidden_size;
  const std::int64_t inner = config.intermediate_size;
  list.linear(name + ".attention.self.query", layer.query, hidden, hidden, index);
  list.linear(name + ".attention.self.key", layer.key, hidden, hidden, index);
  list.linear(name + ".attention.self.value", layer.value, hidden, hidden, index);
  list.linear(name + ".attention.output.dense", layer.attention_output, hidden, hidden, index);
  list.norm(name + ".attention.output.LayerNorm", layer.attention_norm, hidden, index);
  list.linear(name + ".intermediate.dense", layer.intermediate, inner, hidden, index);
  list.linear(name + ".output.dense", layer.output, hidden, inner, index);
  list.norm(name + ".output.LayerNorm", layer.output_norm, hidden, index);
}

/// The name under which the file has a tensor, or an empty one.
std::string name_in_file(const std::string& name, const HasName& has) {
  std::string oldest = name;
  if (const auto at = name.find("LayerNorm.weight"); at != std::string::npos) {
    oldest.replace(at, std::string::npos, "LayerNorm.gamma");
  } else if (const auto place = name.find("LayerNorm.bias"); place != std::string::npos) {
    oldest.replace(place, std::string::npos, "LayerNorm.beta");
  }
  for (const std::string& candidate : {name, "bert." + name, oldest, "bert." + oldest}) {
    if (has(candidate)) return candidate;
  }
  return {};
}

bool has_pooler(const std::vector<std::filesystem::path>& files) {
  for (const std::filesystem::path& path : files) {
    const SafetensorsFile file = SafetensorsFile::open(path);
    const HasName has = [&](const std::string& name) { return file.tensors().contains(name); };
    if (!name_in_file("pooler.dense.weight", has).empty()) return true;
  }
  return false;
}

}  // namespace

SlotList bert_slots(BertWeights& weights, const BertConfig& config) {
  constexpr std::int64_t embeddings = -1;
  weights.layers.resize(static_cast<std::size_t>(config.layers));
  const std::int64_t hidden = config.hidden_size;
  SlotList list;
  list.tensor("embeddings.word_embeddings.weight", weights.word_embeddings,
              {config.vocabulary_size, hidden}, embeddings);
  list.tensor("embeddings.position_embeddings.weight", weights.position_embeddings,
              {config.max_positions, hidden}, embeddings);
  list.tensor("embeddings.token_type_embeddings.weight", weights.token_type_embeddings,
              {config.token_types, hidden}, embeddings);
  list.norm("embeddings.LayerNorm", weights.embedding_norm, hidden, embeddings);
  for (std::size_t index = 0; index < weights.layers.size(); ++index) {
    add_layer(list, fmt::format("encoder.layer.{}", index), weights.layers[index],
              static_cast<std::int64_t>(index), config);
  }
  if (weights.pooler) {
    list.tensor("pooler.dense.weight", weights.pooler->weight, {hidden, hidden}, config.layers);
    list.tensor("pooler.dense.bias", weights.pooler->bias, {hidden}, config.layers);
  }
  return list;
}

BertWeights load_bert_weights(const std::vector<std::filesystem::path>& safetensors,
                              const BertConfig& config) {
  BertWeights weights;
  if (has_pooler(safetensors)) weights.pooler.emplace();
  load_slots(safetensors, bert_slots(weights, config).weights, name_in_file);
  return weights;
}

}  // namespace winnow::train
