// Turns gradients into changed weights. State is one or two tensors per parameter, named for
// checkpoints; the number of updates so far is handed in, so that it is stored in one place only.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "trainer/model/tensors.hpp"

namespace winnow::train {

struct OptimizerOptions {
  std::string name = "adamw";  // sgd, adam, adamw
  double momentum = 0.9;       // sgd
  double beta1 = 0.9;          // adam, adamw
  double beta2 = 0.999;        // adam, adamw
  double epsilon = 1e-8;       // adam, adamw
  double weight_decay = 0.0;
};

/// A trained tensor. Biases and LayerNorm tensors do not decay.
struct Parameter {
  std::string name;
  at::Tensor tensor;
  bool decays = true;
};

std::vector<Parameter> parameters_of(const NamedTensors& trainable);

class Optimizer {
 public:
  virtual ~Optimizer() = default;

  /// One update with the gradients that the parameters hold; parameters without one stay as they
  /// are. `step` counts from 0.
  virtual void update(double learning_rate, std::int64_t step) = 0;

  /// What must be saved to go on, all zeros before the first update. The tensors are the
  /// optimizer's own.
  virtual NamedTensors state() const = 0;
};

/// Throws ConfigError for an unknown name.
std::unique_ptr<Optimizer> make_optimizer(const OptimizerOptions& options,
                                          std::vector<Parameter> parameters);

/// The two families behind make_optimizer(); `decoupled` is the difference of AdamW to Adam.
enum class Decay { in_gradient, decoupled };
std::unique_ptr<Optimizer> make_sgd(const OptimizerOptions& options,
                                    std::vector<Parameter> parameters);
std::unique_ptr<Optimizer> make_adam(const OptimizerOptions& options, Decay decay,
                                     std::vector<Parameter> parameters);

}  // namespace winnow::train
