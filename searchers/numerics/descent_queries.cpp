#include "searchers/numerics/descent_queries.hpp"

#include <algorithm>
#include <cmath>
#include <nlopt.hpp>

#include "searchers/problem/error.hpp"

namespace winnow::search {
namespace {

/// Answers NLopt from the losses, as long as they last.
struct Playback {
  std::span<const double> losses;
  double difference = 0;  // of gradients
  std::size_t next = 0;
  std::optional<std::vector<double>> query = {};  // the first that has no loss
  bool is_over = false;  // some of its methods ask again before they notice that they have to stop

  double loss_at(const std::vector<double>& x) {
    const auto is_finite = [](double u) { return std::isfinite(u); };
    if (is_over || !std::all_of(x.begin(), x.end(), is_finite)) stop();
    if (next == losses.size()) {
      query = x;
      stop();
    }
    return losses[next++];
  }

  void fill_gradient(std::vector<double>& gradient, std::vector<double> x, double here) {
    for (std::size_t j = 0; j < x.size(); ++j) {
      const double from = x[j];
      x[j] = from + difference <= 1 ? from + difference : from - difference;
      const double step = x[j] - from;  // as rounded
      gradient[j] = (loss_at(x) - here) / step;
      if (!std::isfinite(gradient[j])) stop();
      x[j] = from;
    }
  }

  [[noreturn]] void stop() {
    is_over = true;
    throw nlopt::forced_stop();
  }
};

double call(const std::vector<double>& x, std::vector<double>& gradient, void* state) {
  Playback& playback = *static_cast<Playback*>(state);
  const double loss = playback.loss_at(x);
  if (!gradient.empty()) playback.fill_gradient(gradient, x, loss);
  return loss;
}

std::optional<std::vector<double>> first_unanswered(nlopt::opt optimizer, std::vector<double> x,
                                                    double least_step, Playback playback) {
  optimizer.set_lower_bounds(0.0);
  optimizer.set_upper_bounds(1.0);
  optimizer.set_xtol_abs(least_step);
  optimizer.set_min_objective(call, &playback);
  double loss = 0;
  try {
    optimizer.optimize(x, loss);
  } catch (const nlopt::forced_stop&) {       // the losses came to their end: that is the query
  } catch (const nlopt::roundoff_limited&) {  // no step is left: the end of the descent
  } catch (const std::runtime_error&) {       // "nlopt failure": no direction goes down from here
  }
  return playback.query;
}

}  // namespace

std::optional<std::vector<double>> next_query(const QuadraticDescent& descent,
                                              std::span<const double> losses) {
  expect(descent.at.size() >= 2, "two dimensions at least");
  nlopt::opt bobyqa(nlopt::LN_BOBYQA, static_cast<unsigned>(descent.at.size()));
  bobyqa.set_initial_step(descent.first_step);
  return first_unanswered(bobyqa, descent.at, descent.least_step, {losses});
}

std::optional<std::vector<double>> next_query(const GradientDescent& descent,
                                              std::span<const double> losses) {
  expect(!descent.at.empty() && descent.difference > 0 && descent.difference < 0.5,
         "a dimension, and a step that fits into the cube");
  const nlopt::opt lbfgs(nlopt::LD_LBFGS, static_cast<unsigned>(descent.at.size()));
  return first_unanswered(lbfgs, descent.at, descent.least_step, {losses, descent.difference});
}

}  // namespace winnow::search
