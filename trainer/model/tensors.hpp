// Named tensors on their way between safetensors files and libtorch.
#pragma once

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "trainer/weights/safetensors.hpp"

namespace winnow::train {

using NamedTensors = std::map<std::string, at::Tensor>;

/// Why elements of this type are no weights, in words; nothing when they can be.
std::optional<std::string> element_fault(DType dtype);

/// A copy in fp32 on the processor. Throws ConfigError for element types that are not floating
/// point.
at::Tensor read_tensor(const SafetensorsFile& file, const std::string& name);

/// Every tensor of a file, in fp32 on the processor.
NamedTensors read_tensors(const std::filesystem::path& path);

/// Durably replaces `path`. Tensors must be fp32; they may lie on any device.
void write_tensors(const std::filesystem::path& path, const NamedTensors& tensors);

/// Copies values into existing tensors in place. Throws ConfigError unless names and shapes are the
/// same; `source` names where `values` come from.
void copy_values(const NamedTensors& values, const NamedTensors& into, const std::string& source);

/// Detached copies on the processor.
NamedTensors snapshot(const NamedTensors& tensors);

}  // namespace winnow::train
