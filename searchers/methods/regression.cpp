// Response surface: a quadratic function is fitted to the losses around the best point, tested for
// whether it fits at all, and its minimum is tried next. For few numbers and smooth losses, where
// somebody also wants to see a formula; the classical end of a designed study.
//
// Source: Box, Wilson (1951), "On the experimental attainment of optimum conditions"; regions that
// shrink around the best point as in Stander, Craig (2002), "On the robustness of a simple domain
// reduction scheme for simulation-based optimization", half as many rows again as coefficients as
// in Roux, Stander, Haftka (1998), "Response surface approximations for structural optimization".
// Differences:
// - the region is halved where the surface does not fit (F test of lack of fit where settings were
//   repeated; else left-out rows are predicted badly) or has nothing more to say;
// - choices stay as they are at the best point, and only trials that share them are fitted;
// - a setting needs three values; beyond eight of them those that the losses follow most closely;
// - a region too small to shrink further: evenly spread points, until one of them is better.
// Memo: {position} of an evenly spread point; {−1, side of the region, rows in it} of one to learn
// the surface by; {−2, side, rows, R² of left-out rows, p of the lack of fit or −1} of a minimum.
// Cost: O(n d) to find the rows; a fit of c coefficients O(c³), c ≤ 45; d ≤ 8 settings, 3^d faces.

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>
#include <utility>

#include "searchers/encoding/mixed_space.hpp"
#include "searchers/models/output_warp.hpp"
#include "searchers/operators/one_by_one.hpp"
#include "searchers/operators/standing.hpp"
#include "searchers/operators/sweep.hpp"
#include "searchers/registry.hpp"
#include "searchers/stats/relations/correlation.hpp"
#include "searchers/stats/relations/response_surface.hpp"

namespace winnow::search {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr std::size_t most_settings = 8;    // of stats::response_surface
constexpr int most_halvings = 12;           // a region of 1/4096 of each range
constexpr double least_predicted = 0.5;     // R²: half of what varies among left-out rows
constexpr double level_of_misfit = 0.05;    // of the F test of lack of fit
constexpr double least_residual = 1e-9;     // of the standard deviation of the losses
constexpr double as_good_as_tried = 0.05;   // of the region's side
constexpr std::size_t most_rows_share = 4;  // rows for each coefficient, the newest

std::size_t coefficients(std::size_t settings) {
  return 1 + settings + settings * (settings + 1) / 2;
}

struct Told {
  VectorXd row;
  double loss;
};

/// A part of the space around the best point, and what is known there.
struct Region {
  double side;
  Box box;
  std::vector<const Told*> rows;
};

class RegressionSearch final : public Searcher {
 public:
  explicit RegressionSearch(const Setup& setup)
      : space_(setup.space),
        used_(setup.space),
        sweep_(setup.space, setup.seed, SampleSweep::Repeats::avoided),
        seed_(setup.seed),
        initial_(static_cast<std::size_t>(setup.options.integer("initial"))) {
    if (initial_ == 0) initial_ = rows_needed(std::min(space_.dimension(), most_settings));
  }

  Proposal ask(const Context& context, int count) const override {
    const auto next = [this](TrialNumber number, const std::vector<Suggestion>& pending,
                             FreePoints& free) {
      std::optional<Suggestion> suggestion;
      if (best_ && told_.size() + pending.size() >= initial_) {
        suggestion = around_best(number, pending, free);
        if (!suggestion)
          free.note_fallback("nothing is left to learn near the best point: an evenly spread one");
      }
      if (!suggestion) suggestion = evenly_spread(number, pending, free);
      return *suggestion;
    };
    return one_by_one(used_, context, count, next);
  }

  void tell(const Outcome& outcome) override {
    used_.add(outcome.suggestion.point);
    sweep_.tell(outcome);
    const Standing standing = standing_of(outcome);
    if (standing.tier != Standing::Tier::completed ||
        !space_.space().contains(outcome.suggestion.point))
      return;
    told_.push_back({space_.encode(outcome.suggestion.point), standing.loss});
    if (!best_ || standing.loss < told_[*best_].loss) best_ = told_.size() - 1;
  }

 private:
  static std::size_t rows_needed(std::size_t settings) {
    return (3 * coefficients(settings) + 1) / 2;
  }

  Suggestion evenly_spread(TrialNumber number, const std::vector<Suggestion>& pending,
                           FreePoints& free) const {
    const auto at = [this](std::uint64_t position) { return space_.even_point(position, seed_); };
    Suggestion suggestion = sweep_.next(number, pending, 1, at).at(0);
    free.take(suggestion.point);
    return suggestion;
  }

  /// From the whole space down: where a region has too few rows, one more of them; where its
  /// surface fits, the surface's minimum. Nothing: every region has been looked at.
  std::optional<Suggestion> around_best(TrialNumber number, const std::vector<Suggestion>& pending,
                                        FreePoints& free) const {
    const std::size_t settings = std::min(movable_axes().size(), most_settings);
    if (settings == 0) return std::nullopt;
    for (int halvings = 0; halvings <= most_halvings; ++halvings) {
      const Region region = region_of(std::ldexp(1.0, -halvings), settings);
      const std::size_t running = static_cast<std::size_t>(
          std::count_if(pending.begin(), pending.end(), [&](const Suggestion& suggestion) {
            return space_.space().contains(suggestion.point) &&
                   is_inside(space_.encode(suggestion.point), region.box);
          }));
      if (region.rows.size() + running < rows_needed(settings)) {
        if (std::optional<Suggestion> one_more = inside(region, number, free)) return one_more;
      } else if (std::optional<Suggestion> minimum = minimum_in(region, number, free)) {
        return minimum;
      }
    }
    return std::nullopt;
  }

  std::vector<std::size_t> movable_axes() const {
    std::vector<std::size_t> axes;
    for (std::size_t j = 0; j < space_.dimension(); ++j)
      if (is_number(j) && at_best()[static_cast<Index>(j)] != inactive) axes.push_back(j);
    return axes;
  }

  bool is_number(std::size_t axis) const { return space_.axes()[axis].kind != AxisKind::nominal; }
  const VectorXd& at_best() const { return told_[*best_].row; }

  Region region_of(double side, std::size_t settings) const {
    Region region{side, unit_box(dimension()), {}};
    for (const std::size_t axis : movable_axes()) {
      const Index j = static_cast<Index>(axis);
      region.box.low[j] = std::clamp(at_best()[j] - side / 2, 0.0, 1 - side);
      region.box.high[j] = region.box.low[j] + side;
    }
    const std::size_t most = most_rows_share * coefficients(settings);
    for (auto each = told_.rbegin(); each != told_.rend() && region.rows.size() < most; ++each)
      if (is_inside(each->row, region.box)) region.rows.push_back(&*each);
    return region;
  }

  /// In the box, with the choices of the best point, and the same parameters active.
  bool is_inside(const VectorXd& row, const Box& box) const {
    for (std::size_t axis = 0; axis < space_.dimension(); ++axis) {
      const Index j = static_cast<Index>(axis);
      const bool moves = is_number(axis) && at_best()[j] != inactive && row[j] != inactive;
      if (moves ? row[j] < box.low[j] || row[j] > box.high[j] : row[j] != at_best()[j])
        return false;
    }
    return true;
  }

  /// A point to learn the surface by. Nothing: the region has no free point, or hardly one.
  std::optional<Suggestion> inside(const Region& region, TrialNumber number,
                                   FreePoints& free) const {
    constexpr int draws = 20;  // a region of few values is left rather than used up
    Rng rng(seed_, number.value, "in the region");
    for (int draw = 0; draw < draws; ++draw) {
      VectorXd row = at_best();
      for (const std::size_t axis : movable_axes()) {
        const Index j = static_cast<Index>(axis);
        row[j] = std::min(1.0, region.box.low[j] + region.side * rng.uniform());
      }
      space_.settle(row, rng.uniform());
      Point point = space_.decode(row);
      if (free.take(point))
        return Suggestion{number,
                          std::move(point),
                          {},
                          {},
                          {-1, region.side, static_cast<double>(region.rows.size())}};
    }
    return std::nullopt;
  }

  std::optional<Suggestion> minimum_in(const Region& region, TrialNumber number,
                                       FreePoints& free) const {
    VectorXd losses(std::ssize(region.rows));
    for (std::size_t i = 0; i < region.rows.size(); ++i)
      losses[static_cast<Index>(i)] = region.rows[i]->loss;
    VectorXd targets = OutputWarp({}, losses).targets();
    // A regression without any residual is refused, since nothing is left to judge chance by; here
    // it is the best of all.
    Rng rng(seed_, number.value, "rounding");
    for (double& target : targets) target += least_residual * rng.normal();
    const std::vector<std::size_t> settings = settings_of(region, targets);
    if (settings.empty()) return std::nullopt;
    MatrixXd rows(targets.size(), std::ssize(settings));  // in units of the region
    std::vector<std::string> names;
    for (std::size_t k = 0; k < settings.size(); ++k) {
      rows.col(static_cast<Index>(k)) = column(region, settings[k]);
      names.push_back("setting " + std::to_string(k));
    }
    const auto surface = stats::response_surface(rows, names, {targets.data(), region.rows.size()},
                                                 {.sampling = {.resamples = 0, .seed = 0}});
    if (!surface || !fits(*surface)) return std::nullopt;
    const VectorXd& minimum = surface->optimum.settings;
    for (Index i = 0; i < rows.rows(); ++i)
      if ((rows.row(i).transpose() - minimum).cwiseAbs().maxCoeff() < as_good_as_tried)
        return std::nullopt;
    VectorXd row = at_best();
    for (std::size_t k = 0; k < settings.size(); ++k) {
      const Index j = static_cast<Index>(settings[k]);
      row[j] = std::min(1.0, region.box.low[j] + region.side * minimum[static_cast<Index>(k)]);
    }
    space_.settle(row, 0.5);
    Point point = space_.decode(row);
    if (!free.take(point)) return std::nullopt;
    const double misfit = surface->lack_of_fit ? surface->lack_of_fit->p : -1;
    return Suggestion{number,
                      std::move(point),
                      {},
                      {},
                      {-2, region.side, static_cast<double>(region.rows.size()),
                       surface->model.predicted_r_squared, misfit}};
  }

  static bool fits(const stats::ResponseSurface& surface) {
    if (surface.lack_of_fit && surface.lack_of_fit->p < level_of_misfit) return false;
    return surface.model.predicted_r_squared >= least_predicted;
  }

  VectorXd column(const Region& region, std::size_t axis) const {
    const Index j = static_cast<Index>(axis);
    VectorXd values(std::ssize(region.rows));
    for (std::size_t i = 0; i < region.rows.size(); ++i)
      values[static_cast<Index>(i)] = (region.rows[i]->row[j] - region.box.low[j]) / region.side;
    return values;
  }

  /// Numbers with three values or more; of too many those whose ranks follow the losses' closest.
  std::vector<std::size_t> settings_of(const Region& region, const VectorXd& targets) const {
    std::vector<std::size_t> settings;
    for (const std::size_t axis : movable_axes()) {
      const VectorXd values = column(region, axis);
      if (std::set<double>(values.begin(), values.end()).size() >= 3) settings.push_back(axis);
    }
    if (settings.size() <= most_settings) return settings;
    std::vector<std::pair<double, std::size_t>> ranked;
    for (const std::size_t axis : settings) {
      const VectorXd values = column(region, axis);
      const auto relation = stats::spearman({values.data(), region.rows.size()},
                                            {targets.data(), region.rows.size()});
      ranked.emplace_back(relation ? -std::abs(relation->coefficient) : 0, axis);
    }
    std::sort(ranked.begin(), ranked.end());
    for (std::size_t k = 0; k < most_settings; ++k) settings[k] = ranked[k].second;
    settings.resize(most_settings);
    return settings;
  }

  Index dimension() const { return static_cast<Index>(space_.dimension()); }

  MixedSpace space_;
  UsedPoints used_;
  SampleSweep sweep_;  // of evenly spread points
  std::uint64_t seed_;
  std::size_t initial_;
  std::vector<Told> told_;  // completed ones
  std::optional<std::size_t> best_;
};

const SearcherRegistration registration({
    .name = "regression",
    .summary = "a quadratic surface around the best point, tested for fit, and its minimum",
    .citation = "Box, Wilson (1951), On the experimental attainment of optimum conditions",
    .capabilities = {.multi_objective = false},
    .options = {{"initial", Integer{0, 100'000}, std::int64_t{0},
                 "evenly spread points before the first surface; 0: one and a half for each "
                 "coefficient of a surface over all parameters, or over eight"}},
    .make = [](const Setup& setup) { return std::make_unique<RegressionSearch>(setup); },
});

}  // namespace
}  // namespace winnow::search
