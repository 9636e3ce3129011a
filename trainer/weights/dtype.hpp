// Element types of a safetensors file, and reading half precision without libtorch.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace winnow::train {

/// Named as in the files: text(DType::f16) is "F16".
enum class DType {
  boolean,
  u8,
  i8,
  u16,
  i16,
  u32,
  i32,
  u64,
  i64,
  f16,
  bf16,
  f32,
  f64,
  f8_e4m3,
  f8_e5m2
};

std::string_view text(DType dtype);
std::optional<DType> parse_dtype(std::string_view name);
/// Bytes of one element.
std::size_t size_bytes(DType dtype);

/// IEEE 754 binary16 (bits) to float: exact, subnormals, infinities and NaN included.
float half_to_float(std::uint16_t bits);
/// The upper half of a binary32 (bits) to float: exact.
float bfloat16_to_float(std::uint16_t bits);

/// Converts packed little-endian elements of type f16, bf16, f32 or f64 to floats (f64 is rounded).
/// `bytes` may be unaligned; needs bytes.size() == out.size() * size_bytes(dtype).
void copy_as_floats(DType dtype, std::span<const std::byte> bytes, std::span<float> out);

}  // namespace winnow::train
