#include "trainer/weights/safetensors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "trainer/errors.hpp"
#include "trainer/protocol/strict_json.hpp"
#include "trainer/weights/durable_file.hpp"

namespace winnow::train {
namespace {

using nlohmann::json;

constexpr std::size_t length_bytes = 8;
/// Cap of the reference implementation, in decimal megabytes.
constexpr std::size_t max_header_bytes = 100'000'000;
/// The data area of files that we write begins at a multiple of this: the widest element.
constexpr std::size_t alignment = 8;

/// Product of the shape and the element size, or nothing if it does not fit.
std::optional<std::size_t> needed_bytes(DType dtype, const std::vector<std::int64_t>& shape) {
  std::size_t product = size_bytes(dtype);
  for (const std::int64_t length : shape) {
    if (length < 0) return std::nullopt;
    if (__builtin_mul_overflow(product, static_cast<std::size_t>(length), &product)) {
      return std::nullopt;
    }
  }
  return product;
}

/// Reads the header of one file; every complaint names the file and the tensor.
class HeaderReader {
 public:
  HeaderReader(std::string file, std::size_t data_size)
      : file_(std::move(file)), data_size_(data_size) {}

  [[noreturn]] void refuse(const std::string& message) const {
    throw ConfigError(file_, "not a valid safetensors file: " + message);
  }

  json parse(std::string_view text) const {
    try {
      return protocol::parse_strict_json(text);
    } catch (const protocol::JsonFault& fault) {
      refuse(fmt::format("its header: {}", fault.what()));
    }
  }

  std::map<std::string, std::string> metadata(const json& object) const {
    if (!object.is_object()) refuse("__metadata__ must be an object of texts");
    std::map<std::string, std::string> metadata;
    for (const auto& [name, value] : object.items()) {
      if (!value.is_string()) refuse(fmt::format("__metadata__.{} must be text", name));
      metadata[name] = value.get<std::string>();
    }
    return metadata;
  }

  TensorEntry entry(const std::string& name, const json& object) const {
    if (!object.is_object()) refuse(fmt::format("tensor {}: expected an object", name));
    for (const auto& [key, value] : object.items()) {
      if (key != "dtype" && key != "shape" && key != "data_offsets") {
        refuse(fmt::format("tensor {}: unknown key {}", name, key));
      }
    }
    TensorEntry entry;
    entry.dtype = dtype(name, object);
    entry.shape = shape(name, object);
    const std::vector<std::int64_t> range = counts(name, object, "data_offsets");
    if (range.size() != 2) refuse(fmt::format("tensor {}: data_offsets must be two numbers", name));
    entry.begin = static_cast<std::size_t>(range[0]);
    entry.end = static_cast<std::size_t>(range[1]);
    check_range(name, entry);
    return entry;
  }

  /// Ranges must follow each other without gap or overlap from the first byte to the last.
  void check_cover(const std::map<std::string, TensorEntry>& tensors) const {
    std::vector<std::pair<const std::string*, const TensorEntry*>> by_place;
    for (const auto& [name, entry] : tensors) by_place.emplace_back(&name, &entry);
    std::sort(by_place.begin(), by_place.end(), [](const auto& a, const auto& b) {
      return std::pair(a.second->begin, a.second->end) < std::pair(b.second->begin, b.second->end);
    });
    std::size_t reached = 0;
    for (const auto& [name, entry] : by_place) {
      if (entry->begin != reached) {
        refuse(fmt::format("tensor {} begins at byte {} of the data, expected {}", *name,
                           entry->begin, reached));
      }
      reached = entry->end;
    }
    if (reached != data_size_) {
      refuse(fmt::format("its tensors end at byte {} of {} bytes of data", reached, data_size_));
    }
  }

 private:
  DType dtype(const std::string& name, const json& object) const {
    const auto found = object.find("dtype");
    if (found == object.end() || !found->is_string()) {
      refuse(fmt::format("tensor {}: dtype must be text", name));
    }
    const auto& written = found->get_ref<const std::string&>();
    const std::optional<DType> known = parse_dtype(written);
    if (!known) refuse(fmt::format("tensor {}: unknown dtype {}", name, written));
    return *known;
  }

  std::vector<std::int64_t> shape(const std::string& name, const json& object) const {
    return counts(name, object, "shape");
  }

  std::vector<std::int64_t> counts(const std::string& name, const json& object,
                                   const char* key) const {
    const auto found = object.find(key);
    if (found == object.end() || !found->is_array()) {
      refuse(fmt::format("tensor {}: {} must be a list", name, key));
    }
    std::vector<std::int64_t> numbers;
    for (const json& value : *found) {
      const bool fits = value.is_number_unsigned() &&
                        value.get<std::uint64_t>() <= std::numeric_limits<std::int64_t>::max();
      if (!fits) {
        refuse(fmt::format("tensor {}: {} must hold whole numbers of at least 0", name, key));
      }
      numbers.push_back(value.get<std::int64_t>());
    }
    return numbers;
  }

  void check_range(const std::string& name, const TensorEntry& entry) const {
    if (entry.begin > entry.end || entry.end > data_size_) {
      refuse(fmt::format("tensor {}: bytes {} to {} are not within the {} bytes of data", name,
                         entry.begin, entry.end, data_size_));
    }
    const std::optional<std::size_t> needed = needed_bytes(entry.dtype, entry.shape);
    if (!needed || *needed != entry.end - entry.begin) {
      refuse(fmt::format("tensor {}: has {} bytes, its shape and dtype need {}", name,
                         entry.end - entry.begin,
                         needed ? std::to_string(*needed) : "more than can be counted"));
    }
  }

  std::string file_;
  std::size_t data_size_;
};

std::string_view as_text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// The order in which tensors are laid out: wide elements first, then by name.
std::vector<const TensorToWrite*> layout(const std::vector<TensorToWrite>& tensors) {
  std::vector<const TensorToWrite*> order;
  for (const TensorToWrite& tensor : tensors) order.push_back(&tensor);
  std::sort(order.begin(), order.end(), [](const TensorToWrite* a, const TensorToWrite* b) {
    const std::size_t width_a = size_bytes(a->dtype);
    const std::size_t width_b = size_bytes(b->dtype);
    return width_a != width_b ? width_a > width_b : a->name < b->name;
  });
  return order;
}

std::string header_text(const std::vector<const TensorToWrite*>& order,
                        std::map<std::string, std::string> metadata) {
  metadata.try_emplace("format", "pt");
  json header = {{"__metadata__", metadata}};
  std::size_t begin = 0;
  for (const TensorToWrite* tensor : order) {
    expect(needed_bytes(tensor->dtype, tensor->shape) == tensor->bytes.size(),
           "a tensor to write has the bytes that its shape and dtype need");
    expect(!header.contains(tensor->name), "tensors to write have names of their own");
    const std::size_t end = begin + tensor->bytes.size();
    header[tensor->name] = {
        {"dtype", text(tensor->dtype)}, {"shape", tensor->shape}, {"data_offsets", {begin, end}}};
    begin = end;
  }
  std::string written = header.dump();
  written.resize((written.size() + alignment - 1) / alignment * alignment, ' ');
  return written;
}

}  // namespace

SafetensorsFile SafetensorsFile::open(const std::filesystem::path& path) {
  SafetensorsFile opened{MappedFile(path)};
  const std::span<const std::byte> all = opened.file_.bytes();
  const std::size_t beyond_length = all.size() < length_bytes ? 0 : all.size() - length_bytes;
  std::uint64_t header_size = 0;
  if (all.size() >= length_bytes) std::memcpy(&header_size, all.data(), length_bytes);
  if (header_size < 2 || header_size > max_header_bytes || header_size > beyond_length) {
    throw ConfigError(
        path.string(),
        fmt::format("not a valid safetensors file: a header of {} bytes in a file of {}",
                    header_size, all.size()));
  }
  opened.data_begin_ = length_bytes + header_size;
  const HeaderReader reader(path.string(), all.size() - opened.data_begin_);
  const std::string_view header_bytes = as_text(all.subspan(length_bytes, header_size));
  if (header_bytes.front() != '{') reader.refuse("its header does not begin with {");
  const json header = reader.parse(header_bytes);
  for (const auto& [name, value] : header.items()) {
    if (name == "__metadata__") {
      opened.metadata_ = reader.metadata(value);
    } else {
      opened.tensors_.emplace(name, reader.entry(name, value));
    }
  }
  reader.check_cover(opened.tensors_);
  return opened;
}

std::span<const std::byte> SafetensorsFile::bytes(const TensorEntry& entry) const {
  const std::span<const std::byte> data = file_.bytes().subspan(data_begin_);
  expect(entry.begin <= entry.end && entry.end <= data.size(), "an entry of this file");
  return data.subspan(entry.begin, entry.end - entry.begin);
}

void write_safetensors(const std::filesystem::path& path, const std::vector<TensorToWrite>& tensors,
                       std::map<std::string, std::string> metadata) {
  const std::vector<const TensorToWrite*> order = layout(tensors);
  const std::string header = header_text(order, std::move(metadata));
  const auto header_size = static_cast<std::uint64_t>(header.size());
  std::vector<std::span<const std::byte>> pieces;
  pieces.push_back(std::as_bytes(std::span(&header_size, 1)));
  pieces.push_back(std::as_bytes(std::span(header)));
  for (const TensorToWrite* tensor : order) pieces.push_back(tensor->bytes);
  write_durably(path, pieces);
}

}  // namespace winnow::train
