#include "trainer/weights/dtype.hpp"

#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstring>

#include "trainer/errors.hpp"

using namespace winnow::train;

TEST_CASE("element types keep their names") {
  CHECK(text(DType::f16) == "F16");
  CHECK(parse_dtype("BF16") == DType::bf16);
  CHECK(parse_dtype("F8_E5M2") == DType::f8_e5m2);
  CHECK_FALSE(parse_dtype("F4"));
  CHECK_FALSE(parse_dtype(""));
  CHECK(size_bytes(DType::i64) == 8);
  CHECK(size_bytes(DType::boolean) == 1);
}

// By the definition of binary16 in IEEE 754-2019, table 3.5: an independent formula in double.
TEST_CASE("all 65536 half precision numbers are converted exactly") {
  int wrong = 0;
  for (std::uint32_t bits = 0; bits < 65536; ++bits) {
    const int exponent = static_cast<int>((bits >> 10) & 31);
    const double fraction = bits & 1023;
    const double sign = (bits & 0x8000) != 0 ? -1.0 : 1.0;
    const float value = half_to_float(static_cast<std::uint16_t>(bits));
    if (exponent == 31) {
      const bool right = fraction == 0 ? value == sign * INFINITY : std::isnan(value);
      wrong += right ? 0 : 1;
      continue;
    }
    const double expected = exponent == 0 ? sign * std::ldexp(fraction, -24)
                                          : sign * std::ldexp(1024 + fraction, exponent - 25);
    wrong += value == expected && std::signbit(value) == (sign < 0) ? 0 : 1;
  }
  CHECK(wrong == 0);
}

TEST_CASE("bfloat16 is the upper half of a float") {
  CHECK(bfloat16_to_float(0x3F80) == 1.0f);
  CHECK(bfloat16_to_float(0xC2F7) == -123.5f);
}

TEST_CASE("floats are copied from unaligned bytes") {
  std::array<std::byte, 13> bytes{};
  const double values[] = {1.5};
  std::memcpy(bytes.data() + 1, values, 8);
  std::array<float, 1> out{};
  copy_as_floats(DType::f64, std::span(bytes).subspan(1, 8), out);
  CHECK(out[0] == 1.5f);
  const std::uint16_t half = 0x3C00;
  std::memcpy(bytes.data() + 3, &half, 2);
  copy_as_floats(DType::f16, std::span(bytes).subspan(3, 2), out);
  CHECK(out[0] == 1.0f);
  CHECK_THROWS_AS(copy_as_floats(DType::i32, std::span(bytes).first(4), out), BrokenExpectation);
  CHECK_THROWS_AS(copy_as_floats(DType::f32, std::span(bytes).first(5), out), BrokenExpectation);
}
