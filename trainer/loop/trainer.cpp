#include "trainer/loop/trainer.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "trainer/loop/frozen_part.hpp"
#include "trainer/optim/clip.hpp"
#include "trainer/optim/gradient_health.hpp"
#include "trainer/random_streams.hpp"

namespace winnow::train {
namespace {

OptimizerOptions optimizer_options(const TrainConfig& config) {
  return {config.optimizer, config.momentum, config.beta1,
          config.beta2,     config.epsilon,  config.lbfgs_history};
}

std::optional<at::ScalarType> computed_type(const TrainConfig& config) {
  if (config.precision == Precision::bf16) return at::kBFloat16;
  return std::nullopt;
}

/// Layers below the head: the top layer is 0 below, the embeddings are L.
std::int64_t depth_below_top(std::int64_t layer, std::int64_t layers) { return layers - 1 - layer; }

UpdateGroup group_of(const at::Tensor& tensor, std::int64_t layer, const TrainConfig& config,
                     std::int64_t layers, std::size_t batches_per_epoch) {
  UpdateGroup group;
  group.decays = tensor.dim() > 1;  // biases and the weights of norms are vectors
  const auto depth = static_cast<double>(depth_below_top(layer, layers));
  if (layer == layers) {
    group.rate_factor = config.head_rate_factor;
    return group;
  }
  group.rate_factor = std::pow(config.layer_rate_decay, depth);
  if (config.unfreeze_every_epochs) {
    const double steps = *config.unfreeze_every_epochs * static_cast<double>(batches_per_epoch);
    group.first_step = static_cast<std::int64_t>(std::ceil((depth + 1.0) * steps));
  }
  return group;
}

}  // namespace

std::vector<Parameter> parameters_of(const TrainedTensors& trained, const TrainConfig& config,
                                     std::int64_t layers, std::size_t batches_per_epoch) {
  std::vector<Parameter> parameters;
  for (const auto& [name, tensor] : trained.tensors) {
    parameters.push_back(
        {name, tensor, group_of(tensor, trained.layers.at(name), config, layers, batches_per_epoch),
         trained.layers.at(name)});
  }
  return parameters;
}

Trainer::Trainer(const TrainConfig& config, Task& task)
    : config_(config),
      task_(task),
      order_(task.facts().training_rows, config.batch_size, config.data_seed),
      arena_(parameters_of(task.trained(), config, task.facts().layers, order_.batches_per_epoch()),
             /*trials=*/1, computed_type(config)),
      optimizer_(make_optimizer(optimizer_options(config), arena_)),
      schedule_(schedule_of(config, order_.batches_per_epoch())) {
  if (config.length_bucketing > 0) {
    std::vector<std::size_t> lengths;
    for (std::size_t row = 0; row < task.facts().training_rows; ++row) {
      lengths.push_back(
          static_cast<std::size_t>(task.facts().tokens_of(static_cast<std::uint32_t>(row))));
    }
    order_.bucket_by_length(std::move(lengths), config.length_bucketing);
  }
  if (config.ema_decay > 0.0) average_ = std::make_unique<WeightAverage>(arena_, config.ema_decay);
  for (const Parameter& parameter :
       parameters_of(task.trained(), config, task.facts().layers, order_.batches_per_epoch())) {
    if (parameter.group.first_step > 0) {
      first_steps_.emplace(parameter.name, parameter.group.first_step);
    }
  }
}

void Trainer::unfreeze(std::int64_t step) {
  for (const auto& [name, first_step] : first_steps_) {
    task_.trained().tensors.at(name).set_requires_grad(step >= first_step);
  }
}

Trainer::Step Trainer::update(std::int64_t step, double rate_factor) {
  const auto position = static_cast<std::uint64_t>(step);
  at::manual_seed(mixed_seed(config_.seed, RandomPurpose::dropout, position));
  unfreeze(step);
  arena_.clear_gradients();
  const std::vector<std::uint32_t> rows = order_.batch(position);
  const double weight = task_.loss_weight(rows);
  Step result;
  for (const std::uint32_t row : rows) result.tokens += task_.facts().tokens_of(row);
  for (const auto piece : pieces(rows, config_.micro_batch_size.value_or(rows.size()))) {
    const at::Tensor loss = task_.loss_sum(piece) / weight;
    result.loss += loss.item<double>();
    if (!std::isfinite(result.loss)) return result;
    loss.backward();
    arena_.take_gradients();
  }
  add_penalties(arena_, config_.l1_penalty, config_.l2_penalty, step);
  clip_gradient_values(arena_, config_.gradient_clip_value);
  result.gradient_norm = clip_gradients(arena_, config_.gradient_clip);
  if (has_exploded(result.gradient_norm, config_.exploding_gradient)) return result;
  const double rate = learning_rate(schedule_, step) * rate_factor;
  const TrialStep trial{rate, config_.weight_decay, step};
  optimizer_->update({&trial, 1});
  arena_.publish();
  if (average_) average_->update();
  return result;
}

std::vector<std::int64_t> Trainer::vanished_layers(std::int64_t step) const {
  return train::vanished_layers(arena_.gradient_sizes(step), config_.vanishing_gradient);
}

std::map<std::string, double> Trainer::evaluate(Split split) const {
  const Swapped averaged(average_.get());
  return task_.evaluate(split);
}

NamedTensors Trainer::weights() const {
  const Swapped averaged(average_.get());
  return snapshot(trained());
}

void Trainer::restore(const NamedTensors& weights, const NamedTensors& optimizer,
                      const std::string& source) {
  copy_values(weights, trained(), source);
  copy_values(optimizer, optimizer_state(), source);
  arena_.publish();
}

void Trainer::replace_weights(const NamedTensors& weights, const std::string& source) {
  average_.reset();
  copy_values(weights, trained(), source);
  arena_.publish();
}

NamedTensors Trainer::optimizer_state() const {
  NamedTensors state = optimizer_->state();
  if (average_) state.merge(average_->state());
  return state;
}

}  // namespace winnow::train
