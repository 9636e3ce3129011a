#include <catch2/catch.hpp>

#include "tests/trainer/tiny_model.hpp"
#include "trainer/errors.hpp"
#include "trainer/model/model_folder.hpp"

using namespace winnow;
using namespace winnow::tests;
using namespace winnow::train;

namespace {

nlohmann::json golden() {
  return nlohmann::json::parse(
      read_text(std::string(WINNOW_SOURCE_DIR) + "/tests/trainer/golden/bert_forward.json"));
}

TokenDataset golden_rows() { return rows_of(golden()); }

BertWeights tiny_weights(const NamedTensors& tensors = tiny_tensors()) {
  const TemporaryFolder folder;
  write_tensors(folder / "model.safetensors", tensors);
  return load_bert_weights({folder / "model.safetensors"},
                           parse_bert_config(tiny_config(), "tiny"));
}

/// The tiny encoder with a head whose weights continue the formula.
std::unique_ptr<TextClassifier> tiny_classifier(ClassifierOptions options) {
  options.classes = 3;
  auto model = std::make_unique<TextClassifier>(parse_bert_config(tiny_config(), "tiny"),
                                                tiny_weights(), options, 1, at::kCPU);
  put_formula_head(model->tensors());
  return model;
}

void check_close(const at::Tensor& found, const nlohmann::json& expected, double tolerance) {
  REQUIRE(found.dim() == 2);
  REQUIRE(found.size(0) == static_cast<std::int64_t>(expected.size()));
  for (std::int64_t i = 0; i < found.size(0); ++i) {
    for (std::int64_t j = 0; j < found.size(1); ++j) {
      const double want = expected[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)];
      CHECK(found[i][j].item<double>() == Approx(want).margin(tolerance));
    }
  }
}

// A few dozen roundings of fp32 (6e-8 each) through two layers.
constexpr double fp32_tolerance = 5e-6;

}  // namespace

TEST_CASE("logits of padded rows equal those of a second implementation row by row") {
  const TokenDataset rows = golden_rows();
  const PackedBatch batch = pack(rows, std::vector<std::uint32_t>{0, 1, 2}, at::kCPU);
  REQUIRE(batch.mask.defined());

  ClassifierOptions options;
  options.pooling = Pooling::mean;
  check_close(tiny_classifier(options)->logits({batch, {}, {}}, Mode::evaluation),
              golden()["mean_logits"], fp32_tolerance);
  options.pooling = Pooling::cls;
  check_close(tiny_classifier(options)->logits({batch, {}, {}}, Mode::evaluation),
              golden()["cls_logits"], fp32_tolerance);
}

TEST_CASE("hidden states of a frozen encoder equal those of a second implementation") {
  ClassifierOptions options;
  options.adaptation.trainable_layers = 0;
  const auto model = tiny_classifier(options);
  const PackedBatch batch = pack(golden_rows(), std::vector<std::uint32_t>{1, 0}, at::kCPU);
  const at::Tensor hidden = model->frozen_hidden(batch);
  CHECK_FALSE(hidden.requires_grad());
  const std::int64_t first_row = batch.first_tokens[1].item<std::int64_t>();
  check_close(hidden.narrow(0, first_row, 5), golden()["first_hidden"], fp32_tolerance);
}

TEST_CASE("frozen activations handed in give the logits of the whole forward pass") {
  const TokenDataset rows = golden_rows();
  const PackedBatch batch = pack(rows, std::vector<std::uint32_t>{0, 1, 2}, at::kCPU);
  for (const std::int64_t trainable : {0, 1, 2}) {
    ClassifierOptions options;
    options.adaptation.trainable_layers = trainable;
    const auto model = tiny_classifier(options);
    const at::Tensor whole = model->logits({batch, {}, {}}, Mode::evaluation);
    const at::Tensor handed =
        model->logits({batch, model->frozen_hidden(batch), {}}, Mode::evaluation);
    CHECK(at::equal(whole, handed));
  }
}

TEST_CASE("the loss gradient of every trained tensor equals finite differences") {
  const TokenDataset rows = golden_rows();
  const PackedBatch batch = pack(rows, std::vector<std::uint32_t>{0, 1, 2}, at::kCPU);
  ClassifierOptions options;
  options.pooling = Pooling::cls;  // the pooler takes part
  const auto model = tiny_classifier(options);
  // In fp64, so that differences of the loss are not drowned by rounding.
  for (const auto& [name, tensor] : model->tensors()) {
    tensor.set_requires_grad(false);
  }
  // set_data changes the type of the very tensors that the model holds.
  for (const auto& [name, tensor] : model->tensors()) {
    tensor.set_data(tensor.to(at::kDouble));
    tensor.set_requires_grad(true);
  }
  const at::Tensor labels = at::tensor(std::vector<std::int64_t>{2, 0, 1});
  const auto loss = [&] {
    return at::cross_entropy_loss(model->logits({batch, {}, {}}, Mode::evaluation), labels);
  };
  loss().backward();
  const at::NoGradGuard no_gradients;
  for (const auto& [name, tensor] : model->tensors()) {
    const at::Tensor flat = tensor.view(-1);
    // Two entries of each tensor, at its beginning (used tokens come first) and further on.
    for (const std::int64_t index : {2 * 16 % tensor.numel(), tensor.numel() / 3}) {
      constexpr double h = 1e-5;
      const double value = flat[index].item<double>();
      flat[index] = value + h;
      const double above = loss().item<double>();
      flat[index] = value - h;
      const double below = loss().item<double>();
      flat[index] = value;
      INFO(name << "[" << index << "]");
      CHECK(tensor.grad().view(-1)[index].item<double>() ==
            Approx((above - below) / (2 * h)).margin(1e-8).epsilon(1e-5));
    }
  }
}

TEST_CASE("only the top layers, the pooler in use and the head are trained") {
  const auto trained = [](std::optional<std::int64_t> layers, Pooling pooling) {
    ClassifierOptions options;
    options.adaptation.trainable_layers = layers;
    options.pooling = pooling;
    std::vector<std::string> names;
    const auto model = tiny_classifier(options);
    for (const auto& [name, tensor] : model->trained().tensors) names.push_back(name);
    return names;
  };
  CHECK(trained(0, Pooling::mean) ==
        std::vector<std::string>{"classifier.bias", "classifier.weight"});
  CHECK(trained(0, Pooling::cls) ==
        std::vector<std::string>{"bert.pooler.dense.bias", "bert.pooler.dense.weight",
                                 "classifier.bias", "classifier.weight"});
  CHECK(trained(1, Pooling::mean).size() == 16 + 2);
  CHECK(trained(1, Pooling::mean).front() ==
        "bert.encoder.layer.1.attention.output.LayerNorm.bias");
  CHECK(trained(2, Pooling::mean).size() == 2 * 16 + 2);
  CHECK(trained(std::nullopt, Pooling::mean).size() == 5 + 2 * 16 + 2);
  CHECK_THROWS_AS(trained(3, Pooling::mean), ConfigError);
}

TEST_CASE("dropout depends on the generator's seed, and evaluation has none") {
  ClassifierOptions options;
  options.dropout = 0.5;
  const auto model = tiny_classifier(options);
  const PackedBatch batch = pack(golden_rows(), std::vector<std::uint32_t>{0, 1, 2}, at::kCPU);
  const auto logits = [&](std::uint64_t seed, Mode mode) {
    at::manual_seed(seed);
    return model->logits({batch, {}, {}}, mode).detach();
  };
  CHECK(at::equal(logits(1, Mode::training), logits(1, Mode::training)));
  CHECK_FALSE(at::equal(logits(1, Mode::training), logits(2, Mode::training)));
  CHECK(at::equal(logits(1, Mode::evaluation), logits(2, Mode::evaluation)));
}

TEST_CASE("weights are found under the names that published files use") {
  NamedTensors renamed;
  for (const auto& [name, tensor] : tiny_tensors()) {
    std::string other = "bert." + name;
    if (other.ends_with("LayerNorm.weight")) other.replace(other.size() - 6, 6, "gamma");
    if (other.ends_with("LayerNorm.bias")) other.replace(other.size() - 4, 4, "beta");
    renamed.emplace(other, tensor);
  }
  renamed.emplace("cls.predictions.bias", at::zeros({60}));
  BertWeights plain = tiny_weights();
  BertWeights other = tiny_weights(renamed);
  const BertConfig config = parse_bert_config(tiny_config(), "tiny");
  const auto expected = bert_slots(plain, config).weights;
  const auto found = bert_slots(other, config).weights;
  REQUIRE(found.size() == expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    CHECK(at::equal(*found[i].tensor, *expected[i].tensor));
  }
}

TEST_CASE("every missing or misshapen tensor is named at once") {
  NamedTensors tensors = tiny_tensors();
  tensors.erase("encoder.layer.1.output.dense.bias");
  tensors.at("embeddings.word_embeddings.weight") = at::zeros({59, 16});
  const TemporaryFolder folder;
  write_tensors(folder / "model.safetensors", tensors);
  try {
    load_bert_weights({folder / "model.safetensors"}, parse_bert_config(tiny_config(), "tiny"));
    FAIL("accepted");
  } catch (const ConfigError& error) {
    REQUIRE(error.faults().size() == 2);
    CHECK(error.faults()[0].message == "has shape [59, 16], config.json says [60, 16]");
    CHECK(error.faults()[1].place.ends_with("encoder.layer.1.output.dense.bias"));
  }
}

TEST_CASE("a model that this trainer would compute wrongly is refused") {
  const auto faults = [](const char* key, const nlohmann::json& value) {
    nlohmann::json config = tiny_config();
    config[key] = value;
    try {
      parse_bert_config(config, "config.json");
    } catch (const ConfigError& error) {
      return error.faults().size();
    }
    return std::size_t{0};
  };
  CHECK(faults("hidden_act", "gelu") == 0);
  CHECK(faults("hidden_act", "gelu_new") == 1);
  CHECK(faults("position_embedding_type", "relative_key") == 1);
  CHECK(faults("num_attention_heads", 5) == 1);
  CHECK(faults("hidden_size", 0) == 1);
  CHECK(faults("hidden_size", "16") == 1);
  CHECK(faults("num_hidden_layers", 16777216) == 1);
  CHECK(faults("model_type", "albert") == 1);
}

TEST_CASE(
    "the content hash of a model folder changes with any of its files and not with its name") {
  const TemporaryFolder folder;
  write_tiny_model(folder / "a");
  write_tiny_model(folder / "b");
  const std::string hash = content_hash(find_model(folder / "a"));
  CHECK(hash.size() == 32);
  CHECK(content_hash(find_model(folder / "b")) == hash);
  write_text(folder / "b" / "config.json", tiny_config().dump() + " ");
  CHECK(content_hash(find_model(folder / "b")) != hash);
}

TEST_CASE("a folder without a usable model is refused, all missing parts named") {
  const TemporaryFolder folder;
  CHECK_THROWS_AS(find_model(folder / "none"), ConfigError);
  try {
    find_model(folder.path());
    FAIL("accepted");
  } catch (const ConfigError& error) {
    CHECK(error.faults().size() == 3);
  }
}
