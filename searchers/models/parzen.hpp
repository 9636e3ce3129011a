// A Parzen estimator of a density over mixed rows: one kernel around each observation and a broad
// one for what is not known. It can be drawn from, and evaluated fast at many observations.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "searchers/numerics/axis.hpp"
#include "searchers/numerics/rng.hpp"

namespace winnow::search {

/// number: a continuum [0, 1]; cells: [0, 1] in `values` equal cells, rows hold their middles;
/// choice: codes 0 … values − 1 without order, with a probability each before anything is seen.
struct ParzenAxis {
  enum class Kind { number, cells, choice };
  Kind kind = Kind::number;
  std::uint64_t values = 0;
  std::vector<double> probabilities = {};  // of a choice; sum 1
};

/// A row has d coordinates, `inactive` where the parameter has no value. A kernel is a product over
/// axes: a normal cut to [0, 1] (its mass in the cell where there are cells), or smoothed counts.
/// An observation that is inactive on an axis says nothing there: its factor is the prior's. The
/// row's own inactive axes are left out, so densities of rows compare where the same axes are
/// active.
///
/// Source: Bergstra et al. (2011), "Algorithms for hyper-parameter optimization", section 4, with
/// product kernels and bandwidths as in Optuna's multivariate form; Falkner, Klein, Hutter (2018),
/// "BOHB", section 3.2. Cost of a density: O(observations · d).
class ParzenEstimator {
 public:
  /// n observations, oldest first: all alike below 26, else the newest 25 count fully and earlier
  /// ones less and less, down to 1/n (Bergstra, Yamins, Cox 2013, "Making a science of model
  /// search", section 3). The prior counts as one observation.
  ParzenEstimator(std::span<const ParzenAxis> axes,
                  std::span<const std::vector<double>* const> observations);

  std::vector<double> draw(Rng& rng) const;

  /// ln of the density (of cells and choices: the probability) at `row`.
  double log_density(std::span<const double> row) const;

 private:
  /// The observations on one axis.
  struct Column {
    ParzenAxis axis;
    std::vector<double> centres;       // of n observations: coordinates
    std::vector<std::uint32_t> codes;  // of cells and choices; `values` where not active
    std::vector<double> log_masses;  // of numbers: ln of each kernel's mass in [0, 1], times σ√2π
    bool is_always_active = true;
    double prior_log_mass = 0;  // of numbers, as log_masses
  };

  void prepare(Column& column) const;
  double draw_on(const Column& column, std::size_t kernel, Rng& rng) const;
  double prior_log_factor(const Column& column, double coordinate) const;
  void add_number(const Column& column, double coordinate, std::vector<double>& log_kernels) const;
  void add_finite(const Column& column, double coordinate, std::vector<double>& log_kernels) const;
  double code_log_factor(const Column& column, double coordinate, std::uint32_t code) const;

  std::vector<Column> columns_;
  std::size_t observations_;
  double bandwidth_;
  std::vector<double> log_weights_;         // n + 1, the prior last
  std::vector<double> cumulative_weights_;  // likewise
};

}  // namespace winnow::search
