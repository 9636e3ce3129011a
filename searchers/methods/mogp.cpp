// Bayesian optimisation of several objectives: a Gaussian process learns each of them, and each
// suggestion is where the front is expected to grow most. For up to some hundred trials that are
// worth seconds or more; with thousands of cheap ones nsga2 and nsga3 are better.
//
// Sources: Daulton, Balandat, Bakshy (2020), "Differentiable expected hypervolume improvement for
// parallel multi-objective Bayesian optimization"; the acquisitions are in
// models/front_acquisition.hpp: the exact logarithm for two and three objectives, one random
// weighting a suggestion for more. Differences:
// - the front is that of the expected losses, which noise does not bend outwards;
// - what is running is believed to turn out as expected (Ginsbourger, Le Riche, Carraro 2010,
//   "Kriging is well-suited to parallelize optimization", section 3.2);
// - trials that failed make a model of where trials do not fail, as in gp;
// - beyond 250 outcomes the front and the layers next to it are modelled.
// Memo: {position} of an evenly spread point; {−1, outcomes of the last fit} of a modelled one.
// Cost: objectives × O(n³) at a fit, else O(n²) a candidate and objective; n ≤ 300.

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "searchers/encoding/mixed_search.hpp"
#include "searchers/models/front_acquisition.hpp"
#include "searchers/models/model_history.hpp"
#include "searchers/models/objective_models.hpp"
#include "searchers/operators/one_by_one.hpp"
#include "searchers/operators/sweep.hpp"
#include "searchers/registry.hpp"

namespace winnow::search {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr int climb_evaluations = 40;  // an L-BFGS in ten dimensions has mostly ended by then
constexpr std::size_t most_exact = 3;  // objectives whose hypervolume is cut into few boxes

constexpr double reach_near = 0.2;  // of each range to either side

/// What is modelled when one suggestion is made, in units of the processes' targets.
struct Outlook {
  std::vector<GaussianProcess> processes;  // what is running believed
  std::vector<Losses> front;               // expected
  MatrixXd front_rows;                     // where it is
  Losses reference;
};

class MultiObjectiveProcess final : public Searcher {
 public:
  explicit MultiObjectiveProcess(const Setup& setup)
      : space_(setup.space),
        used_(setup.space),
        sweep_(setup.space, setup.seed, SampleSweep::Repeats::avoided),
        seed_(setup.seed),
        objectives_(setup.objectives.size()),
        candidates_(static_cast<Index>(setup.options.integer("candidates"))),
        effort_{static_cast<int>(setup.options.integer("starts")), climb_evaluations},
        models_(space_.kinds(), objectives_, initial_of(setup.options, space_.dimension()),
                static_cast<int>(setup.options.integer("fit_evaluations"))),
        ended_(space_.kinds(), Noise::learnt, 1,
               static_cast<int>(setup.options.integer("fit_evaluations"))) {}

  Proposal ask(const Context& context, int count) const override {
    const auto next = [this](TrialNumber number, const std::vector<Suggestion>& pending,
                             FreePoints& free) {
      std::optional<Suggestion> suggestion;
      if (models_.can_model() && space_.dimension() > 0)
        suggestion = modelled(number, pending, free);
      if (!suggestion) suggestion = evenly_spread(number, pending, free);
      return *suggestion;
    };
    return one_by_one(used_, context, count, next);
  }

  void tell(const Outcome& outcome) override {
    const Suggestion& suggestion = outcome.suggestion;
    sweep_.tell(outcome);
    used_.add(suggestion.point);
    if (!space_.space().contains(suggestion.point)) return;
    if (outcome.ending == Ending::failed) {
      ended_.tell_failure(space_.encode(suggestion.point));
    } else if (outcome.losses.size() == objectives_) {
      ended_.tell_loss(space_.encode(suggestion.point), outcome.losses[0]);
      models_.tell(space_.encode(suggestion.point), outcome.losses);
    }
  }

 private:
  static std::size_t initial_of(const Options& options, std::size_t dimension) {
    const std::int64_t option = options.integer("initial");
    if (option > 0) return static_cast<std::size_t>(option);
    return std::clamp<std::size_t>(dimension + 1, 5, 10);
  }

  Suggestion evenly_spread(TrialNumber number, const std::vector<Suggestion>& pending,
                           FreePoints& free) const {
    const auto at = [this](std::uint64_t position) { return space_.even_point(position, seed_); };
    Suggestion suggestion = sweep_.next(number, pending, 1, at).at(0);
    free.take(suggestion.point);
    return suggestion;
  }

  std::optional<Suggestion> modelled(TrialNumber number, const std::vector<Suggestion>& pending,
                                     FreePoints& free) const {
    const ObjectiveModels::Fitted& now = models_.model();
    const Outlook outlook = outlook_of(now, pending);
    for (const VectorXd& row : promising(number, now, outlook)) {
      Point point = space_.decode(row);
      if (free.take(point))
        return Suggestion{
            number, std::move(point), {}, {}, {-1, static_cast<double>(now.fitted_on)}};
    }
    free.note_fallback(promises_tried);
    return std::nullopt;
  }

  Outlook outlook_of(const ObjectiveModels::Fitted& now,
                     const std::vector<Suggestion>& pending) const {
    Outlook outlook;
    for (const Surrogate& surrogate : now.surrogates) {
      GaussianProcess process = surrogate.process();
      for (const Suggestion& suggestion : pending)
        if (space_.space().contains(suggestion.point)) {
          const VectorXd row = space_.encode(suggestion.point);
          process.append(row, process.at(row).mean);
        }
      outlook.processes.push_back(std::move(process));
    }
    std::vector<Losses> expected(static_cast<std::size_t>(outlook.processes[0].size()));
    for (const GaussianProcess& process : outlook.processes) {
      const VectorXd means = process.means();
      for (std::size_t i = 0; i < expected.size(); ++i)
        expected[i].push_back(means[static_cast<Index>(i)]);
    }
    std::vector<Index> members;
    for (const std::size_t i : pareto_front(expected)) {
      members.push_back(static_cast<Index>(i));
      outlook.front.push_back(expected[i]);
    }
    outlook.front_rows = outlook.processes[0].observations().X(members, Eigen::all);
    outlook.reference = reference_behind(outlook.front, now);
    return outlook;
  }

  /// A tenth of the front's range behind it, as in shared/design/algorithms.md 4.9, and a tenth of
  /// the losses' standard deviation at least: a front of one point has no range.
  static Losses reference_behind(const std::vector<Losses>& front,
                                 const ObjectiveModels::Fitted& now) {
    constexpr double margin = 0.1;
    Losses reference;
    for (std::size_t m = 0; m < now.surrogates.size(); ++m) {
      double best = front[0][m], worst = best;
      for (const Losses& each : front) {
        best = std::min(best, each[m]);
        worst = std::max(worst, each[m]);
      }
      const double deviation = 1 / std::sqrt(now.surrogates[m].form().at.amplitude);
      reference.push_back(worst + margin * std::max(worst - best, deviation));
    }
    return reference;
  }

  std::vector<VectorXd> promising(TrialNumber number, const ObjectiveModels::Fitted& now,
                                  const Outlook& outlook) const {
    Rng rng(seed_, number.value, "candidates");
    const Box box = box_of(number, outlook, rng);
    if (objectives_ <= most_exact) {
      const LogExpectedHypervolumeImprovement gain(
          outlook.processes, nondominated_boxes(outlook.front, outlook.reference));
      return best_under(gain, now, outlook, box, rng);
    }
    // Uniform on the positive part of the sphere, kept off its border.
    std::vector<double> weights;
    double squares = 0;
    for (std::size_t m = 0; m < objectives_; ++m) {
      weights.push_back(std::max(std::abs(rng.normal()), 1e-3));
      squares += weights.back() * weights.back();
    }
    for (double& weight : weights) weight /= std::sqrt(squares);
    const WeightedOptimism gain(outlook.processes, outlook.reference, weights);
    return best_under(gain, now, outlook, box, rng);
  }

  template <class Gain>
  std::vector<VectorXd> best_under(const Gain& gain, const ObjectiveModels::Fitted& now,
                                   const Outlook& outlook, const Box& box, Rng& rng) const {
    std::optional<LogFeasibility> feasible;
    if (ended_.has_failures()) feasible.emplace(ended_.feasibility());
    const MixedFunction f{[&](const MatrixXd& rows) -> VectorXd {
                            return feasible ? VectorXd(gain.at_each(rows) + feasible->at_each(rows))
                                            : gain.at_each(rows);
                          },
                          [&](const VectorXd& row, VectorXd& slope) {
                            double value = gain.slope_at(row, slope);
                            if (feasible) {
                              VectorXd further;
                              value += feasible->slope_at(row, further);
                              slope += further;
                            }
                            return value;
                          }};
    return best_rows(space_, f, candidates(outlook, box, rng), lengths(now), box, effort_);
  }

  /// An axis is as long as in the objective that changes fastest along it.
  static VectorXd lengths(const ObjectiveModels::Fitted& now) {
    VectorXd shortest = now.surrogates[0].form().at.scales.lengths;
    for (const Surrogate& surrogate : now.surrogates)
      shortest = shortest.cwiseMin(surrogate.form().at.scales.lengths);
    return shortest;
  }

  /// Every other suggestion stays near a member of the front: in many dimensions a model is least
  /// sure of the corners, of which there are too many to try. Daulton et al. (2022),
  /// "Multi-objective Bayesian optimization over high-dimensional search spaces".
  Box box_of(TrialNumber number, const Outlook& outlook, Rng& rng) const {
    Box box = unit_box(dimension());
    if (number.value % 2 == 0) return box;
    const std::uint64_t members = static_cast<std::uint64_t>(outlook.front_rows.rows());
    const VectorXd centre = outlook.front_rows.row(static_cast<Index>(rng.below(members)));
    for (Index j = 0; j < centre.size(); ++j) {
      const bool is_nominal = space_.axes()[static_cast<std::size_t>(j)].kind == AxisKind::nominal;
      if (is_nominal || centre[j] == inactive) continue;
      box.low[j] = std::max(0.0, centre[j] - reach_near);
      box.high[j] = std::min(1.0, centre[j] + reach_near);
    }
    return box;
  }

  MatrixXd candidates(const Outlook& outlook, const Box& box, Rng& rng) const {
    const std::optional<std::uint64_t> points = used_.enumeration().size();
    if (!points || *points > static_cast<std::uint64_t>(candidates_))
      return candidate_rows(space_, candidates_, box, outlook.front_rows, rng);
    MatrixXd all(static_cast<Index>(*points), dimension());
    for (Index k = 0; k < all.rows(); ++k)
      all.row(k) = space_.encode(used_.enumeration().at(static_cast<std::uint64_t>(k)));
    return all;
  }

  Index dimension() const { return static_cast<Index>(space_.dimension()); }

  MixedSpace space_;
  UsedPoints used_;
  SampleSweep sweep_;  // of evenly spread points
  std::uint64_t seed_;
  std::size_t objectives_;
  Index candidates_;
  MixedEffort effort_;
  ObjectiveModels models_;
  ModelHistory ended_;  // for where trials fail
};

const SearcherRegistration registration({
    .name = "mogp",
    .summary = "Bayesian optimisation of a front: a Gaussian process for each objective",
    .citation = "Daulton, Balandat, Bakshy (2020), Differentiable expected hypervolume improvement "
                "for parallel multi-objective Bayesian optimization; Yang, Emmerich, Deutz, Bäck "
                "(2019), Efficient computation of expected hypervolume improvement using box "
                "decomposition algorithms",
    .capabilities = {},
    .options = {{"initial", Integer{0, 100'000}, std::int64_t{0},
                 "evenly spread points before the models; 0: parameters + 1, between 5 and 10"},
                {"candidates", Integer{16, 100'000}, std::int64_t{1024},
                 "points looked at for one suggestion"},
                {"starts", Integer{0, 100}, std::int64_t{3},
                 "from how many of the best candidates a local search begins; 0: none"},
                {"fit_evaluations", Integer{1, 1000}, std::int64_t{15},
                 "likelihoods computed for one form of a model, at most"}},
    .make = [](const Setup& setup) { return std::make_unique<MultiObjectiveProcess>(setup); },
});

}  // namespace
}  // namespace winnow::search
