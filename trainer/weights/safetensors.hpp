// safetensors files: an 8-byte little-endian header length, a JSON header, packed row-major data.
// Reading maps the file and trusts nothing in it: a file that opens has a header whose every range
// is inside the data, disjoint, without holes, and of the size that its shape and type say. Tensors
// may lie at odd addresses (published files do): copy them, never cast the pointer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "trainer/weights/dtype.hpp"
#include "trainer/weights/mapped_file.hpp"

namespace winnow::train {

struct TensorEntry {
  DType dtype = DType::f32;
  std::vector<std::int64_t> shape;  // empty: a scalar; a zero: no elements
  std::size_t begin = 0;            // bytes [begin, end) from the start of the data area
  std::size_t end = 0;
};

class SafetensorsFile {
 public:
  /// Throws ConfigError when the file is missing or is not a valid safetensors file.
  static SafetensorsFile open(const std::filesystem::path& path);

  const std::map<std::string, TensorEntry>& tensors() const { return tensors_; }
  /// The `__metadata__` entry; empty when there is none.
  const std::map<std::string, std::string>& metadata() const { return metadata_; }
  /// The tensor's bytes, packed, little-endian, maybe unaligned. Lives as long as this file.
  std::span<const std::byte> bytes(const TensorEntry& entry) const;
  const std::filesystem::path& path() const { return file_.path(); }

 private:
  explicit SafetensorsFile(MappedFile file) : file_(std::move(file)) {}

  MappedFile file_;
  std::size_t data_begin_ = 0;  // of the data area in the file
  std::map<std::string, TensorEntry> tensors_;
  std::map<std::string, std::string> metadata_;
};

struct TensorToWrite {
  std::string name;
  DType dtype = DType::f32;
  std::vector<std::int64_t> shape;
  std::span<const std::byte> bytes;  // packed, little-endian, as many as shape and dtype say
};

/// Writes to a temporary name beside `path`, syncs, renames, syncs the folder: either the whole
/// file is there afterwards or none. Wide elements are laid out first, so that every tensor is
/// aligned to its element. `metadata` gets {"format":"pt"}, which other readers look for, unless it
/// has a "format". Throws FileError; two tensors of one name or bytes of the wrong size are a
/// broken expectation.
void write_safetensors(const std::filesystem::path& path, const std::vector<TensorToWrite>& tensors,
                       std::map<std::string, std::string> metadata = {});

}  // namespace winnow::train
