// Several objectives searched as one: a method for a single objective is told one number made of
// them. It finds one compromise, not a front.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "searchers/registry.hpp"

namespace winnow::search {

/// One number, the smaller the better, of scaled losses and weights whose sum is 1.
using Scalarisation =
    std::function<double(std::span<const double> losses, std::span<const double> weights)>;

/// The sum of weighted losses.
double weighted_sum(std::span<const double> losses, std::span<const double> weights);
/// The worst weighted loss, and a twentieth of their sum, so that no weakly dominated point is the
/// best: ρ = 0.05 as in Knowles (2006), "ParEGO", section III.
double augmented_chebyshev(std::span<const double> losses, std::span<const double> weights);

/// Which of several trials a study that `method` searches is after, by the weights and the scale of
/// its options `given`: an index of `losses`, one row for each trial. Nothing where the method
/// makes no single objective of several, or there is no trial. Throws ConfigError as the method
/// does.
std::optional<std::size_t> best_compromise(std::string_view method,
                                           const std::map<std::string, Value>& given,
                                           const std::vector<Objective>& objectives,
                                           std::span<const std::vector<double>> losses);

/// The options that every scalarising method has: `method`, `normalization`, `weight_1` …
std::vector<OptionSpec> scalarising_options();

/// What each objective's 0 and 1 are: the best and the worst loss that was taken in.
struct LossScale {
  std::vector<double> half_low, half_high;  // halves: a difference might overflow; empty at first

  void take_in(std::span<const double> losses);
  /// 0 where an objective does not vary. Needs losses that were taken in.
  std::vector<double> scaled(std::span<const double> losses) const;
  bool operator==(const LossScale&) const = default;
};

/// Remembers what it was told. Whenever the scale of an objective changes, the method inside is
/// made anew and told the whole past in today's scale, by the next ask: its state stays a function
/// of the history.
class Scalarised final : public Searcher {
 public:
  /// Throws ConfigError: a method that does not exist or refuses the space, weights that are all 0,
  /// a weight of an objective that the study does not have.
  Scalarised(const Setup& setup, Scalarisation scalarisation);

  Proposal ask(const Context& context, int count) const override;
  void tell(const Outcome& outcome) override;

 private:
  std::unique_ptr<Searcher> make_inner() const;
  void bring_up_to_date() const;
  Outcome as_single(const Outcome& outcome) const;

  Setup inner_setup_;
  std::string inner_method_;
  bool is_scaled_;
  std::vector<double> weights_;
  Scalarisation scalarisation_;
  std::vector<Outcome> told_;
  LossScale scale_;
  // The method inside, its scale, and how many outcomes it was told: made up for by ask.
  mutable std::unique_ptr<Searcher> inner_;
  mutable LossScale inner_scale_;
  mutable std::size_t inner_told_ = 0;
};

}  // namespace winnow::search
