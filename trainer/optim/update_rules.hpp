// The update rules of the optimizers, for one number: θ, its gradient g and up to two numbers of
// state become new ones. Written once for X = float or double (a fused loop on a processor) and for
// X = at::Tensor (a device). Each equals PyTorch's optimizer of that name where there is one.
//
// Letters: η learning rate, λ weight decay, t = step + 1, m average of g, v average of g².
// S is the type of the constants: that of a number in X.
#pragma once

#include <ATen/ATen.h>

#include <array>
#include <cmath>
#include <cstdint>

#include "trainer/optim/optimizer.hpp"

namespace winnow::train {

/// How λ enters: as λθ in the gradient (an L2 term), or apart from it (Loshchilov and Hutter 2019,
/// "Decoupled Weight Decay Regularization").
enum class Decay { in_gradient, decoupled };

/// Everything a rule's constants are made of.
struct RuleInput {
  const OptimizerOptions& options;
  double rate = 0.0;   // η of this group
  double decay = 0.0;  // λ; decoupled rules apply it themselves
  double t = 1.0;
};

inline float root(float x) { return std::sqrt(x); }
inline double root(double x) { return std::sqrt(x); }
inline at::Tensor root(const at::Tensor& x) { return x.sqrt(); }
template <typename X>
X sign_of(X x) {
  return static_cast<X>((X{0} < x) - (x < X{0}));
}
inline at::Tensor sign_of(const at::Tensor& x) { return x.sign(); }

/// θ and the state after an update.
template <typename X, std::size_t states>
struct Updated {
  X theta;
  std::array<X, states> state;
};

/// SGD with momentum in the form of Sutskever, Martens, Dahl, Hinton 2013, the learning rate
/// outside the velocity: v ← μv + g, θ ← θ - ηv.
template <typename S>
struct Sgd {
  static constexpr Decay decay = Decay::in_gradient;
  static constexpr std::array names = {"velocity"};
  S mu, rate;
  explicit Sgd(const RuleInput& in) : mu(S(in.options.momentum)), rate(S(in.rate)) {}
  template <typename X>
  Updated<X, 1> operator()(const X& theta, const X& g, const std::array<X, 1>& state) const {
    const X v = mu * state[0] + g;
    return {theta - rate * v, {v}};
  }
};

/// Nesterov's momentum in the same form, equation 7 there rewritten for the shifted point:
/// θ ← θ - η(g + μv).
template <typename S>
struct Nesterov : Sgd<S> {
  using Sgd<S>::Sgd;
  template <typename X>
  Updated<X, 1> operator()(const X& theta, const X& g, const std::array<X, 1>& state) const {
    const X v = this->mu * state[0] + g;
    return {theta - this->rate * (g + this->mu * v), {v}};
  }
};

/// Duchi, Hazan, Singer 2011, "Adaptive Subgradient Methods", figure 1 with diagonal matrices.
template <typename S>
struct Adagrad {
  static constexpr Decay decay = Decay::in_gradient;
  static constexpr std::array names = {"sum"};
  S rate, epsilon;
  explicit Adagrad(const RuleInput& in) : rate(S(in.rate)), epsilon(S(in.options.epsilon)) {}
  template <typename X>
  Updated<X, 1> operator()(const X& theta, const X& g, const std::array<X, 1>& state) const {
    const X sum = state[0] + g * g;
    return {theta - rate * g / (root(sum) + epsilon), {sum}};
  }
};

/// Zeiler 2012, "ADADELTA: An Adaptive Learning Rate Method", algorithm 1, its step times η.
template <typename S>
struct Adadelta {
  static constexpr Decay decay = Decay::in_gradient;
  static constexpr std::array names = {"v", "steps"};
  S rho, rate, epsilon;
  explicit Adadelta(const RuleInput& in)
      : rho(S(in.options.beta2)), rate(S(in.rate)), epsilon(S(in.options.epsilon)) {}
  template <typename X>
  Updated<X, 2> operator()(const X& theta, const X& g, const std::array<X, 2>& state) const {
    const X v = rho * state[0] + (S(1) - rho) * g * g;
    const X step = root(state[1] + epsilon) / root(v + epsilon) * g;
    return {theta - rate * step, {v, rho * state[1] + (S(1) - rho) * step * step}};
  }
};

/// Tieleman and Hinton 2012, "Lecture 6.5 - RMSProp", with ε outside the root as in PyTorch.
template <typename S>
struct RmsProp {
  static constexpr Decay decay = Decay::in_gradient;
  static constexpr std::array names = {"v"};
  S alpha, rate, epsilon;
  explicit RmsProp(const RuleInput& in)
      : alpha(S(in.options.beta2)), rate(S(in.rate)), epsilon(S(in.options.epsilon)) {}
  template <typename X>
  Updated<X, 1> operator()(const X& theta, const X& g, const std::array<X, 1>& state) const {
    const X v = alpha * state[0] + (S(1) - alpha) * g * g;
    return {theta - rate * g / (root(v) + epsilon), {v}};
  }
};

/// What the Adam family shares: both averages and the corrections of their bias towards zero.
template <typename S>
struct Moments {
  static constexpr std::array names = {"m", "v"};
  S beta1, beta2, epsilon;
  double correction1, correction2;  // 1 - β₁ᵗ, 1 - β₂ᵗ
  explicit Moments(const RuleInput& in)
      : beta1(S(in.options.beta1)),
        beta2(S(in.options.beta2)),
        epsilon(S(in.options.epsilon)),
        correction1(1.0 - std::pow(in.options.beta1, in.t)),
        correction2(1.0 - std::pow(in.options.beta2, in.t)) {}
  template <typename X>
  std::array<X, 2> averages(const X& g, const std::array<X, 2>& state) const {
    return {beta1 * state[0] + (S(1) - beta1) * g, beta2 * state[1] + (S(1) - beta2) * g * g};
  }
};

/// Kingma and Ba 2015, "Adam: A Method for Stochastic Optimization", algorithm 1.
template <typename S>
struct Adam : Moments<S> {
  static constexpr Decay decay = Decay::in_gradient;
  S rate, v_scale;
  explicit Adam(const RuleInput& in)
      : Moments<S>(in),
        rate(S(in.rate / this->correction1)),
        v_scale(S(1.0 / std::sqrt(this->correction2))) {}
  template <typename X>
  Updated<X, 2> operator()(const X& theta, const X& g, const std::array<X, 2>& state) const {
    const auto next = this->averages(g, state);
    return {theta - rate * next[0] / (root(next[1]) * v_scale + this->epsilon), next};
  }
};

/// Loshchilov and Hutter 2019, algorithm 2.
template <typename S>
struct AdamW : Adam<S> {
  static constexpr Decay decay = Decay::decoupled;
  S keep;  // 1 - ηλ
  explicit AdamW(const RuleInput& in) : Adam<S>(in), keep(S(1.0 - in.rate * in.decay)) {}
  template <typename X>
  Updated<X, 2> operator()(const X& theta, const X& g, const std::array<X, 2>& state) const {
    const X kept = theta * keep;
    return Adam<S>::operator()(kept, g, state);
  }
};

/// Dozat 2016, "Incorporating Nesterov Momentum into Adam", section 3, with the momentum's schedule
/// and its constants (0.96, 0.004) from Sutskever et al. 2013 as in PyTorch.
template <typename S>
struct NAdam : Moments<S> {
  static constexpr Decay decay = Decay::in_gradient;
  S g_rate, m_rate, v_scale;
  explicit NAdam(const RuleInput& in)
      : Moments<S>(in), v_scale(S(1.0 / std::sqrt(this->correction2))) {
    const auto momentum = [&in](double k) {  // μ of step k
      return in.options.beta1 * (1.0 - 0.5 * std::pow(0.96, 0.004 * k));
    };
    double product = 1.0;  // Π μ; as small as this it is nothing beside 1
    for (double k = 1.0; k <= in.t && product > 1e-20; k += 1.0) product *= momentum(k);
    const double mu = momentum(in.t), mu_next = momentum(in.t + 1.0);
    g_rate = S(in.rate * (1.0 - mu) / (1.0 - product));
    m_rate = S(in.rate * mu_next / (1.0 - product * mu_next));
  }
  template <typename X>
  Updated<X, 2> operator()(const X& theta, const X& g, const std::array<X, 2>& state) const {
    const auto next = this->averages(g, state);
    const X denominator = root(next[1]) * v_scale + this->epsilon;
    return {theta - (g_rate * g + m_rate * next[0]) / denominator, next};
  }
};

/// Liu et al. 2020, "On the Variance of the Adaptive Learning Rate and Beyond", algorithm 2; its
/// threshold of 4 is 5 in PyTorch and so here.
template <typename S>
struct RAdam : Moments<S> {
  static constexpr Decay decay = Decay::in_gradient;
  bool rectified;
  S rate, v_scale;
  explicit RAdam(const RuleInput& in) : Moments<S>(in), rectified(false), v_scale(S(1)) {
    const double longest = 2.0 / (1.0 - in.options.beta2) - 1.0;  // ρ∞
    const double rho = longest - 2.0 * in.t * std::pow(in.options.beta2, in.t) / this->correction2;
    double factor = 1.0;
    if (rho > 5.0) {
      rectified = true;
      factor = std::sqrt((rho - 4.0) * (rho - 2.0) * longest /
                         ((longest - 4.0) * (longest - 2.0) * rho) * this->correction2);
    }
    rate = S(in.rate / this->correction1 * factor);
  }
  template <typename X>
  Updated<X, 2> operator()(const X& theta, const X& g, const std::array<X, 2>& state) const {
    const auto next = this->averages(g, state);
    if (!rectified) return {theta - rate * next[0], next};
    return {theta - rate * next[0] / (root(next[1]) + this->epsilon), next};
  }
};

/// Chen et al. 2023, "Symbolic Discovery of Optimization Algorithms", algorithm 2.
template <typename S>
struct Lion {
  static constexpr Decay decay = Decay::decoupled;
  static constexpr std::array names = {"m"};
  S beta1, beta2, rate, keep;  // keep = 1 - ηλ
  explicit Lion(const RuleInput& in)
      : beta1(S(in.options.beta1)),
        beta2(S(in.options.beta2)),
        rate(S(in.rate)),
        keep(S(1.0 - in.rate * in.decay)) {}
  template <typename X>
  Updated<X, 1> operator()(const X& theta, const X& g, const std::array<X, 1>& state) const {
    const X direction = beta1 * state[0] + (S(1) - beta1) * g;
    return {theta * keep - rate * sign_of(direction), {beta2 * state[0] + (S(1) - beta2) * g}};
  }
};

}  // namespace winnow::train
