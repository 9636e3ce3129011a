#include "trainer/optim/optimizer.hpp"

#include "trainer/errors.hpp"

namespace winnow::train {

std::vector<Parameter> parameters_of(const NamedTensors& trainable) {
  std::vector<Parameter> parameters;
  for (const auto& [name, tensor] : trainable) {
    const bool is_exempt = name.ends_with(".bias") || name.find("LayerNorm") != std::string::npos;
    parameters.push_back({name, tensor, !is_exempt});
  }
  return parameters;
}

std::unique_ptr<Optimizer> make_optimizer(const OptimizerOptions& options,
                                          std::vector<Parameter> parameters) {
  if (options.name == "sgd") return make_sgd(options, std::move(parameters));
  if (options.name == "adam") return make_adam(options, Decay::in_gradient, std::move(parameters));
  if (options.name == "adamw") return make_adam(options, Decay::decoupled, std::move(parameters));
  throw ConfigError("optimizer", "expected sgd, adam or adamw, found \"" + options.name + "\"");
}

}  // namespace winnow::train
