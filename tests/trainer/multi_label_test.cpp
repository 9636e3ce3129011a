// Rows with any number of labels, from the file to an exported folder.
#include <ATen/ATen.h>

#include <catch2/catch.hpp>
#include <cmath>

#include "tests/trainer/run_support.hpp"
#include "trainer/loop/classification.hpp"
#include "trainer/loop/evaluate.hpp"
#include "trainer/model/exported_folder.hpp"

using namespace winnow;
using namespace winnow::tests;
using namespace winnow::train;

namespace {

/// Each label is that a word is there: "good", "bad", both or none of them.
void write_sets(const std::filesystem::path& file, int rows) {
  std::string lines;
  for (int row = 0; row < rows; ++row) {
    const bool good = row % 2 == 0, bad = row % 3 == 0;
    nlohmann::json labels = nlohmann::json::array();
    std::string text = "the film was";
    if (good) {
      text += " good";
      labels.push_back("praise");
    }
    if (bad) {
      text += " bad";
      labels.push_back("blame");
    }
    lines += nlohmann::json{{"text", text}, {"label", labels}}.dump() + "\n";
  }
  write_text(file, lines);
}

nlohmann::json study(const std::filesystem::path& folder) {
  write_tiny_model(folder / "model");
  write_sets(folder / "train.jsonl", 48);
  write_sets(folder / "validation.jsonl", 12);
  nlohmann::json settings = tiny_settings(folder);
  settings.update({{"multi_label", true}, {"dropout", 0.0}, {"max_steps", 60}});
  return settings;
}

/// By the definition, the mean over classes.
double loss_by_hand(const at::Tensor& logits, const std::vector<std::vector<int>>& members,
                    double smoothing) {
  double sum = 0.0;
  for (std::size_t row = 0; row < members.size(); ++row) {
    for (std::size_t k = 0; k < members[row].size(); ++k) {
      const double logit =
          logits[static_cast<std::int64_t>(row)][static_cast<std::int64_t>(k)].item<double>();
      const double share = 1.0 / (1.0 + std::exp(-logit));
      const double target = members[row][k] * (1.0 - smoothing) + 0.5 * smoothing;
      sum -= target * std::log(share) + (1.0 - target) * std::log(1.0 - share);
    }
  }
  return sum / static_cast<double>(members.front().size());
}

}  // namespace

TEST_CASE("the loss of sets of labels is the mean cross-entropy of the classes") {
  const TemporaryFolder folder;
  nlohmann::json settings = study(folder.path());
  for (const double smoothing : {0.0, 0.2}) {
    settings["label_smoothing"] = smoothing;
    const TrainConfig config = parse_config(settings, Environment{});
    const TrainingData data = load_training_data(config);
    CHECK(data.labels.names() == std::vector<std::string>{"blame", "praise"});
    Classification task(config, data);
    REQUIRE(task.prepare([] { return false; }));
    const std::vector<std::uint32_t> rows = {0, 1, 2, 3};
    const auto model = make_classifier(config, data.model, data.bert, 2);  // of the same seed
    const at::NoGradGuard no_gradients;
    const at::Tensor logits =
        model->logits({pack(data.train, rows, at::kCPU), {}, {}}, Mode::evaluation);
    CHECK(task.loss_sum(rows).item<double>() ==
          Approx(loss_by_hand(logits, {{1, 1}, {0, 0}, {0, 1}, {1, 0}}, smoothing)).epsilon(1e-5));
    CHECK(task.loss_weight(rows) == 4.0);
  }
}

TEST_CASE("sets of labels are learned, exported, and measured again") {
  for (const char* adaptation : {"full", "lora"}) {
    INFO(adaptation);
    const TemporaryFolder folder;
    nlohmann::json settings = study(folder.path());
    settings.update({{"adaptation", adaptation}, {"early_stopping_metric", "eval_micro_f1"}});
    const RunFolder run{folder / "run"};
    REQUIRE(run_tiny(run, settings) == RunEnd::finished);
    const nlohmann::json values = reports_of_type(run, "metric").back().at("values");
    CHECK(values.at("eval_accuracy") == 1.0);
    CHECK(values.at("eval_macro_f1") == 1.0);
    CHECK_FALSE(values.contains("eval_mcc"));

    const TrainConfig config = parse_config(settings, Environment{});
    const TrainingData data = load_training_data(config);
    const auto model = make_classifier(config, data.model, data.bert, 2);
    copy_values(kept_weights(read_checkpoint(run.checkpoint(60))), model->trained().tensors, "run");
    export_folder({*model, data.labels.names(), 12, data.model.path, "# Card\n", true},
                  folder / "out");
    const LoadedClassifier loaded = load_classifier(folder / "out", at::kCPU);
    CHECK(loaded.multi_label);
    const auto part = FrozenPart::prepare(*loaded.model, data.validation, {}, [] { return false; });
    CHECK(measure(evaluate(*loaded.model, *part, data.validation_sets), "eval_").at("eval_loss") ==
          Approx(values.at("eval_loss").get<double>()));
  }
}
