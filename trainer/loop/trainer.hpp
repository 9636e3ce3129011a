// Model, optimizer and data of one run: takes single steps and evaluates. What step k does depends
// on the weights, the optimizer's state and k, and on nothing else that changes.
#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "trainer/data/batches.hpp"
#include "trainer/loop/frozen_part.hpp"
#include "trainer/loop/training_data.hpp"
#include "trainer/model/text_classifier.hpp"
#include "trainer/optim/optimizer.hpp"

namespace winnow::train {

class Trainer {
 public:
  /// Reads the model's weights. Config and data must outlive this. Throws ConfigError.
  Trainer(const TrainConfig& config, const TrainingData& data);

  /// Computes what the frozen layers make of all rows, which may take minutes; needed before
  /// anything below. False if `stop_requested` said so before the end.
  bool prepare_rows(const std::function<bool()>& stop_requested);

  /// The update of step 0, 1, 2 …; returns the batch's loss before it. With a loss that is not
  /// finite nothing is updated.
  double update(std::int64_t step);

  /// {"eval_loss": …} on the validation rows.
  std::map<std::string, double> evaluate_validation() const;
  /// {"test_loss": …}; needs test rows.
  std::map<std::string, double> evaluate_test() const;

  std::size_t batches_per_epoch() const { return order_.batches_per_epoch(); }
  std::int64_t total_steps() const { return schedule_.total_steps; }
  std::int64_t trainable_numbers() const;
  const TextClassifier& model() const { return *model_; }
  NamedTensors optimizer_state() const { return optimizer_->state(); }

 private:
  const TrainConfig& config_;
  const TrainingData& data_;
  std::unique_ptr<TextClassifier> model_;
  std::vector<Parameter> parameters_;
  std::unique_ptr<Optimizer> optimizer_;
  BatchOrder order_;
  Schedule schedule_;
  at::Tensor class_weights_;  // (K) or undefined
  std::unique_ptr<FrozenPart> train_;
  std::unique_ptr<FrozenPart> validation_;
  std::unique_ptr<FrozenPart> test_;
};

}  // namespace winnow::train
