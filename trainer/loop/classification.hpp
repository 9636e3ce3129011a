// The task text_classification: rows with one label each and cross-entropy, or with any number of
// labels and the binary cross-entropy of each class, the mean over classes.
#pragma once

#include <memory>

#include "trainer/loop/frozen_part.hpp"
#include "trainer/loop/task.hpp"
#include "trainer/loop/training_data.hpp"

namespace winnow::train {

class Classification final : public Task {
 public:
  /// Reads the model's weights. The config must outlive this. Throws ConfigError.
  Classification(const TrainConfig& config, TrainingData data);

  const TaskFacts& facts() const override { return facts_; }
  const TrainedTensors& trained() const override { return model_->trained(); }
  bool prepare(const std::function<bool()>& stop_requested) override;
  at::Tensor loss_sum(std::span<const std::uint32_t> rows) const override;
  double loss_weight(std::span<const std::uint32_t> rows) const override;
  std::map<std::string, double> evaluate(Split split) const override;

 private:
  at::Tensor loss_of_sets(const at::Tensor& logits, std::span<const std::uint32_t> rows) const;

  const TrainConfig& config_;
  TrainingData data_;
  std::unique_ptr<TextClassifier> model_;
  TaskFacts facts_;
  std::vector<float> class_weights_;  // empty: all 1
  at::Tensor weights_of_classes_;     // (K) or undefined
  std::unique_ptr<FrozenPart> train_;
  std::unique_ptr<FrozenPart> validation_;
  std::unique_ptr<FrozenPart> test_;
};

/// The classifier that the settings describe, with a new head.
std::unique_ptr<TextClassifier> make_classifier(const TrainConfig& config, const ModelFolder& model,
                                                const BertConfig& bert, std::size_t classes);

}  // namespace winnow::train
