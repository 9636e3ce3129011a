#include "trainer/model/bert_weights.hpp"

#include <fmt/format.h>

#include "trainer/errors.hpp"
#include "trainer/model/random_weights.hpp"

namespace winnow::train {
namespace {

void add_layer(SlotList& list, const std::string& name, BertLayer& layer, std::int64_t index,
               const BertConfig& config) {
  const std::int64_t hidden = config.hidden_size;
  const std::int64_t inner = config.intermediate_size;
  const bool distilbert = config.family == BertFamily::distilbert;
  const auto named = [&](const char* usual, const char* in_distilbert) {
    return name + (distilbert ? in_distilbert : usual);
  };
  list.linear(named(".attention.self.query", ".attention.q_lin"), layer.query, hidden, hidden,
              index);
  list.linear(named(".attention.self.key", ".attention.k_lin"), layer.key, hidden, hidden, index);
  list.linear(named(".attention.self.value", ".attention.v_lin"), layer.value, hidden, hidden,
              index);
  list.linear(named(".attention.output.dense", ".attention.out_lin"), layer.attention_output,
              hidden, hidden, index);
  list.norm(named(".attention.output.LayerNorm", ".sa_layer_norm"), layer.attention_norm, hidden,
            index);
  list.linear(named(".intermediate.dense", ".ffn.lin1"), layer.intermediate, inner, hidden, index);
  list.linear(named(".output.dense", ".ffn.lin2"), layer.output, hidden, inner, index);
  list.norm(named(".output.LayerNorm", ".output_layer_norm"), layer.output_norm, hidden, index);
  list.prefixes.push_back({&layer.prefix, hidden, index});
}

/// Finds the name under which a file has a tensor; an empty one if it has none.
FindName name_in_file(const BertConfig& config) {
  return [prefix = prefix_of(config.family)](const std::string& name, const HasName& has) {
    std::string oldest = name;
    if (const auto at = name.find("LayerNorm.weight"); at != std::string::npos) {
      oldest.replace(at, std::string::npos, "LayerNorm.gamma");
    } else if (const auto place = name.find("LayerNorm.bias"); place != std::string::npos) {
      oldest.replace(place, std::string::npos, "LayerNorm.beta");
    }
    for (const std::string& candidate : {name, prefix + name, oldest, prefix + oldest}) {
      if (has(candidate)) return candidate;
    }
    return std::string();
  };
}

/// The pooler's name as that of a slot: BERT's is a part of the encoder, the others' of the head.
std::string pooler_slot(BertFamily family) {
  return family == BertFamily::bert ? "pooler.dense" : pooler_name(family);
}

bool has_pooler(const std::vector<std::filesystem::path>& files, const BertConfig& config) {
  for (const std::filesystem::path& path : files) {
    const SafetensorsFile file = SafetensorsFile::open(path);
    const HasName has = [&](const std::string& name) { return file.tensors().contains(name); };
    const std::string name = pooler_slot(config.family) + ".weight";
    if (!name_in_file(config)(name, has).empty()) return true;
  }
  return false;
}

}  // namespace

std::string prefix_of(BertFamily family) {
  switch (family) {
    case BertFamily::bert:
      return "bert.";
    case BertFamily::roberta:
      return "roberta.";
    case BertFamily::distilbert:
      return "distilbert.";
  }
  throw BrokenExpectation("the family is one of the three");
}

std::string pooler_name(BertFamily family) {
  if (family == BertFamily::bert) return "bert.pooler.dense";
  return family == BertFamily::roberta ? "classifier.dense" : "pre_classifier";
}

std::string classifier_name(BertFamily family) {
  return family == BertFamily::roberta ? "classifier.out_proj" : "classifier";
}

std::string whole_name(const WeightSlot& slot, const BertConfig& config) {
  const bool of_head = slot.layer == config.layers && config.family != BertFamily::bert;
  return of_head ? slot.name : prefix_of(config.family) + slot.name;
}

SlotList bert_slots(BertWeights& weights, const BertConfig& config) {
  constexpr std::int64_t embeddings = -1;
  weights.layers.resize(static_cast<std::size_t>(config.layers));
  const std::int64_t hidden = config.hidden_size;
  SlotList list;
  list.prompt = &weights.prompt;
  list.tensor("embeddings.word_embeddings.weight", weights.word_embeddings,
              {config.vocabulary_size, hidden}, embeddings);
  list.tensor("embeddings.position_embeddings.weight", weights.position_embeddings,
              {config.first_position + config.max_positions, hidden}, embeddings);
  if (config.token_types > 0) {
    list.tensor("embeddings.token_type_embeddings.weight", weights.token_type_embeddings,
                {config.token_types, hidden}, embeddings);
  }
  list.norm("embeddings.LayerNorm", weights.embedding_norm, hidden, embeddings);
  const char* layer_name =
      config.family == BertFamily::distilbert ? "transformer.layer" : "encoder.layer";
  for (std::size_t index = 0; index < weights.layers.size(); ++index) {
    add_layer(list, fmt::format("{}.{}", layer_name, index), weights.layers[index],
              static_cast<std::int64_t>(index), config);
  }
  if (weights.pooler) {
    const std::string name = pooler_slot(config.family);
    list.tensor(name + ".weight", weights.pooler->weight, {hidden, hidden}, config.layers);
    list.tensor(name + ".bias", weights.pooler->bias, {hidden}, config.layers);
  }
  return list;
}

BertWeights load_bert_weights(const std::vector<std::filesystem::path>& safetensors,
                              const BertConfig& config) {
  BertWeights weights;
  if (has_pooler(safetensors, config)) weights.pooler.emplace();
  load_slots(safetensors, bert_slots(weights, config).weights, name_in_file(config));
  return weights;
}

BertWeights random_bert_weights(const BertConfig& config, std::uint64_t seed) {
  BertWeights weights;
  weights.pooler.emplace();
  draw_weights(bert_slots(weights, config).weights, config.initializer_range, config.layers, seed);
  return weights;
}

std::vector<std::string> usual_lora_targets(BertFamily family) {
  if (family == BertFamily::distilbert) return {"q_lin", "v_lin"};
  return {"query", "value"};
}

void check_bert_weights(const std::vector<std::filesystem::path>& safetensors,
                        const BertConfig& config) {
  BertWeights weights;
  if (has_pooler(safetensors, config)) weights.pooler.emplace();
  check_slots(safetensors, bert_slots(weights, config).weights, name_in_file(config));
}

}  // namespace winnow::train
