// SGD with momentum in the form of Sutskever, Martens, Dahl, Hinton 2013, "On the importance of
// initialization and momentum in deep learning", with the learning rate outside the velocity, as
// torch::optim::SGD has it: v ← μ·v + g, θ ← θ − η·v; decay is added to the gradient.
#include <ATen/ATen.h>

#include "trainer/optim/optimizer.hpp"

namespace winnow::train {
namespace {

class Sgd final : public Optimizer {
 public:
  Sgd(const OptimizerOptions& options, std::vector<Parameter> parameters)
      : options_(options), parameters_(std::move(parameters)) {
    for (const Parameter& parameter : parameters_) {
      velocities_.push_back(at::zeros_like(parameter.tensor).detach());
    }
  }

  void update(double learning_rate, std::int64_t /*step*/) override {
    const at::NoGradGuard no_gradients;
    for (std::size_t i = 0; i < parameters_.size(); ++i) {
      const Parameter& parameter = parameters_[i];
      at::Tensor gradient = parameter.tensor.grad();
      if (!gradient.defined()) continue;
      if (parameter.decays && options_.weight_decay != 0.0) {
        gradient = gradient.add(parameter.tensor, options_.weight_decay);
      }
      velocities_[i].mul_(options_.momentum).add_(gradient);
      parameter.tensor.add_(velocities_[i], -learning_rate);
    }
  }

  NamedTensors state() const override {
    NamedTensors state;
    for (std::size_t i = 0; i < parameters_.size(); ++i) {
      state.emplace("velocity." + parameters_[i].name, velocities_[i]);
    }
    return state;
  }

 private:
  OptimizerOptions options_;
  std::vector<Parameter> parameters_;
  std::vector<at::Tensor> velocities_;
};

}  // namespace

std::unique_ptr<Optimizer> make_sgd(const OptimizerOptions& options,
                                    std::vector<Parameter> parameters) {
  return std::make_unique<Sgd>(options, std::move(parameters));
}

}  // namespace winnow::train
