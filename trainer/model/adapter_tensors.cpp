#include "trainer/model/adapter_tensors.hpp"

#include <ATen/ATen.h>

#include <algorithm>

#include "trainer/errors.hpp"

namespace winnow::train {
namespace {

constexpr const char* file_name = "adapter_model.safetensors";
const std::string prompt_name = "prompt_embeddings";

/// PEFT's wrapper (base_model) holds the model itself, or where maps are replaced inside of it one
/// more wrapper that calls it model.
std::string prefix_of(AdaptationKind kind) {
  const bool is_outside = kind == AdaptationKind::prefix || kind == AdaptationKind::prompt;
  return is_outside ? "base_model." : "base_model.model.";
}

bool is_prefix_name(const std::string& name) { return name.starts_with("prefix."); }

std::int64_t layers_with_prefix(const TrainedTensors& trained) {
  return std::count_if(trained.tensors.begin(), trained.tensors.end(),
                       [](const auto& entry) { return is_prefix_name(entry.first); }) /
         2;
}

/// Keys and values of all layers side by side, layer by layer: (n, L·2·K).
at::Tensor joined_prefixes(const TrainedTensors& trained) {
  std::vector<at::Tensor> parts;
  for (std::int64_t layer = 0; layer < layers_with_prefix(trained); ++layer) {
    parts.push_back(trained.tensors.at(prefix_name(layer, "keys")));
    parts.push_back(trained.tensors.at(prefix_name(layer, "values")));
  }
  return at::cat(parts, 1).detach();
}

/// The same tensors under our names again; a shape that does not divide stays whole, to be refused
/// by name.
NamedTensors divided_prefixes(const at::Tensor& joined, std::int64_t layers) {
  if (joined.dim() != 2 || layers == 0 || joined.size(1) % (2 * layers) != 0) {
    return {{prompt_name, joined}};
  }
  const auto parts = joined.chunk(2 * layers, 1);
  NamedTensors divided;
  for (std::int64_t layer = 0; layer < layers; ++layer) {
    const auto first = static_cast<std::size_t>(2 * layer);
    divided.emplace(prefix_name(layer, "keys"), parts[first]);
    divided.emplace(prefix_name(layer, "values"), parts[first + 1]);
  }
  return divided;
}

}  // namespace

void write_adapter_tensors(const std::filesystem::path& folder, AdaptationKind kind,
                           const TrainedTensors& trained) {
  NamedTensors tensors;
  for (const auto& [name, tensor] : trained.tensors) {
    if (is_prefix_name(name)) continue;
    tensors.emplace(name == prompt_name ? name : prefix_of(kind) + name, tensor);
  }
  if (kind == AdaptationKind::prefix) tensors.emplace(prompt_name, joined_prefixes(trained));
  write_tensors(folder / file_name, tensors);
}

void read_adapter_tensors(const std::filesystem::path& folder, AdaptationKind kind,
                          const TrainedTensors& trained) {
  const std::filesystem::path path = folder / file_name;
  const std::string prefix = prefix_of(kind);
  NamedTensors tensors;
  for (const auto& [name, tensor] : read_tensors(path)) {
    if (name == prompt_name && kind == AdaptationKind::prefix) {
      tensors.merge(divided_prefixes(tensor, layers_with_prefix(trained)));
    } else if (name == prompt_name) {
      tensors.emplace(name, tensor);
    } else if (name.starts_with(prefix)) {
      tensors.emplace(name.substr(prefix.size()), tensor);
    } else {
      throw ConfigError(path.string() + ": " + name, "does not begin with " + prefix);
    }
  }
  copy_values(tensors, trained.tensors, path.string());
}

void check_adapter_file(const std::filesystem::path& folder) {
  SafetensorsFile::open(folder / file_name);
}

}  // namespace winnow::train
