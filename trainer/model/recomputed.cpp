#include "trainer/model/recomputed.hpp"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/custom_function.h>

#include <mutex>

namespace winnow::train {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

at::Tensor generator_state(at::Generator generator) {
  const std::lock_guard lock(generator.mutex());
  return generator.get_state();
}

void set_generator_state(at::Generator generator, const at::Tensor& state) {
  const std::lock_guard lock(generator.mutex());
  generator.set_state(state);
}

/// What the graph keeps of a layer.
struct KeptLayer : torch::CustomClassHolder {
  LayerFunction run;
  at::Generator generator;
  at::Tensor draws;  // the generator's state before the first pass
};

/// While it lives, the generator draws again what it drew after `state`.
class DrawnAgain {
 public:
  DrawnAgain(const at::Generator& generator, const at::Tensor& state)
      : generator_(generator), before_(generator_state(generator)) {
    set_generator_state(generator_, state);
  }
  ~DrawnAgain() { set_generator_state(generator_, before_); }
  DrawnAgain(const DrawnAgain&) = delete;
  DrawnAgain& operator=(const DrawnAgain&) = delete;

 private:
  at::Generator generator_;
  at::Tensor before_;
};

struct RecomputeFunction : torch::autograd::Function<RecomputeFunction> {
  /// `asking` only makes the result part of the graph: the layer's own weights are no inputs here.
  static at::Tensor forward(AutogradContext* context, const at::Tensor& hidden,
                            const at::Tensor& /*asking*/,
                            const c10::intrusive_ptr<KeptLayer>& layer) {
    context->save_for_backward({hidden});
    context->saved_data["layer"] = c10::IValue::make_capsule(layer);
    context->saved_data["hidden_asks"] = hidden.requires_grad();
    // With gradients, because some maps are computed another way without them: what is kept from
    // here must be what the second pass computes, to the bit.
    const at::AutoGradMode with_gradients(true);
    return layer->run(hidden.detach().set_requires_grad(hidden.requires_grad())).detach();
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto layer =
        c10::static_intrusive_pointer_cast<KeptLayer>(context->saved_data["layer"].toCapsule());
    const bool hidden_asks = context->saved_data["hidden_asks"].toBool();
    const at::Tensor hidden =
        context->get_saved_variables()[0].detach().set_requires_grad(hidden_asks);
    at::Tensor output;
    {
      const at::AutoGradMode with_gradients(true);
      const DrawnAgain draws(layer->generator, layer->draws);
      output = layer->run(hidden);
    }
    // Before a layer is unfrozen, nothing in it asks.
    if (output.requires_grad()) torch::autograd::backward({output}, {gradients[0]});
    return {hidden_asks ? hidden.grad() : at::Tensor(), at::Tensor(), at::Tensor()};
  }
};

}  // namespace

at::Tensor recomputed(const at::Tensor& hidden, LayerFunction layer) {
  if (!at::GradMode::is_enabled()) return layer(hidden);
  auto kept = c10::make_intrusive<KeptLayer>();
  kept->run = std::move(layer);
  kept->generator = at::globalContext().defaultGenerator(hidden.device());
  kept->draws = generator_state(kept->generator);
  const at::Tensor asking = at::zeros({1}, hidden.options()).set_requires_grad(true);
  return RecomputeFunction::apply(hidden, asking, kept);
}

}  // namespace winnow::train
