#include "trainer/model/weight_slots.hpp"

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "trainer/errors.hpp"

namespace winnow::train {
namespace {

class OpenFiles {
 public:
  explicit OpenFiles(const std::vector<std::filesystem::path>& paths) {
    for (const std::filesystem::path& path : paths) {
      files_.push_back(SafetensorsFile::open(path));
      for (const auto& [name, entry] : files_.back().tensors()) {
        if (places_.emplace(name, files_.size() - 1).second) continue;
        throw ConfigError(path.string() + ": " + name, "is in two files of the model");
      }
    }
  }
  bool has(const std::string& name) const { return places_.contains(name); }
  const SafetensorsFile& file(const std::string& name) const { return files_[places_.at(name)]; }

 private:
  std::vector<SafetensorsFile> files_;
  std::map<std::string, std::size_t> places_;
};

/// Under which name each slot lies in the files, shapes and types of elements looked at. Throws
/// ConfigError with every tensor that cannot be used; `first` is the file that these name.
std::vector<std::string> names_in(const OpenFiles& open, const std::filesystem::path& first,
                                  const std::vector<WeightSlot>& slots, const FindName& find_name) {
  const HasName has = [&](const std::string& name) { return open.has(name); };
  std::vector<std::string> names;
  std::vector<Fault> faults;
  for (const WeightSlot& slot : slots) {
    names.push_back(find_name(slot.name, has));
    const std::string place = first.string() + ": " + slot.name;
    if (names.back().empty()) {
      faults.push_back({place, "is missing"});
      continue;
    }
    std::vector<std::int64_t> expected = slot.shape;
    if (slot.transposed) std::reverse(expected.begin(), expected.end());
    const TensorEntry& found = open.file(names.back()).tensors().at(names.back());
    if (found.shape != expected) {
      faults.push_back(
          {place, fmt::format("has shape [{}], config.json says [{}]", fmt::join(found.shape, ", "),
                              fmt::join(expected, ", "))});
    } else if (const auto fault = element_fault(found.dtype)) {
      faults.push_back({place, *fault});
    }
  }
  if (!faults.empty()) throw ConfigError(std::move(faults));
  return names;
}

}  // namespace

void SlotList::tensor(const std::string& name, at::Tensor& tensor, std::vector<std::int64_t> shape,
                      std::int64_t layer) {
  weights.push_back({name, &tensor, std::move(shape), layer, false});
}

void SlotList::norm(const std::string& name, LayerNorm& norm, std::int64_t size,
                    std::int64_t layer) {
  tensor(name + ".weight", norm.weight, {size}, layer);
  tensor(name + ".bias", norm.bias, {size}, layer);
}

void SlotList::linear(const std::string& name, Linear& linear, std::int64_t out, std::int64_t in,
                      std::int64_t layer, Bias bias, Storage storage) {
  weights.push_back(
      {name + ".weight", &linear.weight, {out, in}, layer, storage == Storage::in_out});
  if (bias == Bias::present) tensor(name + ".bias", linear.bias, {out}, layer);
  linears.push_back({name, &linear, layer});
}

void load_slots(const std::vector<std::filesystem::path>& files,
                const std::vector<WeightSlot>& slots, const FindName& find_name) {
  const OpenFiles open(files);
  const std::vector<std::string> names = names_in(open, files.front(), slots, find_name);
  for (std::size_t k = 0; k < slots.size(); ++k) {
    const at::Tensor tensor = read_tensor(open.file(names[k]), names[k]);
    *slots[k].tensor = slots[k].transposed ? tensor.t().contiguous() : tensor;
  }
}

void check_slots(const std::vector<std::filesystem::path>& files,
                 const std::vector<WeightSlot>& slots, const FindName& find_name) {
  names_in(OpenFiles(files), files.front(), slots, find_name);
}

}  // namespace winnow::train
