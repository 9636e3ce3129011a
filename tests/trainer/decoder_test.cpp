// Language models against a second implementation: golden/decoders.py.
#include "trainer/model/decoder.hpp"

#include <ATen/ATen.h>

#include <catch2/catch.hpp>

#include "tests/trainer/tiny_decoder.hpp"
#include "trainer/errors.hpp"
#include "trainer/model/causal_folder.hpp"
#include "trainer/model/llama2c_file.hpp"
#include "trainer/model/token_loss.hpp"

using namespace winnow;
using namespace winnow::tests;
using namespace winnow::train;

namespace {

nlohmann::json golden() {
  return nlohmann::json::parse(
      read_text(std::string(WINNOW_SOURCE_DIR) + "/tests/trainer/golden/decoders.json"));
}

TokenDataset golden_rows(const nlohmann::json& rows) {
  std::vector<std::int32_t> tokens;
  std::vector<std::uint64_t> offsets = {0};
  for (const auto& row : rows) {
    for (const auto& token : row) tokens.push_back(token.get<std::int32_t>());
    offsets.push_back(tokens.size());
  }
  return {tokens, offsets, std::vector<std::int32_t>(rows.size(), 0)};
}

std::size_t config_faults(nlohmann::json config, const char* key, const nlohmann::json& value) {
  config[key] = value;
  try {
    parse_decoder_config(config, "config.json");
  } catch (const ConfigError& error) {
    return error.faults().size();
  }
  return 0;
}

}  // namespace

TEST_CASE("logits of every family equal those of a second implementation row by row") {
  const nlohmann::json all = golden();
  const TokenDataset rows = golden_rows(all.at("rows"));
  for (const nlohmann::json& expected : all.at("cases")) {
    INFO(expected.at("config").dump());
    const TemporaryFolder folder;
    CHECK(write_tiny_decoder(folder / "model", expected.at("config")) ==
          expected.at("tensors").get<std::size_t>());
    const LoadedCausalModel loaded = load_causal_model(folder / "model", at::kCPU);
    const PackedBatch batch = pack(rows, std::vector<std::uint32_t>{0, 1, 2}, at::kCPU);
    const at::NoGradGuard no_gradients;
    const at::Tensor logits = loaded.model->logits(batch);
    const auto numbers = expected.at("logits").get<std::vector<std::vector<float>>>();
    REQUIRE(logits.size(0) == static_cast<std::int64_t>(numbers.size()));
    double largest = 0.0;
    for (std::size_t token = 0; token < numbers.size(); ++token) {
      const at::Tensor row = logits[static_cast<std::int64_t>(token)];
      largest = std::max(largest, (row - at::tensor(numbers[token])).abs().max().item<double>());
    }
    CHECK(largest < 1e-4);
  }
}

TEST_CASE("tokens one after the other give the logits of all at once") {
  const nlohmann::json all = golden();
  for (const nlohmann::json& expected : all.at("cases")) {
    INFO(expected.at("config").dump());
    const TemporaryFolder folder;
    write_tiny_decoder(folder / "model", expected.at("config"));
    const LoadedCausalModel loaded = load_causal_model(folder / "model", at::kCPU);
    const TokenDataset rows = golden_rows(nlohmann::json::parse("[[1, 7, 22, 3, 9, 30]]"));
    const at::NoGradGuard no_gradients;
    const at::Tensor whole =
        loaded.model->logits(pack(rows, std::vector<std::uint32_t>{0}, at::kCPU));
    KeyValueCache cache;
    CHECK(at::allclose(loaded.model->next_logits({1, 7, 22}, cache), whole[2], 1e-5, 1e-5));
    CHECK(at::allclose(loaded.model->next_logits({3, 9}, cache), whole[4], 1e-5, 1e-5));
    CHECK(at::allclose(loaded.model->next_logits({30}, cache), whole[5], 1e-5, 1e-5));
    CHECK(cache.tokens == 6);
  }
}

TEST_CASE("a loss in portions has the value and the gradients of the whole table of logits") {
  at::manual_seed(3);
  const at::Tensor targets = at::randint(11, {600}, at::kLong);  // three portions
  for (const double smoothing : {0.0, 0.2}) {
    const auto leaf = [](const at::Tensor& values) {
      return values.clone().set_requires_grad(true);
    };
    const at::Tensor hidden = at::randn({600, 5}, at::kDouble),
                     head = at::randn({11, 5}, at::kDouble);
    const at::Tensor h1 = leaf(hidden), w1 = leaf(head), h2 = leaf(hidden), w2 = leaf(head);
    const at::Tensor ours = token_loss_sum(h1, w1, targets, smoothing);
    const at::Tensor theirs = at::cross_entropy_loss(at::matmul(h2, w2.t()), targets, {},
                                                     at::Reduction::Sum, -100, smoothing);
    CHECK(ours.item<double>() == Approx(theirs.item<double>()));
    (ours / 7.0).backward();
    (theirs / 7.0).backward();
    CHECK(at::allclose(h1.grad(), h2.grad(), 1e-9, 1e-9));
    CHECK(at::allclose(w1.grad(), w2.grad(), 1e-9, 1e-9));
    CHECK(token_loss_sum(hidden, head, targets, smoothing).item<double>() ==
          Approx(theirs.item<double>()));
  }
}

TEST_CASE("a loss in portions reaches hidden states alone where the head is frozen") {
  const at::Tensor hidden = at::randn({3, 4}).set_requires_grad(true);
  const at::Tensor head = at::randn({5, 4});
  const at::Tensor targets = at::tensor(std::vector<std::int64_t>{0, 4, 2});
  token_loss_sum(hidden, head, targets, 0.0).backward();
  const at::Tensor same = hidden.detach().clone().set_requires_grad(true);
  at::cross_entropy_loss(at::matmul(same, head.t()), targets, {}, at::Reduction::Sum).backward();
  CHECK(at::allclose(hidden.grad(), same.grad()));
}

TEST_CASE("a language model that this trainer would compute wrongly is refused") {
  const nlohmann::json llama = golden().at("cases")[1].at("config");
  CHECK(config_faults(llama, "hidden_act", "silu") == 0);
  CHECK(config_faults(llama, "hidden_act", "gelu") == 1);
  CHECK(config_faults(llama, "num_key_value_heads", 3) == 1);
  CHECK(config_faults(llama, "head_dim", 3) == 1);
  CHECK(config_faults(llama, "rope_scaling", {{"type", "yarn"}, {"factor", 2.0}}) == 1);
  CHECK(config_faults(llama, "rope_scaling", 7) == 1);
  CHECK(config_faults(llama, "use_sliding_window", true) == 1);
  CHECK(config_faults(llama, "model_type", "mamba") == 1);
  CHECK(config_faults(llama, "eos_token_id", "two") == 1);
  CHECK(config_faults(llama, "eos_token_id", {2, 3}) == 0);
  const nlohmann::json gpt2 = golden().at("cases")[0].at("config");
  CHECK(config_faults(gpt2, "n_head", 5) == 1);
  CHECK(config_faults(gpt2, "activation_function", "relu") == 1);
}

TEST_CASE("weights split over several files are read through their index") {
  const nlohmann::json config = golden().at("cases")[3].at("config");
  const TemporaryFolder folder;
  write_tiny_decoder(folder / "whole", config);
  write_tiny_decoder(folder / "parts", config);
  NamedTensors first, second;
  nlohmann::json places;
  for (const auto& [name, tensor] : read_tensors(folder / "whole" / "model.safetensors")) {
    const bool goes_first = first.size() <= second.size();
    (goes_first ? first : second).emplace(name, tensor);
    places[name] = goes_first ? "a.safetensors" : "b.safetensors";
  }
  std::filesystem::remove(folder / "parts" / "model.safetensors");
  write_tensors(folder / "parts" / "a.safetensors", first);
  write_tensors(folder / "parts" / "b.safetensors", second);
  write_text(folder / "parts" / "model.safetensors.index.json",
             nlohmann::json{{"weight_map", places}}.dump());
  KeyValueCache ours, theirs;
  CHECK(
      at::equal(load_causal_model(folder / "whole", at::kCPU).model->next_logits({1, 2}, ours),
                load_causal_model(folder / "parts", at::kCPU).model->next_logits({1, 2}, theirs)));
  places[places.begin().key()] = "../a.safetensors";
  write_text(folder / "parts" / "model.safetensors.index.json",
             nlohmann::json{{"weight_map", places}}.dump());
  CHECK_THROWS_AS(find_model(folder / "parts"), ConfigError);
}

TEST_CASE("a llama2.c file becomes a folder that computes what llama2.c computes") {
  const nlohmann::json all = golden();
  const nlohmann::json& story = all.at("llama2c");
  const auto shape = story.at("shape").get<std::vector<std::int32_t>>();
  const std::int64_t n = shape[0], inner = shape[1], layers = shape[2], vocabulary = shape[5];
  const std::int64_t k = n / shape[3] * shape[4];
  std::string file(reinterpret_cast<const char*>(shape.data()), shape.size() * 4);
  const std::vector<std::pair<bool, std::vector<std::int64_t>>> arrays = {
      {false, {vocabulary, n}},
      {true, {layers, n}},
      {false, {layers, n, n}},
      {false, {layers, k, n}},
      {false, {layers, k, n}},
      {false, {layers, n, n}},
      {true, {layers, n}},
      {false, {layers, inner, n}},
      {false, {layers, n, inner}},
      {false, {layers, inner, n}},
      {true, {n}}};
  int number = 0;
  for (const auto& [norm, sizes] : arrays) {
    const at::Tensor values = formula_weights(number++, norm ? "LayerNorm.weight" : "", sizes);
    file.append(reinterpret_cast<const char*>(values.data_ptr<float>()),
                static_cast<std::size_t>(values.numel()) * 4);
  }
  file.append(static_cast<std::size_t>(shape[6] * n / shape[3]) * 4, '\0');  // rotations, unread
  const TemporaryFolder folder;
  write_text(folder / "story.bin", file + "a tokenizer may follow");
  const Llama2cModel model = read_llama2c(folder / "story.bin");
  CHECK(model.bytes == file.size());
  std::filesystem::create_directories(folder / "model");
  write_tensors(folder / "model" / "model.safetensors", model.tensors);
  write_text(folder / "model" / "config.json", model.config.dump());
  write_text(folder / "model" / "tokenizer.json", tiny_byte_pairs().dump());
  KeyValueCache cache;
  const at::Tensor logits =
      load_causal_model(folder / "model", at::kCPU)
          .model->next_logits(all.at("rows")[0].get<std::vector<std::int32_t>>(), cache);
  const auto expected = story.at("logits")[0].get<std::vector<float>>();
  CHECK((logits - at::tensor(expected)).abs().max().item<double>() < 1e-4);

  write_text(folder / "short.bin", file.substr(0, file.size() / 2));
  CHECK_THROWS_AS(read_llama2c(folder / "short.bin"), ConfigError);
  write_text(folder / "empty.bin", "short");
  CHECK_THROWS_AS(read_llama2c(folder / "empty.bin"), ConfigError);
  std::string hostile = file;
  hostile[3] = '\x7f';  // a hidden size of two thousand million
  write_text(folder / "hostile.bin", hostile);
  CHECK_THROWS_AS(read_llama2c(folder / "hostile.bin"), ConfigError);
}
