#include "trainer/model/decoder_weights.hpp"

#include <fmt/format.h>

#include "trainer/model/random_weights.hpp"

namespace winnow::train {
namespace {

constexpr std::int64_t embeddings = -1;

SlotList::Bias bias(bool present) {
  return present ? SlotList::Bias::present : SlotList::Bias::absent;
}

void add_gpt2_layer(SlotList& list, const std::string& name, DecoderLayer& layer,
                    std::int64_t index, const DecoderConfig& config) {
  constexpr auto present = SlotList::Bias::present;
  constexpr auto in_out = SlotList::Storage::in_out;  // Conv1D stores (in, out)
  const std::int64_t c = config.hidden_size, inner = config.intermediate_size;
  list.norm(name + ".ln_1", layer.attention_norm, c, index);
  list.linear(name + ".attn.c_attn", layer.query_key_value, 3 * c, c, index, present, in_out);
  list.linear(name + ".attn.c_proj", layer.attention_output, c, c, index, present, in_out);
  list.norm(name + ".ln_2", layer.mlp_norm, c, index);
  list.linear(name + ".mlp.c_fc", layer.up, inner, c, index, present, in_out);
  list.linear(name + ".mlp.c_proj", layer.down, c, inner, index, present, in_out);
}

void add_llama_layer(SlotList& list, const std::string& name, DecoderLayer& layer,
                     std::int64_t index, const DecoderConfig& config) {
  const std::int64_t c = config.hidden_size, inner = config.intermediate_size;
  const std::int64_t d = config.head_size;
  const std::int64_t q = config.heads * d, k = config.key_value_heads * d;
  const SlotList::Bias query = bias(config.query_bias), mlp = bias(config.mlp_bias);
  list.tensor(name + ".input_layernorm.weight", layer.attention_norm.weight, {c}, index);
  list.linear(name + ".self_attn.q_proj", layer.query, q, c, index, query);
  list.linear(name + ".self_attn.k_proj", layer.key, k, c, index, query);
  list.linear(name + ".self_attn.v_proj", layer.value, k, c, index, query);
  if (config.family == DecoderFamily::qwen3) {
    list.tensor(name + ".self_attn.q_norm.weight", layer.query_norm, {d}, index);
    list.tensor(name + ".self_attn.k_norm.weight", layer.key_norm, {d}, index);
  }
  list.linear(name + ".self_attn.o_proj", layer.attention_output, c, q, index,
              bias(config.output_bias));
  list.tensor(name + ".post_attention_layernorm.weight", layer.mlp_norm.weight, {c}, index);
  list.linear(name + ".mlp.gate_proj", layer.gate, inner, c, index, mlp);
  list.linear(name + ".mlp.up_proj", layer.up, inner, c, index, mlp);
  list.linear(name + ".mlp.down_proj", layer.down, c, inner, index, mlp);
}

/// With or without the first part of the name.
std::string name_in_file(const std::string& name, const HasName& has) {
  if (has(name)) return name;
  const std::string shorter = name.substr(name.find('.') + 1);
  return has(shorter) ? shorter : std::string();
}

}  // namespace

SlotList decoder_slots(DecoderWeights& weights, const DecoderConfig& config) {
  const bool gpt2 = config.family == DecoderFamily::gpt2;
  const std::int64_t c = config.hidden_size;
  weights.layers.resize(static_cast<std::size_t>(config.layers));
  SlotList list;
  list.prompt = &weights.prompt;
  list.tensor(gpt2 ? "transformer.wte.weight" : "model.embed_tokens.weight",
              weights.token_embeddings, {config.vocabulary_size, c}, embeddings);
  if (gpt2) {
    list.tensor("transformer.wpe.weight", weights.position_embeddings, {config.max_positions, c},
                embeddings);
  }
  for (std::size_t i = 0; i < weights.layers.size(); ++i) {
    const std::string name = fmt::format("{}.{}", gpt2 ? "transformer.h" : "model.layers", i);
    const auto add = gpt2 ? add_gpt2_layer : add_llama_layer;
    add(list, name, weights.layers[i], static_cast<std::int64_t>(i), config);
    list.prefixes.push_back({&weights.layers[i].prefix, config.key_value_heads * config.head_size,
                             static_cast<std::int64_t>(i)});
  }
  if (gpt2) {
    list.norm("transformer.ln_f", weights.final_norm, c, config.layers);
  } else {
    list.tensor("model.norm.weight", weights.final_norm.weight, {c}, config.layers);
  }
  if (!config.tied) {
    list.tensor("lm_head.weight", weights.head, {config.vocabulary_size, c}, config.layers);
  }
  return list;
}

DecoderWeights load_decoder_weights(const std::vector<std::filesystem::path>& safetensors,
                                    const DecoderConfig& config) {
  DecoderWeights weights;
  load_slots(safetensors, decoder_slots(weights, config).weights, name_in_file);
  return weights;
}

DecoderWeights random_decoder_weights(const DecoderConfig& config, std::uint64_t seed) {
  DecoderWeights weights;
  draw_weights(decoder_slots(weights, config).weights, config.initializer_range, config.layers,
               seed);
  return weights;
}

void check_decoder_weights(const std::vector<std::filesystem::path>& safetensors,
                           const DecoderConfig& config) {
  DecoderWeights weights;
  check_slots(safetensors, decoder_slots(weights, config).weights, name_in_file);
}

std::vector<std::string> usual_lora_targets(DecoderFamily family) {
  if (family == DecoderFamily::gpt2) return {"c_attn"};
  return {"q_proj", "v_proj"};
}

}  // namespace winnow::train
