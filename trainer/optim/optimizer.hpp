// Turns gradients into changed weights. The state is a few blocks of the arena's shape; the number
// of updates so far is handed in, so that it is stored in one place only.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "trainer/optim/arena.hpp"

namespace winnow::train {

struct OptimizerOptions {
  std::string name = "adamw";  // a name of optimizer_names()
  double momentum = 0.9;       // sgd, nesterov
  double beta1 = 0.9;          // the Adam family, lion
  double beta2 = 0.999;        // the Adam family, lion, rmsprop, adadelta
  double epsilon = 1e-8;       // added to a root
  std::int64_t history = 10;   // lbfgs: pairs remembered
};

/// What one trial's row of the arena is updated with.
struct TrialStep {
  double learning_rate = 0.0;
  double weight_decay = 0.0;
  std::int64_t step = 0;  // counts from 0
};

class Optimizer {
 public:
  virtual ~Optimizer() = default;

  /// One update of each trial's row with the gradients in the arena.
  virtual void update(std::span<const TrialStep> trials) = 0;

  /// What must be saved to go on, all zeros before the first update. The tensors are views of the
  /// optimizer's own.
  virtual NamedTensors state() const = 0;
};

const std::vector<std::string>& optimizer_names();

/// The arena must outlive it. Throws ConfigError for an unknown name.
std::unique_ptr<Optimizer> make_optimizer(const OptimizerOptions& options, const Arena& arena);

}  // namespace winnow::train
