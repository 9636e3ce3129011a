// Several objectives searched as one: a method for a single objective is told one number made of
// them. It finds one compromise, not a front.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "searchers/registry.hpp"

namespace winnow::search {

/// One number, the smaller the better, of scaled losses and weights whose sum is 1.
using Scalarisation =
    std::function<double(std::span<const double> losses, std::span<const double> weights)>;

/// The options that every scalarising method has: `method`, `normalization`, `weight_1` …
std::vector<OptionSpec> scalarising_options();

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
  /// What each objective's 0 and 1 are; where nothing was measured yet, none.
  struct Scale {
    std::vector<double> half_low, half_high;  // halves: a difference might overflow
    bool operator==(const Scale&) const = default;
  };

  std::unique_ptr<Searcher> make_inner() const;
  void bring_up_to_date() const;
  Outcome as_single(const Outcome& outcome) const;

  Setup inner_setup_;
  std::string inner_method_;
  bool is_scaled_;
  std::vector<double> weights_;
  Scalarisation scalarisation_;
  std::vector<Outcome> told_;
  Scale scale_;
  // The method inside, its scale, and how many outcomes it was told: made up for by ask.
  mutable std::unique_ptr<Searcher> inner_;
  mutable Scale inner_scale_;
  mutable std::size_t inner_told_ = 0;
};

}  // namespace winnow::search
