// TuRBO: a Gaussian process of the trials of one region, and suggestions in a box around its best
// point that doubles after successes and halves after failures; a box that has become too small is
// given up for a new region. For some hundred to some thousand trials of ten to a hundred numbers,
// where one model of everything is too costly and too vague.
//
// Source: Eriksson, Pearce, Gardner, Turner, Poloczek (2019), "Scalable global optimization via
// local Bayesian optimization", sections 3 and 4, with one region at a time (TuRBO-1). Differences:
// - the expected improvement instead of a Thompson sample: pending trials are conditioned upon, so
//   that a batch spreads anyway, and the gain has a slope to climb;
// - the model, its warp and its fits at fixed counts are those of gp (models/model_history.hpp);
// - choices may change anywhere in the box, conditional parameters appear with their parents;
// - trials that failed make a second model, of where trials do not fail.
// Memo: {region, position} of a region's evenly spread first points, {region, −1} of a modelled
// one. Cost: O(n³) at a fit, else O(n²) a candidate; n ≤ 300 of the region.

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "searchers/encoding/mixed_search.hpp"
#include "searchers/models/model_history.hpp"
#include "searchers/models/pending_normals.hpp"
#include "searchers/operators/one_by_one.hpp"
#include "searchers/operators/sweep.hpp"
#include "searchers/operators/trust_region.hpp"
#include "searchers/registry.hpp"

namespace winnow::search {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr Index incumbents = 3;        // whose neighbours are candidates
constexpr int climb_evaluations = 40;  // as in gp
constexpr double most_perturbed = 20;  // axes of a candidate, on average: section 4 of the source

class Turbo final : public Searcher {
 public:
  explicit Turbo(const Setup& setup)
      : space_(setup.space),
        used_(setup.space),
        seed_(setup.seed),
        noise_(setup.options.text("noise") == "none" ? Noise::none : Noise::learnt),
        initial_(initial_of(setup.options, space_.dimension())),
        candidates_(static_cast<Index>(setup.options.integer("candidates"))),
        effort_{static_cast<int>(setup.options.integer("starts")), climb_evaluations},
        fit_evaluations_(static_cast<int>(setup.options.integer("fit_evaluations"))),
        history_(new_history()),
        region_(space_.dimension()) {}

  Proposal ask(const Context& context, int count) const override {
    const auto next = [this](TrialNumber number, const std::vector<Suggestion>& pending,
                             FreePoints& free) {
      std::optional<Suggestion> suggestion;
      if (history_.can_model() && space_.dimension() > 0)
        suggestion = modelled(number, pending, free);
      if (!suggestion) suggestion = evenly_spread(number, pending, free);
      return *suggestion;
    };
    return one_by_one(used_, context, count, next);
  }

  void tell(const Outcome& outcome) override {
    const Suggestion& suggestion = outcome.suggestion;
    const std::optional<std::uint64_t> region = position_in(suggestion.memo);
    if (region && suggestion.memo.size() == 2)
      if (const auto position = position_in({suggestion.memo[1]}))
        next_position_ = std::max(next_position_, *position + 1);
    if (!space_.space().contains(suggestion.point)) return;
    used_.add(suggestion.point);
    // Of an earlier region: it said what it had to say there. Points from elsewhere are knowledge
    // of the first region.
    if (region.value_or(0) != number_of_region_) return;
    const bool is_measured = outcome.ending != Ending::failed && !outcome.losses.empty();
    if (outcome.ending == Ending::failed) history_.tell_failure(space_.encode(suggestion.point));
    if (is_measured) history_.tell_loss(space_.encode(suggestion.point), outcome.losses[0]);
    if (!region || (!is_measured && outcome.ending != Ending::failed)) return;
    region_.tell(is_measured ? outcome.losses[0] : std::numeric_limits<double>::infinity());
    if (region_.collapses() > 0) begin_region();
  }

 private:
  static std::size_t initial_of(const Options& options, std::size_t dimension) {
    const std::int64_t option = options.integer("initial");
    // Twice the dimension: section 4 of the source.
    return option > 0 ? static_cast<std::size_t>(option) : std::max<std::size_t>(2 * dimension, 4);
  }

  ModelHistory new_history() const {
    return ModelHistory(space_.kinds(), noise_, initial_, fit_evaluations_);
  }

  void begin_region() {
    ++number_of_region_;
    history_ = new_history();
    region_ = TrustRegion(space_.dimension());
  }

  Index dimension() const { return static_cast<Index>(space_.dimension()); }
  double region_number() const { return static_cast<double>(number_of_region_); }

  // One sequence for all regions: the next one's points lie between those of the last.
  Suggestion evenly_spread(TrialNumber number, const std::vector<Suggestion>& pending,
                           FreePoints& free) const {
    std::uint64_t position = next_position_;
    for (const Suggestion& other : pending)
      if (other.memo.size() == 2)
        if (const auto taken = position_in({other.memo[1]}))
          position = std::max(position, *taken + 1);
    const std::uint64_t first = position;
    Rng rng(seed_, number.value, "free point");
    Point point = free.take_drawn(
        [&](int attempt) {
          position = first + static_cast<std::uint64_t>(attempt);
          return space_.even_point(position, seed_);
        },
        rng);
    return {number, std::move(point), {}, {}, {region_number(), static_cast<double>(position)}};
  }

  std::optional<Suggestion> modelled(TrialNumber number, const std::vector<Suggestion>& pending,
                                     FreePoints& free) const {
    const ModelHistory::Fitted& now = history_.model();
    for (const VectorXd& row : promising(number, pending, now)) {
      Point point = space_.decode(row);
      if (free.take(point))
        return Suggestion{number, std::move(point), {}, {}, {region_number(), -1}};
    }
    free.note_fallback(promises_tried);
    return std::nullopt;
  }

  std::vector<VectorXd> promising(TrialNumber number, const std::vector<Suggestion>& pending,
                                  const ModelHistory::Fitted& now) const {
    const MatrixXd running = rows_of(pending);
    const LogExpectedImprovement gain(now.surrogate.process(), running,
                                      pending_normals(running.rows()));
    std::optional<LogFeasibility> feasible;
    if (history_.has_failures()) feasible.emplace(history_.feasibility());
    const MixedFunction f{[&](const MatrixXd& rows) -> VectorXd {
                            return feasible ? VectorXd(gain.at_each(rows) + feasible->at_each(rows))
                                            : gain.at_each(rows);
                          },
                          [&](const VectorXd& row, VectorXd& slope) {
                            double value = gain.slope_at(row, slope);
                            VectorXd further;
                            if (feasible) value += feasible->slope_at(row, further);
                            if (feasible) slope += further;
                            return value;
                          }};
    const VectorXd& lengths = now.surrogate.form().at.scales.lengths;
    const MatrixXd best = now.surrogate.best_rows(incumbents);
    const Box box = box_around(best.row(0), lengths);
    Rng rng(seed_, number.value, "candidates");
    return best_rows(space_, f, candidates(best, box, rng), lengths, box, effort_);
  }

  MatrixXd rows_of(const std::vector<Suggestion>& pending) const {
    MatrixXd rows(std::ssize(pending), dimension());
    Index count = 0;
    for (const Suggestion& suggestion : pending)
      if (space_.space().contains(suggestion.point))
        rows.row(count++) = space_.encode(suggestion.point);
    return rows.topRows(count);
  }

  bool is_number(Index axis) const {
    return space_.axes()[static_cast<std::size_t>(axis)].kind != AxisKind::nominal;
  }

  /// Sides in the ratio of the length scales, their geometric mean that of the region: section 3.
  Box box_around(const VectorXd& centre, const VectorXd& lengths) const {
    double log_lengths = 0;
    Index numbers = 0;
    for (Index j = 0; j < dimension(); ++j)
      if (is_number(j)) log_lengths += std::log(lengths[j]), ++numbers;
    Box box = unit_box(dimension());
    for (Index j = 0; j < dimension(); ++j) {
      if (!is_number(j) || centre[j] == inactive) continue;
      const double side =
          region_.side() * lengths[j] / std::exp(log_lengths / static_cast<double>(numbers));
      box.low[j] = std::max(0.0, centre[j] - side / 2);
      box.high[j] = std::min(1.0, centre[j] + side / 2);
    }
    return box;
  }

  /// In many dimensions a candidate differs from the best point in some only.
  MatrixXd candidates(const MatrixXd& best, const Box& box, Rng& rng) const {
    MatrixXd rows = candidate_rows(space_, candidates_, box, best, rng);
    if (static_cast<double>(dimension()) <= most_perturbed) return rows;
    const double share = most_perturbed / static_cast<double>(dimension());
    for (Index i = 0; i < rows.rows(); ++i) {
      VectorXd row = rows.row(i);
      for (Index j = 0; j < dimension(); ++j)
        if (rng.uniform() >= share) row[j] = best(0, j);
      space_.settle(row, 0.5);
      rows.row(i) = row;
    }
    return rows;
  }

  MixedSpace space_;
  UsedPoints used_;
  std::uint64_t seed_;
  Noise noise_;
  std::size_t initial_;
  Index candidates_;
  MixedEffort effort_;
  int fit_evaluations_;

  std::uint64_t number_of_region_ = 0;
  ModelHistory history_;  // of the region
  TrustRegion region_;
  std::uint64_t next_position_ = 0;  // of the evenly spread points
};

const SearcherRegistration registration({
    .name = "turbo",
    .summary = "a model inside a box that follows success, then elsewhere: many numbers",
    .citation = "Eriksson, Pearce, Gardner, Turner, Poloczek (2019), Scalable global optimization "
                "via local Bayesian optimization",
    .capabilities = {.multi_objective = false},
    .options = {{"noise", Categorical{{std::string("learnt"), std::string("none")}},
                 std::string("learnt"), "none: measuring a point again gives the same loss"},
                {"initial", Integer{0, 100'000}, std::int64_t{0},
                 "evenly spread points of each region before its model; 0: twice the parameters"},
                {"candidates", Integer{16, 100'000}, std::int64_t{512},
                 "points looked at for one suggestion"},
                {"starts", Integer{0, 100}, std::int64_t{3},
                 "from how many of the best candidates a local search begins; 0: none"},
                {"fit_evaluations", Integer{1, 1000}, std::int64_t{30},
                 "likelihoods computed for one form of the model, at most"}},
    .make = [](const Setup& setup) { return std::make_unique<Turbo>(setup); },
});

}  // namespace
}  // namespace winnow::search
