#include "trainer/model/model_folder.hpp"

#include <fmt/format.h>
#include <xxhash.h>

#include <vector>

#include "trainer/errors.hpp"
#include "trainer/weights/mapped_file.hpp"

namespace winnow::train {
namespace {

namespace fs = std::filesystem;

/// What lies at a path, links followed. Throws ConfigError when we may not look.
fs::file_type type_of(const fs::path& path) {
  std::error_code failure;
  const fs::file_type type = fs::status(path, failure).type();
  if (type == fs::file_type::none) {
    throw ConfigError(path.string(), "cannot be looked at: " + failure.message());
  }
  return type;
}

bool is_file(const fs::path& path) { return type_of(path) == fs::file_type::regular; }

std::vector<fs::path> safetensors_in(const fs::path& folder) {
  std::error_code failure;
  fs::directory_iterator entries(folder, failure);
  if (failure) throw ConfigError(folder.string(), "cannot be listed: " + failure.message());
  std::vector<fs::path> found;
  for (const fs::directory_entry& entry : entries) {
    if (entry.path().extension() == ".safetensors") found.push_back(entry.path());
  }
  return found;
}

/// Empty, with a fault, unless there is exactly one candidate.
fs::path find_weights(const fs::path& folder, std::vector<Fault>& faults) {
  if (is_file(folder / "model.safetensors")) return folder / "model.safetensors";
  if (is_file(folder / "model.safetensors.index.json")) {
    faults.push_back({folder.string(),
                      "the weights are split over several files, which this trainer "
                      "does not read; join them into one model.safetensors"});
    return {};
  }
  const std::vector<fs::path> candidates = safetensors_in(folder);
  if (candidates.size() == 1) return candidates.front();
  faults.push_back(
      {folder.string(),
       fmt::format("expected model.safetensors or one other .safetensors file, found {}",
                   candidates.size())});
  return {};
}

}  // namespace

ModelFolder find_model(const fs::path& folder) {
  if (type_of(folder) != fs::file_type::directory) {
    throw ConfigError(folder.string(),
                      "expected a folder with config.json, tokenizer.json and a .safetensors file");
  }
  ModelFolder model{folder, {}, folder / "tokenizer.json", folder / "config.json"};
  std::vector<Fault> faults;
  model.weights = find_weights(folder, faults);
  for (const fs::path& part : {model.tokenizer, model.config}) {
    if (!is_file(part)) faults.push_back({part.string(), "is missing"});
  }
  if (!faults.empty()) throw ConfigError(std::move(faults));
  return model;
}

std::string content_hash(const ModelFolder& model) {
  ContentHash hash;
  for (const fs::path& part : {model.config, model.tokenizer, model.weights}) {
    const MappedFile file(part);
    hash.add(file.bytes().data(), file.bytes().size());
  }
  return hash.digits();
}

ContentHash::ContentHash() : state_(XXH3_createState()) {
  expect(state_ != nullptr, "a hash state was allocated");
  XXH3_128bits_reset(static_cast<XXH3_state_t*>(state_));
}

ContentHash::~ContentHash() { XXH3_freeState(static_cast<XXH3_state_t*>(state_)); }

void ContentHash::add(const void* bytes, std::size_t size) {
  const std::uint64_t length = size;
  XXH3_128bits_update(static_cast<XXH3_state_t*>(state_), &length, sizeof length);
  XXH3_128bits_update(static_cast<XXH3_state_t*>(state_), bytes, size);
}

std::string ContentHash::digits() const {
  const XXH128_hash_t hash = XXH3_128bits_digest(static_cast<XXH3_state_t*>(state_));
  return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

}  // namespace winnow::train
