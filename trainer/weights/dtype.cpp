#include "trainer/weights/dtype.hpp"

#include <array>
#include <bit>
#include <cstring>

#include "trainer/errors.hpp"

namespace winnow::train {
namespace {

static_assert(std::endian::native == std::endian::little,
              "elements are copied as they lie in the file, which is little-endian");

struct Row {
  DType dtype;
  std::string_view name;
  std::size_t size_bytes;
};

// In the order of the enumeration.
constexpr std::array rows = {Row{DType::boolean, "BOOL", 1},   Row{DType::u8, "U8", 1},
                             Row{DType::i8, "I8", 1},          Row{DType::u16, "U16", 2},
                             Row{DType::i16, "I16", 2},        Row{DType::u32, "U32", 4},
                             Row{DType::i32, "I32", 4},        Row{DType::u64, "U64", 8},
                             Row{DType::i64, "I64", 8},        Row{DType::f16, "F16", 2},
                             Row{DType::bf16, "BF16", 2},      Row{DType::f32, "F32", 4},
                             Row{DType::f64, "F64", 8},        Row{DType::f8_e4m3, "F8_E4M3", 1},
                             Row{DType::f8_e5m2, "F8_E5M2", 1}};

const Row& row(DType dtype) { return rows.at(static_cast<std::size_t>(dtype)); }

/// Element `index` of packed bytes that may be unaligned.
template <typename Element>
Element element(std::span<const std::byte> bytes, std::size_t index) {
  Element value;
  std::memcpy(&value, bytes.data() + index * sizeof(Element), sizeof(Element));
  return value;
}

}  // namespace

std::string_view text(DType dtype) { return row(dtype).name; }

std::optional<DType> parse_dtype(std::string_view name) {
  for (const Row& known : rows) {
    if (known.name == name) return known.dtype;
  }
  return std::nullopt;
}

std::size_t size_bytes(DType dtype) { return row(dtype).size_bytes; }

float half_to_float(std::uint16_t bits) {
  const std::uint32_t sign = static_cast<std::uint32_t>(bits & 0x8000u) << 16;
  const std::uint32_t exponent = (bits >> 10) & 0x1Fu;
  const std::uint32_t fraction = bits & 0x3FFu;
  if (exponent == 0) {  // zero or subnormal: fraction × 2^-24
    const float magnitude = static_cast<float>(fraction) * 0x1p-24f;
    return std::bit_cast<float>(std::bit_cast<std::uint32_t>(magnitude) | sign);
  }
  // 31 marks infinities and NaN, 255 does in binary32; else the bias changes from 15 to 127.
  const std::uint32_t wide = exponent == 0x1F ? 0xFFu : exponent + (127 - 15);
  return std::bit_cast<float>(sign | (wide << 23) | (fraction << 13));
}

float bfloat16_to_float(std::uint16_t bits) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
}

void copy_as_floats(DType dtype, std::span<const std::byte> bytes, std::span<float> out) {
  expect(bytes.size() == out.size() * size_bytes(dtype), "as many bytes as elements need");
  for (std::size_t i = 0; i < out.size(); ++i) {
    switch (dtype) {
      case DType::f16:
        out[i] = half_to_float(element<std::uint16_t>(bytes, i));
        break;
      case DType::bf16:
        out[i] = bfloat16_to_float(element<std::uint16_t>(bytes, i));
        break;
      case DType::f32:
        out[i] = element<float>(bytes, i);
        break;
      case DType::f64:
        out[i] = static_cast<float>(element<double>(bytes, i));
        break;
      default:
        expect(false, "floats are made of F16, BF16, F32 or F64");
    }
  }
}

}  // namespace winnow::train
