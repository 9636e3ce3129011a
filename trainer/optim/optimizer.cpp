#include "trainer/optim/optimizer.hpp"

#include <ATen/ATen.h>
#include <ATen/Dispatch.h>
#include <ATen/Parallel.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "trainer/errors.hpp"
#include "trainer/optim/lbfgs.hpp"
#include "trainer/optim/update_rules.hpp"

namespace winnow::train {
namespace {

/// Numbers a thread takes at a time: far more work than handing it out.
constexpr std::int64_t grain = 1 << 15;

/// Columns [begin, end) of one row of a block.
at::Tensor stretch(const at::Tensor& block, std::int64_t row, const Arena::Range& range) {
  return block.select(0, row).narrow(0, range.begin, range.end - range.begin);
}

template <template <typename> class Rule>
class ArenaOptimizer final : public Optimizer {
  static constexpr std::size_t states = Rule<double>::names.size();

 public:
  ArenaOptimizer(const OptimizerOptions& options, const Arena& arena)
      : options_(options), arena_(arena) {
    for (at::Tensor& block : blocks_) block = arena.zeros();
  }

  void update(std::span<const TrialStep> trials) override {
    expect(static_cast<std::int64_t>(trials.size()) == arena_.trials(), "one step a trial");
    const at::NoGradGuard no_gradients;
    for (std::size_t row = 0; row < trials.size(); ++row) {
      for (const Arena::Range& range : arena_.ranges()) {
        if (trials[row].step >= range.group.first_step) {
          update(static_cast<std::int64_t>(row), range, trials[row]);
        }
      }
    }
  }

  NamedTensors state() const override {
    NamedTensors all;
    for (std::size_t i = 0; i < states; ++i) {
      all.merge(arena_.views(blocks_[i], std::string(Rule<double>::names[i]) + "."));
    }
    return all;
  }

 private:
  void update(std::int64_t row, const Arena::Range& range, const TrialStep& trial) {
    const UpdateGroup& group = range.group;
    const RuleInput input{options_, trial.learning_rate * group.rate_factor,
                          group.decays ? trial.weight_decay : 0.0,
                          static_cast<double>(trial.step - group.first_step + 1)};
    const double in_gradient = Rule<double>::decay == Decay::in_gradient ? input.decay : 0.0;
    const at::Tensor theta = stretch(arena_.values(), row, range);
    const at::Tensor gradient = stretch(arena_.gradients(), row, range);
    std::array<at::Tensor, states> state;
    for (std::size_t i = 0; i < states; ++i) state[i] = stretch(blocks_[i], row, range);
    if (!theta.device().is_cpu()) {
      const Rule<double> rule(input);
      const auto next = rule(theta, gradient + theta * in_gradient, state);
      theta.copy_(next.theta);
      for (std::size_t i = 0; i < states; ++i) state[i].copy_(next.state[i]);
      return;
    }
    AT_DISPATCH_FLOATING_TYPES(theta.scalar_type(), "update", [&] {
      loop(Rule<scalar_t>(input), static_cast<scalar_t>(in_gradient), theta, gradient, state);
    });
  }

  /// One pass over memory, where a tensor operation each would take ten.
  template <typename S>
  static void loop(const Rule<S>& rule, S in_gradient, const at::Tensor& theta,
                   const at::Tensor& gradient, const std::array<at::Tensor, states>& state) {
    S* const values = theta.data_ptr<S>();
    const S* const slopes = gradient.data_ptr<S>();
    std::array<S*, states> kept;
    for (std::size_t i = 0; i < states; ++i) kept[i] = state[i].template data_ptr<S>();
    at::parallel_for(0, theta.numel(), grain, [&](std::int64_t begin, std::int64_t end) {
      const Rule<S> local = rule;
      const std::array<S*, states> mine = kept;
      for (std::int64_t k = begin; k < end; ++k) {
        std::array<S, states> old;
        for (std::size_t i = 0; i < states; ++i) old[i] = mine[i][k];
        const S slope = slopes[k] + in_gradient * values[k];
        const Updated<S, states> next = local(values[k], slope, old);
        values[k] = next.theta;
        for (std::size_t i = 0; i < states; ++i) mine[i][k] = next.state[i];
      }
    });
  }

  OptimizerOptions options_;
  const Arena& arena_;
  std::array<at::Tensor, states> blocks_;  // (T, P) each
};

using Make = std::unique_ptr<Optimizer> (*)(const OptimizerOptions&, const Arena&);

template <template <typename> class Rule>
std::unique_ptr<Optimizer> make(const OptimizerOptions& options, const Arena& arena) {
  return std::make_unique<ArenaOptimizer<Rule>>(options, arena);
}

std::unique_ptr<Optimizer> make_lbfgs(const OptimizerOptions& options, const Arena& arena) {
  return std::make_unique<Lbfgs>(options, arena);
}

const std::vector<std::pair<std::string, Make>>& known() {
  static const std::vector<std::pair<std::string, Make>> table = {
      {"sgd", make<Sgd>},           {"nesterov", make<Nesterov>}, {"adagrad", make<Adagrad>},
      {"adadelta", make<Adadelta>}, {"rmsprop", make<RmsProp>},   {"adam", make<Adam>},
      {"adamw", make<AdamW>},       {"nadam", make<NAdam>},       {"radam", make<RAdam>},
      {"lion", make<Lion>},         {"lbfgs", make_lbfgs}};
  return table;
}

}  // namespace

const std::vector<std::string>& optimizer_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const auto& [name, maker] : known()) all.push_back(name);
    return all;
  }();
  return names;
}

std::unique_ptr<Optimizer> make_optimizer(const OptimizerOptions& options, const Arena& arena) {
  for (const auto& [name, maker] : known()) {
    if (name == options.name) return maker(options, arena);
  }
  throw ConfigError("optimizer", fmt::format("expected one of {}, found \"{}\"",
                                             fmt::join(optimizer_names(), ", "), options.name));
}

}  // namespace winnow::train
