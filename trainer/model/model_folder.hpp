// Where the parts of a pretrained model lie in its folder, and what identifies its content.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace winnow::train {

struct ModelFolder {
  std::filesystem::path path;
  /// model.safetensors, or all that model.safetensors.index.json names, or the only other one
  std::vector<std::filesystem::path> weights;
  std::filesystem::path tokenizer;  // tokenizer.json
  std::filesystem::path config;     // config.json
};

/// Whether weights are read from the folder, or drawn: then none need be there and `weights` stays
/// empty.
enum class InitialWeights { pretrained, random };

/// Throws ConfigError naming every part that is missing.
ModelFolder find_model(const std::filesystem::path& folder,
                       InitialWeights weights = InitialWeights::pretrained);

/// The parsed config.json of a model folder. Throws ConfigError.
nlohmann::json read_config_json(const std::filesystem::path& model_folder);

/// 32 hexadecimal digits (XXH3, 128 bits) over the bytes of its files: equal for equal
/// models, whatever the folder is called.
std::string content_hash(const ModelFolder& model);

/// Incremental XXH3-128 with length-prefixed pieces, so that no two lists of pieces run together.
class ContentHash {
 public:
  ContentHash();
  ~ContentHash();
  ContentHash(const ContentHash&) = delete;
  ContentHash& operator=(const ContentHash&) = delete;

  void add(const void* bytes, std::size_t size);
  void add(std::string_view text) { add(text.data(), text.size()); }
  /// 32 hexadecimal digits over what was added so far.
  std::string digits() const;

 private:
  void* state_;  // XXH3_state_t, kept out of this header
};

}  // namespace winnow::train
