// Language models small enough for any test, whose weights follow a formula that golden/decoders.py
// repeats.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>

#include "tests/trainer/tiny_model.hpp"
#include "trainer/model/decoder_weights.hpp"

namespace winnow::tests {

/// 31 tokens over bytes: the letters a … z, the blank, three merges, and an end of text.
inline nlohmann::json tiny_byte_pairs() {
  nlohmann::json vocabulary;
  for (int i = 0; i < 26; ++i) vocabulary[std::string(1, static_cast<char>('a' + i))] = i;
  const std::vector<std::string> further = {"\u0120", "th", "the", "\u0120the"};
  for (std::size_t i = 0; i < further.size(); ++i) vocabulary[further[i]] = 26 + i;
  const nlohmann::json end = {
      {"id", 30}, {"content", "<end>"}, {"special", true}, {"normalized", false}};
  const nlohmann::json model = {{"type", "BPE"},
                                {"vocab", vocabulary},
                                {"merges", nlohmann::json::array({"t h", "th e", "\u0120 the"})}};
  const nlohmann::json split = {
      {"type", "ByteLevel"}, {"add_prefix_space", false}, {"use_regex", true}};
  return {{"version", "1.0"},
          {"added_tokens", nlohmann::json::array({end})},
          {"normalizer", nullptr},
          {"pre_tokenizer", split},
          {"post_processor", {{"type", "ByteLevel"}}},
          {"decoder", {{"type", "ByteLevel"}}},
          {"model", model}};
}

/// Writes a folder and returns how many tensors it has. Weights are numbered in the order of their
/// names, in the layout of files.
inline std::size_t write_tiny_decoder(const std::filesystem::path& folder,
                                      const nlohmann::json& config) {
  train::DecoderWeights weights;
  const train::SlotList slots = decoder_slots(weights, train::parse_decoder_config(config, "tiny"));
  std::map<std::string, std::vector<std::int64_t>> shapes;
  for (const train::WeightSlot& slot : slots.weights) {
    std::vector<std::int64_t> shape = slot.shape;
    if (slot.transposed) std::swap(shape[0], shape[1]);
    shapes.emplace(slot.name, shape);
  }
  train::NamedTensors tensors;
  int number = 0;
  for (const auto& [name, shape] : shapes) {
    const bool norm = shape.size() == 1 && name.ends_with("weight");
    tensors.emplace(name, formula_weights(number++, norm ? "LayerNorm.weight" : name, shape));
  }
  std::filesystem::create_directories(folder);
  write_text(folder / "config.json", config.dump());
  write_text(folder / "tokenizer.json", tiny_byte_pairs().dump());
  train::write_tensors(folder / "model.safetensors", tensors);
  return tensors.size();
}

}  // namespace winnow::tests
