#include "searchers/numerics/descent_queries.hpp"

#include <nlopt.hpp>

#include "searchers/problem/error.hpp"

namespace winnow::search {
namespace {

/// Answers NLopt from the losses, as long as they last.
struct Playback {
  std::span<const double> losses;
  std::size_t next = 0;
  std::optional<std::vector<double>> query = {};  // the first that has no loss
};

double call(const std::vector<double>& x, std::vector<double>&, void* state) {
  Playback& playback = *static_cast<Playback*>(state);
  if (playback.next < playback.losses.size()) return playback.losses[playback.next++];
  playback.query = x;
  throw nlopt::forced_stop();
}

}  // namespace

std::optional<std::vector<double>> next_query(const DescentStart& start,
                                              std::span<const double> losses) {
  expect(start.at.size() >= 2, "two dimensions at least");
  nlopt::opt optimizer(nlopt::LN_BOBYQA, static_cast<unsigned>(start.at.size()));
  optimizer.set_lower_bounds(0.0);
  optimizer.set_upper_bounds(1.0);
  optimizer.set_xtol_abs(start.least_step);
  optimizer.set_initial_step(start.first_step);
  Playback playback{losses};
  optimizer.set_min_objective(call, &playback);
  std::vector<double> x = start.at;
  double loss = 0;
  try {
    optimizer.optimize(x, loss);
  } catch (const nlopt::forced_stop&) {       // the losses came to their end: that is the query
  } catch (const nlopt::roundoff_limited&) {  // no step is left: the end of the descent
  }
  return playback.query;
}

}  // namespace winnow::search
