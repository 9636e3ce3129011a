// Adam (Kingma, Ba 2015, "Adam: A Method for Stochastic Optimization", algorithm 1) and AdamW
// (Loshchilov, Hutter 2019, "Decoupled Weight Decay Regularization", algorithm 2), operation by
// operation as in torch::optim. Letters: m, v averages of the gradient and of its square; t = step
// + 1.
#include <ATen/ATen.h>

#include <cmath>

#include "trainer/optim/optimizer.hpp"

namespace winnow::train {
namespace {

class Adam final : public Optimizer {
 public:
  Adam(const OptimizerOptions& options, Decay decay, std::vector<Parameter> parameters)
      : options_(options), decay_(decay), parameters_(std::move(parameters)) {
    for (const Parameter& parameter : parameters_) {
      m_.push_back(at::zeros_like(parameter.tensor).detach());
      v_.push_back(at::zeros_like(parameter.tensor).detach());
    }
  }

  void update(double learning_rate, std::int64_t step) override {
    const at::NoGradGuard no_gradients;
    const auto t = static_cast<double>(step + 1);
    const double step_size = learning_rate / (1.0 - std::pow(options_.beta1, t));
    const double v_correction = std::sqrt(1.0 - std::pow(options_.beta2, t));
    for (std::size_t i = 0; i < parameters_.size(); ++i) {
      const at::Tensor& theta = parameters_[i].tensor;
      at::Tensor gradient = theta.grad();
      if (!gradient.defined()) continue;
      const double decay = parameters_[i].decays ? options_.weight_decay : 0.0;
      if (decay != 0.0 && decay_ == Decay::decoupled) theta.mul_(1.0 - learning_rate * decay);
      if (decay != 0.0 && decay_ == Decay::in_gradient) gradient = gradient.add(theta, decay);
      m_[i].mul_(options_.beta1).add_(gradient, 1.0 - options_.beta1);
      v_[i].mul_(options_.beta2).addcmul_(gradient, gradient, 1.0 - options_.beta2);
      const at::Tensor denominator = v_[i].sqrt().div_(v_correction).add_(options_.epsilon);
      theta.addcdiv_(m_[i], denominator, -step_size);
    }
  }

  NamedTensors state() const override {
    NamedTensors state;
    for (std::size_t i = 0; i < parameters_.size(); ++i) {
      state.emplace("m." + parameters_[i].name, m_[i]);
      state.emplace("v." + parameters_[i].name, v_[i]);
    }
    return state;
  }

 private:
  OptimizerOptions options_;
  Decay decay_;
  std::vector<Parameter> parameters_;
  std::vector<at::Tensor> m_;
  std::vector<at::Tensor> v_;
};

}  // namespace

std::unique_ptr<Optimizer> make_adam(const OptimizerOptions& options, Decay decay,
                                     std::vector<Parameter> parameters) {
  return std::make_unique<Adam>(options, decay, std::move(parameters));
}

}  // namespace winnow::train
