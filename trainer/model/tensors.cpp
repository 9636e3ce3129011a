#include "trainer/model/tensors.hpp"

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "trainer/errors.hpp"

namespace winnow::train {

std::optional<std::string> element_fault(DType dtype) {
  const bool floating =
      dtype == DType::f16 || dtype == DType::bf16 || dtype == DType::f32 || dtype == DType::f64;
  if (floating) return std::nullopt;
  return fmt::format("has elements of type {}; weights must be F16, BF16, F32 or F64", text(dtype));
}

at::Tensor read_tensor(const SafetensorsFile& file, const std::string& name) {
  const TensorEntry& entry = file.tensors().at(name);
  if (const auto fault = element_fault(entry.dtype)) {
    throw ConfigError(file.path().string() + ": " + name, *fault);
  }
  at::Tensor tensor = at::empty(entry.shape, at::kFloat);
  copy_as_floats(entry.dtype, file.bytes(entry),
                 {tensor.data_ptr<float>(), static_cast<std::size_t>(tensor.numel())});
  return tensor;
}

NamedTensors read_tensors(const std::filesystem::path& path) {
  const SafetensorsFile file = SafetensorsFile::open(path);
  NamedTensors tensors;
  for (const auto& [name, entry] : file.tensors()) tensors.emplace(name, read_tensor(file, name));
  return tensors;
}

void write_tensors(const std::filesystem::path& path, const NamedTensors& tensors) {
  const NamedTensors on_processor = snapshot(tensors);
  std::vector<TensorToWrite> entries;
  for (const auto& [name, tensor] : on_processor) {
    expect(tensor.scalar_type() == at::kFloat, "tensors of checkpoints are fp32");
    entries.push_back({name,
                       DType::f32,
                       tensor.sizes().vec(),
                       {reinterpret_cast<const std::byte*>(tensor.data_ptr<float>()),
                        static_cast<std::size_t>(tensor.numel()) * sizeof(float)}});
  }
  write_safetensors(path, entries);
}

void copy_values(const NamedTensors& values, const NamedTensors& into, const std::string& source) {
  std::vector<Fault> faults;
  for (const auto& [name, tensor] : into) {
    const auto found = values.find(name);
    if (found == values.end()) {
      faults.push_back({source + ": " + name, "is missing"});
    } else if (found->second.sizes() != tensor.sizes()) {
      faults.push_back({source + ": " + name, fmt::format("has shape [{}], expected [{}]",
                                                          fmt::join(found->second.sizes(), ", "),
                                                          fmt::join(tensor.sizes(), ", "))});
    }
  }
  for (const auto& [name, tensor] : values) {
    if (!into.contains(name)) faults.push_back({source + ": " + name, "is not expected here"});
  }
  if (!faults.empty()) throw ConfigError(std::move(faults));
  const at::NoGradGuard no_gradients;
  for (const auto& [name, tensor] : into) tensor.copy_(values.at(name));
}

NamedTensors snapshot(const NamedTensors& tensors) {
  NamedTensors copies;
  for (const auto& [name, tensor] : tensors) {
    copies.emplace(name,
                   tensor.detach().to(at::kCPU, at::kFloat, false, /*copy=*/true).contiguous());
  }
  return copies;
}

}  // namespace winnow::train
