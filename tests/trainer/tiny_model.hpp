// A pretrained model small enough for any test (hidden size 16, 2 layers, 60 tokens), whose weights
// follow a formula that golden/tiny_bert.py repeats, and labelled rows to train it on.
#pragma once

#include <ATen/ATen.h>

#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/support/temporary_folder.hpp"
#include "trainer/data/dataset.hpp"
#include "trainer/model/bert_weights.hpp"
#include "trainer/model/tensors.hpp"
#include "trainer/model/text_classifier.hpp"

namespace winnow::tests {

inline const std::vector<std::string> tiny_words = {
    "good", "fine",  "great", "lovely", "bad",  "poor",  "awful", "dull",   "the",  "a",
    "film", "plot",  "actor", "scene",  "was",  "is",    "and",   "very",   "not",  "so",
    "it",   "story", "music", "end",    "long", "short", "quite", "really", "this", "that"};

inline nlohmann::json tiny_config() {
  return {{"model_type", "bert"},          {"vocab_size", 60},         {"hidden_size", 16},
          {"num_hidden_layers", 2},        {"num_attention_heads", 4}, {"intermediate_size", 32},
          {"max_position_embeddings", 64}, {"type_vocab_size", 2},     {"hidden_act", "gelu"},
          {"layer_norm_eps", 1e-12},       {"initializer_range", 0.02}};
}

inline nlohmann::json tiny_tokenizer() {
  nlohmann::json vocabulary = {{"[PAD]", 0}, {"[UNK]", 1}, {"[CLS]", 2}, {"[SEP]", 3}};
  for (std::size_t i = 0; i < tiny_words.size(); ++i) vocabulary[tiny_words[i]] = 4 + i;
  nlohmann::json added = nlohmann::json::array();
  for (const char* content : {"[PAD]", "[UNK]", "[CLS]", "[SEP]"}) {
    added.push_back({{"id", vocabulary[content]},
                     {"content", content},
                     {"special", true},
                     {"single_word", false},
                     {"lstrip", false},
                     {"rstrip", false},
                     {"normalized", false}});
  }
  const auto special = [&](const char* name) {
    return nlohmann::json{{"id", name}, {"ids", {vocabulary[name]}}, {"tokens", {name}}};
  };
  return {{"version", "1.0"},
          {"truncation", nullptr},
          {"padding", nullptr},
          {"added_tokens", added},
          {"normalizer",
           {{"type", "BertNormalizer"},
            {"clean_text", true},
            {"handle_chinese_chars", true},
            {"strip_accents", nullptr},
            {"lowercase", true}}},
          {"pre_tokenizer", {{"type", "BertPreTokenizer"}}},
          {"post_processor",
           {{"type", "TemplateProcessing"},
            {"single",
             {{{"SpecialToken", {{"id", "[CLS]"}, {"type_id", 0}}}},
              {{"Sequence", {{"id", "A"}, {"type_id", 0}}}},
              {{"SpecialToken", {{"id", "[SEP]"}, {"type_id", 0}}}}}},
            {"pair",
             {{{"SpecialToken", {{"id", "[CLS]"}, {"type_id", 0}}}},
              {{"Sequence", {{"id", "A"}, {"type_id", 0}}}},
              {{"SpecialToken", {{"id", "[SEP]"}, {"type_id", 0}}}},
              {{"Sequence", {{"id", "B"}, {"type_id", 1}}}},
              {{"SpecialToken", {{"id", "[SEP]"}, {"type_id", 1}}}}}},
            {"special_tokens", {{"[CLS]", special("[CLS]")}, {"[SEP]", special("[SEP]")}}}}},
          {"decoder", {{"type", "WordPiece"}, {"prefix", "##"}, {"cleanup", true}}},
          {"model",
           {{"type", "WordPiece"},
            {"unk_token", "[UNK]"},
            {"continuing_subword_prefix", "##"},
            {"max_input_chars_per_word", 100},
            {"vocab", vocabulary}}}};
}

/// 0.3·sin(0.37·i² + 1.7·number), and 1 more for LayerNorm weights. The square matters: without it
/// every matrix has rank 2, all tokens look alike, and hardly anything can be learned.
inline at::Tensor formula_weights(int number, const std::string& name,
                                  const std::vector<std::int64_t>& shape) {
  at::Tensor tensor = at::empty(shape, at::kFloat);
  for (std::int64_t i = 0; i < tensor.numel(); ++i) {
    const auto place = static_cast<double>(i);
    double value = 0.3 * std::sin(0.37 * place * place + 1.7 * number);
    if (name.ends_with("LayerNorm.weight")) value += 1.0;
    tensor.data_ptr<float>()[i] = static_cast<float>(value);
  }
  return tensor;
}

/// The encoder's tensors by their names in files, without prefix.
inline train::NamedTensors tiny_tensors() {
  train::BertWeights weights;
  weights.pooler.emplace();
  train::NamedTensors tensors;
  int number = 0;
  const auto slots = train::bert_slots(weights, train::parse_bert_config(tiny_config(), "tiny"));
  for (const train::WeightSlot& slot : slots.weights) {
    tensors.emplace(slot.name, formula_weights(number++, slot.name, slot.shape));
  }
  return tensors;
}

/// A head of 3 classes whose weights continue the formula, put into a classifier's tensors.
inline void put_formula_head(const train::NamedTensors& tensors) {
  const int number = static_cast<int>(tiny_tensors().size());
  const at::NoGradGuard no_gradients;
  tensors.at("classifier.weight").copy_(formula_weights(number, "classifier.weight", {3, 16}));
  tensors.at("classifier.bias").copy_(formula_weights(number + 1, "classifier.bias", {3}));
}

inline void write_tiny_model(const std::filesystem::path& folder,
                             const train::NamedTensors& tensors = tiny_tensors()) {
  std::filesystem::create_directories(folder);
  write_text(folder / "config.json", tiny_config().dump());
  write_text(folder / "tokenizer.json", tiny_tokenizer().dump());
  train::write_tensors(folder / "model.safetensors", tensors);
}

/// Rows of 2 to 13 words; "pos" if more good words than bad ones were put in. Different for each
/// `salt`.
inline void write_tiny_rows(const std::filesystem::path& file, int rows, unsigned salt) {
  unsigned state = 12345u + salt;
  const auto draw = [&](unsigned bound) {
    state = state * 1664525u + 1013904223u;  // Numerical Recipes' generator: any will do here
    return (state >> 16) % bound;
  };
  std::string lines;
  for (int row = 0; row < rows; ++row) {
    const bool positive = draw(2) == 1;
    std::string text = tiny_words[draw(4) + (positive ? 0 : 4)];
    for (unsigned word = 1 + draw(12); word > 0; --word) text += " " + tiny_words[8 + draw(22)];
    lines += nlohmann::json{{"text", text}, {"label", positive ? "pos" : "neg"}}.dump() + "\n";
  }
  write_text(file, lines);
}

/// The token ids in "rows" and the class numbers in "labels" of a golden file.
inline train::TokenDataset rows_of(const nlohmann::json& golden) {
  std::vector<std::int32_t> tokens;
  std::vector<std::uint64_t> offsets = {0};
  for (const auto& row : golden.at("rows")) {
    for (const auto& token : row) tokens.push_back(token.get<std::int32_t>());
    offsets.push_back(tokens.size());
  }
  return {tokens, offsets, golden.at("labels").get<std::vector<std::int32_t>>()};
}

/// Settings that train the tiny model for 20 steps of 8 rows; model and rows lie in `folder`.
inline nlohmann::json tiny_settings(const std::filesystem::path& folder) {
  return {{"task", "text_classification"},
          {"model", (folder / "model").string()},
          {"train_data", (folder / "train.jsonl").string()},
          {"validation_data", (folder / "validation.jsonl").string()},
          {"max_length", 12},
          {"learning_rate", 0.01},
          {"batch_size", 8},
          {"max_steps", 20},
          {"eval_every_steps", 5},
          {"dropout", 0.1},
          {"weight_decay", 0.01},
          {"warmup_fraction", 0.1},
          {"seed", 3},
          {"data_seed", 4}};
}

inline void write_tiny_study(const std::filesystem::path& folder) {
  write_tiny_model(folder / "model");
  write_tiny_rows(folder / "train.jsonl", 60, 1);
  write_tiny_rows(folder / "validation.jsonl", 40, 2);
  write_tiny_rows(folder / "test.jsonl", 30, 3);
}

}  // namespace winnow::tests
