#include "trainer/weights/safetensors.hpp"

#include <catch2/catch.hpp>
#include <cstring>
#include <random>

#include "tests/support/temporary_folder.hpp"
#include "trainer/errors.hpp"
#include "trainer/weights/durable_file.hpp"

using namespace winnow::train;
using winnow::tests::read_text;
using winnow::tests::TemporaryFolder;
using winnow::tests::write_text;

namespace {

/// A file of that header and that many zero bytes of data.
std::string file_of(const std::string& header, std::size_t data_bytes) {
  std::string file(8, '\0');
  const std::uint64_t length = header.size();
  std::memcpy(file.data(), &length, 8);
  return file + header + std::string(data_bytes, '\0');
}

std::string refusal(const std::string& content) {
  const TemporaryFolder folder;
  write_text(folder / "x.safetensors", content);
  try {
    SafetensorsFile::open(folder / "x.safetensors");
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "";
}

std::string tensor(const std::string& dtype, const std::string& shape, const std::string& range) {
  return R"({"dtype":")" + dtype + R"(","shape":)" + shape + R"(,"data_offsets":)" + range + "}";
}

template <typename Element>
std::span<const std::byte> bytes_of(const std::vector<Element>& elements) {
  return std::as_bytes(std::span(elements));
}

}  // namespace

TEST_CASE("tensors come back as they were written") {
  const TemporaryFolder folder;
  const std::vector<float> weights = {1, 2, 3, 4, 5, 6};
  const std::vector<std::uint8_t> mask = {1, 0, 1};
  const std::vector<std::int64_t> step = {42};
  const auto path = folder / "x.safetensors";
  write_safetensors(path,
                    {{"mask", DType::boolean, {3}, bytes_of(mask)},
                     {"weights", DType::f32, {2, 3}, bytes_of(weights)},
                     {"nothing", DType::f16, {0, 5}, {}},
                     {"step", DType::i64, {}, bytes_of(step)}},
                    {{"trial", "17"}});
  const SafetensorsFile file = SafetensorsFile::open(path);
  REQUIRE(file.tensors().size() == 4);
  CHECK(file.metadata() == std::map<std::string, std::string>{{"format", "pt"}, {"trial", "17"}});
  const TensorEntry& entry = file.tensors().at("weights");
  CHECK(entry.dtype == DType::f32);
  CHECK(entry.shape == std::vector<std::int64_t>{2, 3});
  CHECK(std::memcmp(file.bytes(entry).data(), weights.data(), 24) == 0);
  CHECK(file.bytes(file.tensors().at("nothing")).empty());
  CHECK(file.tensors().at("step").shape.empty());
}

TEST_CASE("a written file is aligned and leaves nothing else behind") {
  const TemporaryFolder folder;
  const std::vector<std::uint8_t> odd = {1, 2, 3};
  const std::vector<double> wide = {0.5};
  write_safetensors(folder / "x.safetensors",
                    {{"a", DType::u8, {3}, bytes_of(odd)}, {"b", DType::f64, {1}, bytes_of(wide)}});
  const std::string content = read_text(folder / "x.safetensors");
  std::uint64_t header = 0;
  std::memcpy(&header, content.data(), 8);
  CHECK(header % 8 == 0);
  CHECK(SafetensorsFile::open(folder / "x.safetensors").tensors().at("b").begin == 0);
  CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 1);
}

TEST_CASE("writing wrong tensors is a broken expectation and makes no file") {
  const TemporaryFolder folder;
  const std::vector<float> two = {1, 2};
  const std::vector<TensorToWrite> wrong_size = {{"a", DType::f32, {3}, bytes_of(two)}};
  const std::vector<TensorToWrite> twice = {{"a", DType::f32, {2}, bytes_of(two)},
                                            {"a", DType::f32, {2}, bytes_of(two)}};
  CHECK_THROWS_AS(write_safetensors(folder / "x", wrong_size), BrokenExpectation);
  CHECK_THROWS_AS(write_safetensors(folder / "x", twice), BrokenExpectation);
  CHECK(std::filesystem::is_empty(folder.path()));
}

TEST_CASE("a folder that is not there cannot be written to") {
  const TemporaryFolder folder;
  CHECK_THROWS_AS(write_durably(folder / "no" / "x", "text"), FileError);
}

TEST_CASE("a failed write leaves the old file and no temporary one") {
  const TemporaryFolder folder;
  std::filesystem::create_directories(folder / "x" / "inside");  // a file cannot replace it
  CHECK_THROWS_AS(write_durably(folder / "x", "text"), FileError);
  CHECK(std::filesystem::exists(folder / "x" / "inside"));
  CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 1);
}

TEST_CASE("tensors at odd addresses are read") {
  const TemporaryFolder folder;
  const std::string header = R"({"a":)" + tensor("F32", "[1]", "[0,4]") + "} ";
  REQUIRE(header.size() % 2 == 1);
  write_text(folder / "x", file_of(header, 4));
  const SafetensorsFile file = SafetensorsFile::open(folder / "x");
  CHECK(file.bytes(file.tensors().at("a")).size() == 4);
}

TEST_CASE("an empty header is a valid file") { CHECK(refusal(file_of("{}", 0)).empty()); }

TEST_CASE("a missing file and a folder are refused") {
  const TemporaryFolder folder;
  CHECK_THROWS_WITH(SafetensorsFile::open(folder / "none"), Catch::Contains("no such file"));
  CHECK_THROWS_WITH(SafetensorsFile::open(folder.path()), Catch::Contains("expected a file"));
}

TEST_CASE("a header length that the file does not have is refused") {
  CHECK_THAT(refusal(""), Catch::Contains("a header of 0 bytes in a file of 0"));
  CHECK_THAT(refusal("abc"), Catch::Contains("header of 0 bytes in a file of 3"));
  CHECK_THAT(refusal(std::string(8, '\xff')), Catch::Contains("header of 18446744073709551615"));
  CHECK_THAT(refusal(file_of("{}", 0).substr(0, 9)), Catch::Contains("header of 2 bytes"));
  CHECK_THAT(refusal(file_of("1", 0)), Catch::Contains("header of 1 bytes"));
}

TEST_CASE("headers that are not plain JSON objects are refused") {
  CHECK_THAT(refusal(file_of(" {}", 0)), Catch::Contains("does not begin with {"));
  CHECK_THAT(refusal(file_of("[]", 0)), Catch::Contains("does not begin with {"));
  CHECK_THAT(refusal(file_of("{\"a\":", 0)), Catch::Contains("not JSON"));
  CHECK_THAT(refusal(file_of("{} x", 0)), Catch::Contains("not JSON"));
  CHECK_THAT(refusal(file_of(std::string("{}\0{", 4), 0)), Catch::Contains("zero"));
  CHECK_THAT(refusal(file_of("{\"\xff\":1}", 0)), Catch::Contains("not UTF-8"));
  const std::string deep = "{\"a\":" + std::string(100000, '[') + std::string(100000, ']') + "}";
  CHECK_THAT(refusal(file_of(deep, 0)), Catch::Contains("more than 8 levels"));
}

TEST_CASE("duplicate names are refused") {
  const std::string entry = tensor("U8", "[1]", "[0,1]");
  CHECK_THAT(refusal(file_of(R"({"a":)" + entry + R"(,"a":)" + entry + "}", 1)),
             Catch::Contains("\"a\" is given twice"));
  CHECK_THAT(refusal(file_of(R"({"a":{"dtype":"U8","dtype":"U8"}})", 1)),
             Catch::Contains("\"dtype\" is given twice"));
}

TEST_CASE("entries that are not what they must be are refused") {
  const auto with = [](const std::string& entry) {
    return refusal(file_of(R"({"a":)" + entry + "}", 4));
  };
  CHECK_THAT(with("3"), Catch::Contains("tensor a: expected an object"));
  CHECK_THAT(with(tensor("F33", "[1]", "[0,4]")), Catch::Contains("unknown dtype F33"));
  CHECK_THAT(with(tensor("F32", "1", "[0,4]")), Catch::Contains("shape must be a list"));
  CHECK_THAT(with(tensor("F32", "[-1]", "[0,4]")), Catch::Contains("shape must hold whole"));
  CHECK_THAT(with(tensor("F32", "[1.0]", "[0,4]")), Catch::Contains("shape must hold whole"));
  CHECK_THAT(with(tensor("F32", "[1]", "[0]")), Catch::Contains("must be two numbers"));
  CHECK_THAT(with(tensor("F32", "[1]", "[4,0]")), Catch::Contains("not within the 4 bytes"));
  CHECK_THAT(with(tensor("F32", "[2]", "[0,8]")), Catch::Contains("not within the 4 bytes"));
  CHECK_THAT(with(tensor("F32", "[2]", "[0,4]")), Catch::Contains("need 8"));
  CHECK_THAT(with(R"({"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":1})"),
             Catch::Contains("unknown key x"));
  CHECK_THAT(refusal(file_of(R"({"__metadata__":{"a":1}})", 0)),
             Catch::Contains("__metadata__.a must be text"));
}

TEST_CASE("products that overflow are refused") {
  const std::string huge = "[4611686018427387904,4]";  // 2^62 × 4 × 4 bytes is 0 modulo 2^64
  CHECK_THAT(refusal(file_of(R"({"a":)" + tensor("F32", huge, "[0,0]") + "}", 0)),
             Catch::Contains("more than can be counted"));
}

TEST_CASE("overlaps, holes and bytes without a tensor are refused") {
  const auto two = [](const std::string& a, const std::string& b) {
    return refusal(file_of(
        R"({"a":)" + tensor("U8", "[4]", a) + R"(,"b":)" + tensor("U8", "[4]", b) + "}", 8));
  };
  CHECK(two("[0,4]", "[4,8]").empty());
  CHECK(two("[4,8]", "[0,4]").empty());
  CHECK_THAT(two("[0,4]", "[2,6]"), Catch::Contains("tensor b begins at byte 2"));
  CHECK_THAT(two("[0,4]", "[0,4]"), Catch::Contains("tensor b begins at byte 0"));
  CHECK_THAT(two("[1,5]", "[5,9]"), Catch::Contains("not within"));
  CHECK_THAT(refusal(file_of(R"({"a":)" + tensor("U8", "[1]", "[1,2]") + "}", 2)),
             Catch::Contains("tensor a begins at byte 1 of the data, expected 0"));
  CHECK_THAT(refusal(file_of("{}", 3)), Catch::Contains("end at byte 0 of 3"));
}

TEST_CASE("tensors without elements lie where they say") {
  const auto with = [](const std::string& empty_range) {
    return refusal(file_of(R"({"a":)" + tensor("U8", "[4]", "[0,4]") + R"(,"b":)" +
                               tensor("F32", "[0]", empty_range) + "}",
                           4));
  };
  CHECK(with("[0,0]").empty());
  CHECK(with("[4,4]").empty());
  CHECK_THAT(with("[2,2]"), Catch::Contains("tensor b begins at byte 2"));
  CHECK_THAT(with("[9,9]"), Catch::Contains("not within"));
}

TEST_CASE("damaged safetensors files are read or refused, never anything else") {
  const TemporaryFolder folder;
  const std::vector<float> weights = {1, 2, 3, 4};
  write_safetensors(folder / "x", {{"a", DType::f32, {2, 2}, bytes_of(weights)},
                                   {"b", DType::f16, {0}, {}},
                                   {"c", DType::i8, {4, 1}, bytes_of(weights).first(4)}});
  const std::string valid = read_text(folder / "x");
  std::mt19937 random(11);
  int refused = 0;
  std::size_t bytes_read = 0;
  for (int round = 0; round < 4000; ++round) {
    std::string content = valid;
    const std::size_t changes = 1 + random() % 3;
    for (std::size_t k = 0; k < changes; ++k) {
      const std::size_t place = random() % content.size();
      const auto letters = std::string_view("0123456789{}[]\",:-.eF \xff");
      if (random() % 8 == 0) {
        content.resize(place + 1);
      } else {
        content[place] = letters[random() % letters.size()];
      }
    }
    write_text(folder / "y", content);
    try {
      const SafetensorsFile file = SafetensorsFile::open(folder / "y");
      for (const auto& [name, entry] : file.tensors()) {
        for (const std::byte byte : file.bytes(entry)) {
          bytes_read += std::to_integer<std::size_t>(byte) & 1;
        }
      }
    } catch (const ConfigError&) {
      ++refused;
    }
  }
  CHECK(bytes_read > 0);
  CHECK(refused > 2000);
  CHECK(refused < 4000);
}
