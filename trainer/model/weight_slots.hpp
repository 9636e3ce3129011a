// Where the tensors of a model go: their names in files, their shapes, their layers. A model lists
// its slots; reading, training, adapting and writing go over the list.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "trainer/model/linear.hpp"
#include "trainer/model/prefix.hpp"
#include "trainer/model/tensors.hpp"

namespace winnow::train {

/// One tensor of a model and its place from the bottom: -1 the embeddings, 0 … L-1 the layers, L
/// what lies above.
struct WeightSlot {
  std::string name;  // as in a Hugging Face file, without the prefix of the whole model
  at::Tensor* tensor = nullptr;
  std::vector<std::int64_t> shape;
  std::int64_t layer = 0;
  bool transposed = false;  // the file has it as (in, out)
};

/// One linear map inside a layer.
struct LinearSlot {
  std::string name;  // without ".weight"
  Linear* linear = nullptr;
  std::int64_t layer = 0;
};

/// Where a layer takes keys and values that stand in front of its own.
struct PrefixSlot {
  Prefix* prefix = nullptr;
  std::int64_t width = 0;  // of a token's keys
  std::int64_t layer = 0;
};

struct SlotList {
  std::vector<WeightSlot> weights;  // from the bottom to the top: the first is the tokens' table
  std::vector<LinearSlot> linears;
  std::vector<PrefixSlot> prefixes;  // one a layer
  at::Tensor* prompt = nullptr;      // embeddings of virtual tokens

  void tensor(const std::string& name, at::Tensor& tensor, std::vector<std::int64_t> shape,
              std::int64_t layer);
  void norm(const std::string& name, LayerNorm& norm, std::int64_t size, std::int64_t layer);
  enum class Bias { absent, present };
  enum class Storage { out_in, in_out };
  /// Also a linear slot.
  void linear(const std::string& name, Linear& linear, std::int64_t out, std::int64_t in,
              std::int64_t layer, Bias bias = Bias::present, Storage storage = Storage::out_in);
};

/// Fills the slots from safetensors files as fp32. `find_name` gives the name under which the files
/// have a slot, or an empty one; `has` says whether the files have a name. Throws ConfigError
/// listing every tensor that is missing or has another shape than config.json says.
using HasName = std::function<bool(const std::string&)>;
using FindName = std::function<std::string(const std::string& slot, const HasName& has)>;
void load_slots(const std::vector<std::filesystem::path>& files,
                const std::vector<WeightSlot>& slots, const FindName& find_name);
/// The same without reading any weights: only what the headers of the files say.
void check_slots(const std::vector<std::filesystem::path>& files,
                 const std::vector<WeightSlot>& slots, const FindName& find_name);

}  // namespace winnow::train
