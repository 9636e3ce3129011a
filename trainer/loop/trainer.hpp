// Optimizer, schedule and order of the rows of one run: takes single steps and evaluates. What step
// k does depends on the weights, the optimizer's state, the plateau and k, and on nothing else that
// changes.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "trainer/data/batches.hpp"
#include "trainer/loop/task.hpp"
#include "trainer/optim/arena.hpp"
#include "trainer/optim/optimizer.hpp"
#include "trainer/optim/plateau.hpp"
#include "trainer/optim/weight_average.hpp"

namespace winnow::train {

class Trainer {
 public:
  /// Config and task must outlive this. Throws ConfigError.
  Trainer(const TrainConfig& config, Task& task);

  struct Step {
    double loss = 0.0;           // of the batch, before the update
    double gradient_norm = 0.0;  // before clipping
    std::int64_t tokens = 0;     // of the batch
  };
  /// The update of step 0, 1, 2 …, its learning rate times `rate_factor`. With a loss that is not
  /// finite, or a gradient that has exploded, nothing is updated. Needs Task::prepare().
  Step update(std::int64_t step, double rate_factor = 1.0);

  /// The layers that the gradient of step `step`, which was the last one, hardly reached.
  std::vector<std::int64_t> vanished_layers(std::int64_t step) const;

  /// With the average of the weights if there is one.
  std::map<std::string, double> evaluate(Split split) const;
  /// What training changes, in fp32, as views; restore() says what has to follow a change.
  NamedTensors trained() const { return arena_.views(arena_.values(), ""); }
  /// Goes on with what a checkpoint holds; `source` names it. Throws ConfigError.
  void restore(const NamedTensors& weights, const NamedTensors& optimizer,
               const std::string& source);
  /// Copies of the trained tensors, or of their averages: what is worth keeping.
  NamedTensors weights() const;
  /// Ends training: goes on with these weights and without an average.
  void replace_weights(const NamedTensors& weights, const std::string& source);

  std::size_t batches_per_epoch() const { return order_.batches_per_epoch(); }
  std::int64_t total_steps() const { return schedule_.total_steps; }
  std::int64_t trainable_numbers() const { return arena_.columns(); }
  const Task& task() const { return task_; }
  /// The optimizer's, and the average.
  NamedTensors optimizer_state() const;

 private:
  /// Gradients flow only into what the step changes.
  void unfreeze(std::int64_t step);

  const TrainConfig& config_;
  Task& task_;
  BatchOrder order_;
  std::map<std::string, std::int64_t> first_steps_;  // of tensors that are not trained from step 0
  Arena arena_;
  std::unique_ptr<Optimizer> optimizer_;
  std::unique_ptr<WeightAverage> average_;  // null: none
  Schedule schedule_;
};

/// The trained tensors with their groups: matrices decay; layers below the top have a smaller rate
/// and may begin later.
std::vector<Parameter> parameters_of(const TrainedTensors& trained, const TrainConfig& config,
                                     std::int64_t layers, std::size_t batches_per_epoch);

}  // namespace winnow::train
