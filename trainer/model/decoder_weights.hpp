// The tensors of a causal language model, under the names that Hugging Face files give them.
#pragma once

#include <filesystem>
#include <vector>

#include "trainer/model/decoder_config.hpp"
#include "trainer/model/weight_slots.hpp"

namespace winnow::train {

/// One layer of either kind; what a family has not is undefined. Shapes: Q = heads·D,
/// K = key_value_heads·D, I inner size.
struct DecoderLayer {
  LayerNorm attention_norm;  // without bias: RMS norm
  Linear query_key_value;    // (3C, C): GPT-2
  Linear query, key, value;  // (Q, C), (K, C), (K, C): the others
  at::Tensor query_norm;     // (D): Qwen3, per head
  at::Tensor key_norm;       // (D): Qwen3, per head
  Linear attention_output;   // (C, Q)
  LayerNorm mlp_norm;
  Linear gate;  // (I, C): not GPT-2
  Linear up;    // (I, C)
  Linear down;  // (C, I)
  Prefix prefix;
};

struct DecoderWeights {
  at::Tensor token_embeddings;     // (V, C)
  at::Tensor position_embeddings;  // (positions, C): GPT-2
  at::Tensor prompt;               // (n, C) in front of each row; undefined: nothing
  std::vector<DecoderLayer> layers;
  LayerNorm final_norm;
  at::Tensor head;  // (V, C); undefined when it is the token embeddings
};

/// All slots under the names of the class with a head (LlamaForCausalLM, GPT2LMHeadModel). The
/// layer of the last norm and of a head of its own is L. They point into `weights`, whose layers
/// are created if absent.
SlotList decoder_slots(DecoderWeights& weights, const DecoderConfig& config);

/// Reads fp32, fp16 or bf16 weights as fp32. Names may lack the prefix of the class with a head;
/// masks and frequencies that old files carry are ignored. Throws ConfigError.
DecoderWeights load_decoder_weights(const std::vector<std::filesystem::path>& safetensors,
                                    const DecoderConfig& config);

/// New weights, see draw_weights().
DecoderWeights random_decoder_weights(const DecoderConfig& config, std::uint64_t seed);

/// The same ConfigError, found in the headers of the files: nothing is read.
void check_decoder_weights(const std::vector<std::filesystem::path>& safetensors,
                           const DecoderConfig& config);

/// PEFT's usual places of low-rank additions.
std::vector<std::string> usual_lora_targets(DecoderFamily family);

}  // namespace winnow::train
