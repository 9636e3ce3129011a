#include "trainer/model/adapter_tensors.hpp"

#include <ATen/ATen.h>

#include "trainer/errors.hpp"

namespace winnow::train {
namespace {

constexpr const char* file_name = "adapter_model.safetensors";
// PEFT's wrapper (base_model) holds the adapted model under the name model.
const std::string prefix = "base_model.model.";

}  // namespace

void write_adapter_tensors(const std::filesystem::path& folder, const TrainedTensors& trained) {
  NamedTensors tensors;
  for (const auto& [name, tensor] : trained.tensors) tensors.emplace(prefix + name, tensor);
  write_tensors(folder / file_name, tensors);
}

void read_adapter_tensors(const std::filesystem::path& folder, const TrainedTensors& trained) {
  const std::filesystem::path path = folder / file_name;
  NamedTensors tensors;
  for (const auto& [name, tensor] : read_tensors(path)) {
    if (!name.starts_with(prefix)) {
      throw ConfigError(path.string() + ": " + name, "does not begin with " + prefix);
    }
    tensors.emplace(name.substr(prefix.size()), tensor);
  }
  copy_values(tensors, trained.tensors, path.string());
}

void check_adapter_file(const std::filesystem::path& folder) {
  SafetensorsFile::open(folder / file_name);
}

}  // namespace winnow::train
