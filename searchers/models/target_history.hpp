// A Gaussian process over one plain number of each trial beside its loss (did it fail, how long did
// it take, how well did it keep a bound), as a function of what was told: fitted at fixed counts on
// the first so many and on nothing else, rows appended in between (model_history.hpp). tell()
// appends: O(d).
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <optional>
#include <vector>

#include "searchers/models/gaussian_process_fit.hpp"

namespace winnow::search {

/// What is expected where nothing is known: 0, or the mean of the targets at the last fit.
/// `bilogarithmic`: the mean, and targets t count as sign(t) ln(1 + |t|/m), m the median of |t|:
/// where they cross 0 is what matters, however large some are. Eriksson, Poloczek (2021), "Scalable
/// constrained Bayesian optimization", section 3.
enum class Centre { zero, mean, bilogarithmic };

class TargetHistory {
 public:
  /// `evaluations`: of the likelihood at a fit, at most.
  TargetHistory(std::vector<AxisKind> axes, Centre centre, int evaluations);

  /// `row`: d; `target`: finite.
  void tell(Eigen::VectorXd row, double target);
  std::size_t size() const { return targets_.size(); }

  struct Fitted {
    std::size_t fitted_on, taken_in;  // targets, at the fit and now
    double unit;                      // of the bilogarithm; 0: targets count as they are
    double centre, amplitude;
    GaussianProcess process;  // of (target − centre) / √amplitude
    /// What a target is there.
    double in_process(double target) const;
  };
  /// Of the last 250 at the last fit and of all since. Valid until the next call of tell or model.
  /// Needs a target.
  const Fitted& model() const;

 private:
  Fitted fitted(std::size_t count) const;

  std::vector<AxisKind> axes_;
  Centre centre_;
  int evaluations_;
  std::vector<Eigen::VectorXd> rows_;  // with targets_, as told
  std::vector<double> targets_;
  mutable std::optional<Fitted> fitted_;  // a function of what was told, kept between calls
};

/// ln of the seconds that a trial is expected to take.
class LogDuration {
 public:
  /// `of`: targets are ln seconds. Must outlive it.
  explicit LogDuration(const TargetHistory::Fitted& of) : of_(of) {}

  /// At each row (m × d): m.
  Eigen::VectorXd at_each(const Eigen::MatrixXd& rows) const;
  /// At x (d); fills its gradient (0 on axes that have none).
  double slope_at(const Eigen::VectorXd& x, Eigen::VectorXd& gradient) const;

 private:
  const TargetHistory::Fitted& of_;
};

}  // namespace winnow::search
