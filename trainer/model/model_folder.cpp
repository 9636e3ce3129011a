#include "trainer/model/model_folder.hpp"

#include <fmt/format.h>
#include <xxhash.h>

#include <set>
#include <vector>

#include "trainer/errors.hpp"
#include "trainer/weights/json_file.hpp"
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

/// The files that an index names, each once, in the order of their names.
std::vector<fs::path> files_of_index(const fs::path& index) {
  const nlohmann::json object = read_json_file(index);
  std::set<std::string> names;
  try {
    for (const nlohmann::json& name : object.at("weight_map")) {
      names.insert(name.get<std::string>());
    }
  } catch (const nlohmann::json::exception&) {
    throw ConfigError(index.string(), "expected weight_map, an object of file names");
  }
  std::vector<fs::path> files;
  for (const std::string& name : names) {
    if (fs::path(name).filename() != name) {
      throw ConfigError(index.string(), "names \"" + name + "\", which is no file beside it");
    }
    files.push_back(index.parent_path() / name);
  }
  if (files.empty()) throw ConfigError(index.string(), "names no file");
  return files;
}

/// Empty, with a fault, unless it is clear which files are meant.
std::vector<fs::path> find_weights(const fs::path& folder, std::vector<Fault>& faults) {
  if (is_file(folder / "model.safetensors")) return {folder / "model.safetensors"};
  if (const fs::path index = folder / "model.safetensors.index.json"; is_file(index)) {
    return files_of_index(index);
  }
  std::vector<fs::path> candidates = safetensors_in(folder);
  if (candidates.size() == 1) return candidates;
  faults.push_back(
      {folder.string(),
       fmt::format("expected model.safetensors, model.safetensors.index.json or one other "
                   ".safetensors file, found {}",
                   candidates.size())});
  return {};
}

}  // namespace

ModelFolder find_model(const fs::path& folder, InitialWeights weights) {
  if (type_of(folder) != fs::file_type::directory) {
    throw ConfigError(folder.string(),
                      "expected a folder with config.json, tokenizer.json and safetensors files");
  }
  ModelFolder model{folder, {}, folder / "tokenizer.json", folder / "config.json"};
  std::vector<Fault> faults;
  if (weights == InitialWeights::pretrained) model.weights = find_weights(folder, faults);
  for (const fs::path& part : {model.tokenizer, model.config}) {
    if (!is_file(part)) faults.push_back({part.string(), "is missing"});
  }
  if (!faults.empty()) throw ConfigError(std::move(faults));
  return model;
}

nlohmann::json read_config_json(const fs::path& model_folder) {
  return read_json_file(model_folder / "config.json");
}

std::string content_hash(const ModelFolder& model) {
  ContentHash hash;
  std::vector<fs::path> parts = {model.config, model.tokenizer};
  parts.insert(parts.end(), model.weights.begin(), model.weights.end());
  for (const fs::path& part : parts) {
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
