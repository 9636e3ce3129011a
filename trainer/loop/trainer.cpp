#include "trainer/loop/trainer.hpp"

#include <ATen/ATen.h>

#include <cmath>

#include "trainer/errors.hpp"
#include "trainer/loop/device.hpp"
#include "trainer/loop/evaluate.hpp"
#include "trainer/optim/clip.hpp"
#include "trainer/random_streams.hpp"

namespace winnow::train {
namespace {

std::unique_ptr<TextClassifier> make_model(const TrainConfig& config, const TrainingData& data,
                                           at::Device device) {
  ClassifierOptions options;
  options.classes = static_cast<std::int64_t>(data.labels.size());
  options.pooling = parse_pooling(config.pooling, "pooling");
  options.trainable_layers = config.trainable_layers;
  options.dropout = config.dropout;
  return std::make_unique<TextClassifier>(
      data.bert, load_bert_weights(data.model.weights, data.bert), options, config.seed, device);
}

OptimizerOptions optimizer_options(const TrainConfig& config) {
  return {config.optimizer, config.momentum, config.beta1,
          config.beta2,     config.epsilon,  config.weight_decay};
}

at::Tensor labels_of(const TokenDataset& dataset, std::span<const std::uint32_t> rows,
                     at::Device device) {
  std::vector<std::int64_t> labels;
  for (const std::uint32_t row : rows) labels.push_back(dataset.label(row));
  return at::tensor(labels).to(device);
}

}  // namespace

Trainer::Trainer(const TrainConfig& config, const TrainingData& data)
    : config_(config),
      data_(data),
      model_(make_model(config, data, choose_device())),
      parameters_(parameters_of(model_->trainable())),
      optimizer_(make_optimizer(optimizer_options(config), parameters_)),
      order_(data.train.size(), config.batch_size, config.data_seed),
      schedule_(
          schedule_of(config, winnow::train::total_steps(config, order_.batches_per_epoch()))) {
  const std::vector<float> weights =
      class_weights(config.class_weights, data.train, data.labels.size());
  if (!weights.empty()) class_weights_ = at::tensor(weights).to(model_->device());
}

bool Trainer::prepare_rows(const std::function<bool()>& stop_requested) {
  const auto prepare = [&](const TokenDataset& dataset, std::unique_ptr<FrozenPart>& part) {
    part = FrozenPart::prepare(*model_, dataset, config_.cache_dir, stop_requested);
    return part != nullptr;
  };
  return prepare(data_.train, train_) && prepare(data_.validation, validation_) &&
         (!data_.test || prepare(*data_.test, test_));
}

double Trainer::update(std::int64_t step) {
  const auto position = static_cast<std::uint64_t>(step);
  at::manual_seed(mixed_seed(config_.seed, RandomPurpose::dropout, position));
  const std::vector<std::uint32_t> rows = order_.batch(position);
  const at::Tensor logits = model_->logits(train_->input(rows), Mode::training);
  const at::Tensor labels = labels_of(data_.train, rows, logits.device());
  const at::Tensor loss = at::cross_entropy_loss(logits, labels, class_weights_);
  const auto value = loss.item<double>();
  if (!std::isfinite(value)) return value;
  clear_gradients(parameters_);
  loss.backward();
  clip_gradients(parameters_, config_.gradient_clip);
  optimizer_->update(learning_rate(schedule_, step), step);
  return value;
}

std::map<std::string, double> Trainer::evaluate_validation() const {
  return measure(evaluate(*model_, *validation_), "eval_");
}

std::map<std::string, double> Trainer::evaluate_test() const {
  expect(test_ != nullptr, "test rows were read");
  return measure(evaluate(*model_, *test_), "test_");
}

std::int64_t Trainer::trainable_numbers() const {
  std::int64_t count = 0;
  for (const Parameter& parameter : parameters_) count += parameter.tensor.numel();
  return count;
}

}  // namespace winnow::train
