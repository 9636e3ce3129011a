#include <ATen/ATen.h>
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "trainer/arguments.hpp"
#include "trainer/baseline/logistic_regression.hpp"
#include "trainer/baseline/strength.hpp"
#include "trainer/data/rows.hpp"
#include "trainer/errors.hpp"
#include "trainer/loop/device.hpp"
#include "trainer/loop/frozen_part.hpp"
#include "trainer/loop/machine.hpp"
#include "trainer/verbs/opened_encoder.hpp"
#include "trainer/verbs/predictions.hpp"
#include "trainer/verbs/verb.hpp"

namespace winnow::train {
namespace {

/// (n, C) in fp64 on the processor: the mean over each row's tokens, no layer trained.
at::Tensor features_of(const TextClassifier& model, const TokenDataset& dataset,
                       const std::optional<std::filesystem::path>& cache_dir) {
  const auto part = FrozenPart::prepare(model, dataset, cache_dir, [] { return false; });
  return part->pooled().to(at::kCPU, at::kDouble);
}

at::Tensor labels_of(const TokenDataset& dataset) {
  return at::tensor(std::vector<std::int64_t>(dataset.labels().begin(), dataset.labels().end()));
}

EvaluationPass judge(const LogisticModel& model, const at::Tensor& features,
                     const TokenDataset& dataset) {
  const at::Tensor logits = apply(model, features);
  const at::Tensor predicted = logits.argmax(1);
  EvaluationPass pass;
  pass.rows = dataset.size();
  pass.classes = static_cast<std::int32_t>(logits.size(1));
  const at::Tensor shares = at::softmax(logits, 1).to(at::kFloat).contiguous();
  pass.probabilities.assign(shares.data_ptr<float>(), shares.data_ptr<float>() + shares.numel());
  pass.labels = dataset.labels();
  for (std::int64_t row = 0; row < predicted.size(0); ++row) {
    pass.predicted.push_back(static_cast<std::int32_t>(predicted[row].item<std::int64_t>()));
  }
  pass.mean_loss = at::cross_entropy_loss(logits, labels_of(dataset)).item<double>();
  return pass;
}

nlohmann::json scores_to_json(const StrengthChoice& choice) {
  nlohmann::json scores = nlohmann::json::array();
  for (const StrengthScore& score : choice.scores) {
    scores.push_back({{"penalty", score.penalty}, {"accuracy", score.accuracy}});
  }
  return scores;
}

}  // namespace

int run_baseline(Words words) {
  const Arguments arguments({{"MODEL"},
                             {"train", "data", "max-length", "predictions", "text-column",
                              "label-column", "cache-dir", "threads"},
                             {}},
                            words);
  set_threads(static_cast<int>(arguments.integer("threads", 1, 1, 1024)));
  const std::string train_path = arguments.required("train");
  const std::string data_path = arguments.required("data");
  const std::optional<std::filesystem::path> predictions = arguments.option("predictions");
  if (predictions) require_folder_of(*predictions);
  const OpenedEncoder opened = open_encoder(arguments);
  const auto read = [&](const std::string& path) {
    return read_rows(path, arguments.option("text-column").value_or("text"),
                     arguments.option("label-column").value_or("label"));
  };
  const std::vector<LabelledText> train_rows = read(train_path);
  const LabelVocabulary labels = LabelVocabulary::of_training_rows(train_rows, train_path);
  if (train_rows.size() < 5)
    throw ConfigError(train_path, "needs at least 5 rows, one for each fold");
  const TokenDataset train = TokenDataset::tokenised(train_rows, opened.tokenizer, labels,
                                                     {opened.max_length}, train_path);
  const TokenDataset data = TokenDataset::tokenised(read(data_path), opened.tokenizer, labels,
                                                    {opened.max_length}, data_path);

  ClassifierOptions options;
  options.adaptation.trainable_layers = 0;
  options.classes = static_cast<std::int64_t>(labels.size());
  const TextClassifier encoder(opened.bert, load_bert_weights(opened.folder.weights, opened.bert),
                               options, /*seed=*/0, choose_device());
  const std::optional<std::filesystem::path> cache_dir = arguments.option("cache-dir");
  const at::Tensor features = features_of(encoder, train, cache_dir);
  const StrengthChoice choice = choose_strength(features, labels_of(train), options.classes);
  const LogisticModel model =
      fit_logistic(features, labels_of(train), options.classes, choice.penalty);
  const EvaluationPass pass = judge(model, features_of(encoder, data, cache_dir), data);
  if (predictions) write_predictions(*predictions, pass, labels.names());
  const nlohmann::json summary = {{"version", 1},
                                  {"rows", data.size()},
                                  {"penalty", choice.penalty},
                                  {"cross_validation", scores_to_json(choice)},
                                  {"values", measure(pass, "test_")}};
  fmt::print("{}\n", summary.dump());
  return 0;
}

}  // namespace winnow::train
