// What describes a model, with bytes changed, dropped and doubled: read or refused by a
// ConfigError, whatever it says about sizes. Weights, tokenizers, rows and checkpoints have tests
// of their own.
#include <catch2/catch.hpp>
#include <functional>
#include <random>

#include "tests/support/damaged_text.hpp"
#include "tests/trainer/tiny_decoder.hpp"
#include "trainer/errors.hpp"
#include "trainer/model/adapter_config.hpp"
#include "trainer/model/causal_folder.hpp"
#include "trainer/model/llama2c_file.hpp"

using namespace winnow;
using namespace winnow::tests;
using namespace winnow::train;
namespace fs = std::filesystem;

namespace {

struct Outcomes {
  int read = 0, refused = 0;
};

/// Damages the file again and again and reads what it belongs to.
Outcomes outcomes(const fs::path& file, unsigned seed, const std::function<void()>& read) {
  const std::string valid = read_text(file);
  CHECK_NOTHROW(read());
  std::mt19937 random(seed);
  Outcomes counts;
  for (int round = 0; round < 600; ++round) {
    const std::string text = damaged(valid, random);
    write_text(file, text);
    INFO(text);
    try {
      read();
      ++counts.read;
    } catch (const ConfigError& refusal) {
      CHECK_FALSE(refusal.faults().empty());
      ++counts.refused;
    }
  }
  write_text(file, valid);
  return counts;
}

void load_and_ask(const fs::path& folder) {
  const LoadedCausalModel loaded = load_causal_model(folder, at::kCPU);
  KeyValueCache cache;
  loaded.model->next_logits({1, 2}, cache);
}

nlohmann::json golden_config(std::size_t number) {
  return nlohmann::json::parse(
             read_text(std::string(WINNOW_SOURCE_DIR) + "/tests/trainer/golden/decoders.json"))
      .at("cases")[number]
      .at("config");
}

}  // namespace

TEST_CASE("damaged files beside the weights are read or refused, never anything else") {
  const TemporaryFolder folder;
  for (std::size_t family = 0; family < 3; ++family) {
    const fs::path model = folder / ("decoder" + std::to_string(family));
    write_tiny_decoder(model, golden_config(family));
    const auto counts = outcomes(model / "config.json", 3, [&] { load_and_ask(model); });
    CHECK(counts.read > 20);
    CHECK(counts.refused > 200);
  }
  const fs::path encoder = folder / "encoder";
  write_tiny_model(encoder);
  const auto encoders = outcomes(encoder / "config.json", 4, [&] {
    const ModelFolder files = find_model(encoder);
    load_bert_weights(files.weights,
                      parse_bert_config(read_config_json(encoder), files.config.string()));
  });
  CHECK(encoders.read > 20);
  CHECK(encoders.refused > 200);

  const fs::path parts = folder / "parts";
  write_tiny_decoder(parts, golden_config(1));
  fs::rename(parts / "model.safetensors", parts / "all.safetensors");
  nlohmann::json places;
  for (const auto& [name, tensor] : read_tensors(parts / "all.safetensors")) {
    places[name] = "all.safetensors";
  }
  const fs::path index = parts / "model.safetensors.index.json";
  write_text(index, nlohmann::json{{"weight_map", places}}.dump());
  const auto indices = outcomes(index, 5, [&] { load_and_ask(parts); });
  CHECK(indices.read > 20);
  CHECK(indices.refused > 200);
}

TEST_CASE("damaged descriptions of adapters and models of llama2.c are read or refused") {
  const TemporaryFolder folder;
  AdapterConfig adapter;
  adapter.adaptation.kind = AdaptationKind::lora;
  adapter.adaptation.lora.targets = "query,value";
  adapter.base = folder / "base";
  adapter.task_type = "SEQ_CLS";
  adapter.modules_to_save = {"classifier"};
  write_text(folder / "adapter_config.json", adapter_config_text(adapter, {2, 4, 16}));
  const auto adapters =
      outcomes(folder / "adapter_config.json", 6, [&] { read_adapter_config(folder.path()); });
  CHECK(adapters.read > 20);
  CHECK(adapters.refused > 200);

  // Hidden size 4, inner size 8, one layer of two heads, 6 tokens, a context of 8.
  const std::vector<std::int32_t> shape = {4, 8, 1, 2, 2, 6, 8};
  const std::size_t numbers = 6 * 4 + 4 + 4 * 4 * 4 + 4 + 3 * 4 * 8 + 4 + 2 * 8 * 1;
  std::string story(reinterpret_cast<const char*>(shape.data()), shape.size() * 4);
  story.append(numbers * 4, '\1');
  write_text(folder / "story.bin", story);
  std::mt19937 random(7);
  Outcomes stories;
  CHECK_NOTHROW(read_llama2c(folder / "story.bin"));
  for (int round = 0; round < 2000; ++round) {
    std::string text = story;
    for (int change = 0; change < 2; ++change) {
      text[random() % 28] = static_cast<char>(random() % 4 == 0 ? random() : random() % 9);
    }
    if (random() % 4 == 0) text.resize(random() % text.size());
    write_text(folder / "story.bin", text);
    try {
      read_llama2c(folder / "story.bin");
      ++stories.read;
    } catch (const ConfigError&) {
      ++stories.refused;
    }
  }
  CHECK(stories.read > 20);
  CHECK(stories.refused > 1000);
}
