#include "trainer/loop/classification.hpp"

#include <ATen/ATen.h>

#include <algorithm>

#include "trainer/errors.hpp"
#include "trainer/loop/device.hpp"
#include "trainer/loop/evaluate.hpp"
#include "trainer/model/adapter_tensors.hpp"

namespace winnow::train {
namespace {

at::Tensor labels_of(const TokenDataset& dataset, std::span<const std::uint32_t> rows,
                     at::Device device) {
  std::vector<std::int64_t> labels;
  for (const std::uint32_t row : rows) labels.push_back(dataset.label(row));
  return at::tensor(labels).to(device);
}

// at::cross_entropy_loss's word for "no class is left out".
constexpr std::int64_t ignore_none = -100;

}  // namespace

std::unique_ptr<TextClassifier> make_classifier(const TrainConfig& config, const ModelFolder& model,
                                                const BertConfig& bert, std::size_t classes) {
  require_positions(config, bert.max_positions);
  ClassifierOptions options;
  options.classes = static_cast<std::int64_t>(classes);
  options.pooling = parse_pooling(config.pooling, "pooling");
  options.adaptation = config.adaptation;
  options.dropout = config.dropout;
  options.checkpointing = config.gradient_checkpointing;
  BertWeights weights = config.initial_weights == InitialWeights::random
                            ? random_bert_weights(bert, config.seed)
                            : load_bert_weights(model.weights, bert);
  const std::int64_t kept = pretrained_layers(config, bert.layers);
  if (kept < bert.layers) {
    const BertWeights drawn = random_bert_weights(bert, config.seed);
    std::copy(drawn.layers.begin() + kept, drawn.layers.end(), weights.layers.begin() + kept);
  }
  auto classifier = std::make_unique<TextClassifier>(bert, std::move(weights), options, config.seed,
                                                     choose_device());
  if (config.precision == Precision::bf16) classifier->round_frozen(at::kBFloat16);
  return classifier;
}

Classification::Classification(const TrainConfig& config, TrainingData data)
    : config_(config),
      data_(std::move(data)),
      model_(make_classifier(config, data_.model, data_.bert, data_.labels.size())),
      facts_{data_.model,       data_.labels.names(), data_.train.size(),
             data_.bert.layers, model_->device(),     data_.train.offsets()},
      class_weights_(class_weights(config.class_weights, data_.train, data_.labels.size())) {
  if (config.adapter) {
    read_adapter_tensors(*config.adapter, config.adaptation.kind, model_->trained());
  }
  if (!class_weights_.empty()) {
    weights_of_classes_ = at::tensor(class_weights_).to(model_->device());
  }
}

bool Classification::prepare(const std::function<bool()>& stop_requested) {
  const auto prepare = [&](const TokenDataset& dataset, std::unique_ptr<FrozenPart>& part) {
    part = FrozenPart::prepare(*model_, dataset, config_.cache_dir, stop_requested);
    return part != nullptr;
  };
  return prepare(data_.train, train_) && prepare(data_.validation, validation_) &&
         (!data_.test || prepare(*data_.test, test_));
}

at::Tensor Classification::loss_of_sets(const at::Tensor& logits,
                                        std::span<const std::uint32_t> rows) const {
  const auto classes = static_cast<std::size_t>(logits.size(1));
  at::Tensor targets = memberships(data_.train_sets, rows, classes).to(logits.device());
  if (config_.label_smoothing > 0.0) {  // a class has two outcomes to spread the share over
    targets = targets * (1.0 - config_.label_smoothing) + 0.5 * config_.label_smoothing;
  }
  return at::binary_cross_entropy_with_logits(logits, targets, {}, {}, at::Reduction::Sum) /
         static_cast<double>(classes);
}

at::Tensor Classification::loss_sum(std::span<const std::uint32_t> rows) const {
  const at::Tensor logits = model_->logits(train_->input(rows), Mode::training);
  if (config_.multi_label) return loss_of_sets(logits, rows);
  const at::Tensor labels = labels_of(data_.train, rows, logits.device());
  return at::cross_entropy_loss(logits, labels, weights_of_classes_, at::Reduction::Sum,
                                ignore_none, config_.label_smoothing);
}

double Classification::loss_weight(std::span<const std::uint32_t> rows) const {
  if (class_weights_.empty()) return static_cast<double>(rows.size());
  double sum = 0.0;
  for (const std::uint32_t row : rows) {
    sum += class_weights_[static_cast<std::size_t>(data_.train.label(row))];
  }
  return sum;
}

std::map<std::string, double> Classification::evaluate(Split split) const {
  const FrozenPart* const part = split == Split::test ? test_.get() : validation_.get();
  expect(part != nullptr, "rows of the split were read");
  const LabelSets& sets = split == Split::test ? data_.test_sets : data_.validation_sets;
  return measure(
      config_.multi_label ? train::evaluate(*model_, *part, sets) : train::evaluate(*model_, *part),
      prefix_of(split));
}

}  // namespace winnow::train
