#include "trainer/model/llama2c_file.hpp"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <array>
#include <cstdlib>
#include <cstring>

#include "trainer/errors.hpp"
#include "trainer/model/config_keys.hpp"
#include "trainer/weights/mapped_file.hpp"

namespace winnow::train {
namespace {

struct Shape {
  std::int64_t hidden, inner, layers, heads, key_value_heads, vocabulary, context;
  bool tied;
};

Shape read_shape(std::span<const std::byte> bytes, const std::string& source) {
  std::array<std::int32_t, 7> words{};
  if (bytes.size() < sizeof words) throw ConfigError(source, "is too short for a llama2.c model");
  std::memcpy(words.data(), bytes.data(), sizeof words);
  const std::int64_t vocabulary = words[5];
  const Shape shape{words[0], words[1],      words[2], words[3], words[4], std::abs(vocabulary),
                    words[6], vocabulary > 0};
  for (const std::int64_t size : {shape.hidden, shape.inner, shape.layers, shape.heads,
                                  shape.key_value_heads, shape.vocabulary, shape.context}) {
    if (size < 1 || size > ConfigKeys::max_size) {
      throw ConfigError(source, fmt::format("is no llama2.c model: a size of {}", size));
    }
  }
  const bool fits = shape.layers <= ConfigKeys::max_layers && shape.hidden % shape.heads == 0 &&
                    shape.heads % shape.key_value_heads == 0 && shape.hidden / shape.heads % 2 == 0;
  if (!fits) throw ConfigError(source, "is no llama2.c model: its sizes do not fit together");
  return shape;
}

/// Hands out one array after the other.
class Arrays {
 public:
  Arrays(std::span<const std::byte> bytes, std::string source)
      : rest_(bytes), source_(std::move(source)) {}

  at::Tensor take(std::vector<std::int64_t> sizes) {
    const std::size_t size = bytes_of(sizes);
    if (size > rest_.size()) {
      throw ConfigError(source_, fmt::format("ends early: {} more bytes of an array are needed, {} "
                                             "are left",
                                             size, rest_.size()));
    }
    at::Tensor tensor = at::empty(sizes, at::kFloat);
    std::memcpy(tensor.data_ptr<float>(), rest_.data(), size);
    rest_ = rest_.subspan(size);
    return tensor;
  }

  std::size_t left() const { return rest_.size(); }

 private:
  /// No product of three sizes of a model reaches 2^63.
  static std::size_t bytes_of(const std::vector<std::int64_t>& sizes) {
    std::size_t count = sizeof(float);
    for (const std::int64_t size : sizes) count *= static_cast<std::size_t>(size);
    return count;
  }

  std::span<const std::byte> rest_;
  std::string source_;
};

/// Rows of each head from pairs (0, 1), (2, 3) … to first the even, then the odd ones.
at::Tensor halves_of_pairs(const at::Tensor& weight, std::int64_t heads) {
  const std::int64_t in = weight.size(1);
  return weight.view({heads, -1, 2, in}).transpose(1, 2).reshape({-1, in}).contiguous();
}

nlohmann::json config_of(const Shape& shape) {
  return {{"architectures", {"LlamaForCausalLM"}},
          {"model_type", "llama"},
          {"hidden_size", shape.hidden},
          {"intermediate_size", shape.inner},
          {"num_hidden_layers", shape.layers},
          {"num_attention_heads", shape.heads},
          {"num_key_value_heads", shape.key_value_heads},
          {"vocab_size", shape.vocabulary},
          {"max_position_embeddings", shape.context},
          {"tie_word_embeddings", shape.tied},
          {"hidden_act", "silu"},
          {"rms_norm_eps", 1e-5},    // of llama2.c's rmsnorm()
          {"rope_theta", 10000.0},   // of its rotation
          {"bos_token_id", 1},       // of the Llama 2 tokenizer, which its models have;
          {"eos_token_id", {1, 2}},  // a text ends where the next one begins
          {"torch_dtype", "float32"}};
}

}  // namespace

Llama2cModel read_llama2c(const std::filesystem::path& path) {
  const MappedFile file(path);
  const Shape shape = read_shape(file.bytes(), path.string());
  Arrays arrays(file.bytes().subspan(7 * sizeof(std::int32_t)), path.string());
  const std::int64_t c = shape.hidden, layers = shape.layers;
  const std::int64_t k = c / shape.heads * shape.key_value_heads;
  Llama2cModel model{config_of(shape), {}, 0};
  NamedTensors& tensors = model.tensors;
  tensors.emplace("model.embed_tokens.weight", arrays.take({shape.vocabulary, c}));
  const auto by_layer = [&](const std::string& name, const at::Tensor& all, std::int64_t heads) {
    for (std::int64_t i = 0; i < layers; ++i) {
      const at::Tensor one = all.select(0, i);
      tensors.emplace(fmt::format("model.layers.{}.{}.weight", i, name),
                      heads > 0 ? halves_of_pairs(one, heads) : one.clone());
    }
  };
  by_layer("input_layernorm", arrays.take({layers, c}), 0);
  by_layer("self_attn.q_proj", arrays.take({layers, c, c}), shape.heads);
  by_layer("self_attn.k_proj", arrays.take({layers, k, c}), shape.key_value_heads);
  by_layer("self_attn.v_proj", arrays.take({layers, k, c}), 0);
  by_layer("self_attn.o_proj", arrays.take({layers, c, c}), 0);
  by_layer("post_attention_layernorm", arrays.take({layers, c}), 0);
  by_layer("mlp.gate_proj", arrays.take({layers, shape.inner, c}), 0);
  by_layer("mlp.down_proj", arrays.take({layers, c, shape.inner}), 0);
  by_layer("mlp.up_proj", arrays.take({layers, shape.inner, c}), 0);
  tensors.emplace("model.norm.weight", arrays.take({c}));
  arrays.take({2, shape.context, c / shape.heads / 2});  // cosines and sines, computed here
  if (!shape.tied) tensors.emplace("lm_head.weight", arrays.take({shape.vocabulary, c}));
  model.bytes = file.bytes().size() - arrays.left();
  return model;
}

}  // namespace winnow::train
