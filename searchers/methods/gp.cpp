// Bayesian optimisation: a Gaussian process learns the losses, and each suggestion is where it
// expects to gain most. The first choice for up to some hundred trials that are worth seconds or
// more, over any mix of parameters; with thousands of cheap trials de and cmaes are better.
//
// Sources: Jones, Schonlau, Welch (1998), "Efficient global optimization of expensive black-box
// functions"; acquisition: models/acquisition.hpp; prior: models/gaussian_process_fit.hpp;
// conditions: models/kernel.hpp. Differences:
// - the losses' warp, the kernel's smoothness and whether it is a sum over single axes are chosen
//   by the evidence (models/surrogate.hpp);
// - fits are functions of the first n_k outcomes (models/model_history.hpp), so that a replay makes
//   one fit and comes to the same answers;
// - trials that failed make a second model, of where trials do not fail;
// - each bound that outcomes must keep has a model of its own (models/bound_models.hpp): the
//   probability to keep them all weighs gains, and until a trial does, it is all there is;
// - where time counts, a further model says how long a trial takes;
// - what prior studies measured is part of the model (models/surrogate.hpp), and every other one of
//   the first points is a best one of theirs;
// - beyond 250 outcomes only those near the best one are modelled, and every other
//   suggestion stays in a trust region around it (operators/trust_region.hpp).
// Memo: {position} of an evenly spread point; {−1, outcomes of the last fit, its leave-one-out rank
// correlation, its noise as a part of the targets' variance} of a modelled one. Cost: O(n³) at a
// fit, else O(n²) a candidate; n ≤ 300.

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <utility>

#include "searchers/encoding/mixed_search.hpp"
#include "searchers/encoding/user_belief.hpp"
#include "searchers/models/bound_models.hpp"
#include "searchers/models/model_history.hpp"
#include "searchers/models/pending_normals.hpp"
#include "searchers/operators/best_first.hpp"
#include "searchers/operators/one_by_one.hpp"
#include "searchers/operators/sweep.hpp"
#include "searchers/operators/trust_region.hpp"
#include "searchers/problem/error.hpp"
#include "searchers/registry.hpp"

namespace winnow::search {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr Index incumbents = 5;        // whose neighbours are candidates
constexpr int climb_evaluations = 40;  // an L-BFGS in ten dimensions has mostly ended by then
// Of all prior studies together: a fit with as many own trials takes eight times as long as
// without.
constexpr std::size_t most_prior_trials = 100;

class GaussianProcessSearch final : public Searcher {
 public:
  explicit GaussianProcessSearch(const Setup& setup)
      : space_(setup.space),
        used_(setup.space),
        seed_(setup.seed),
        initial_(initial_of(setup.options, space_.dimension())),
        candidates_(static_cast<Index>(setup.options.integer("candidates"))),
        effort_{static_cast<int>(setup.options.integer("starts")), climb_evaluations},
        history_(space_.kinds(),
                 setup.options.text("noise") == "none" ? Noise::none : Noise::learnt, initial_,
                 static_cast<int>(setup.options.integer("fit_evaluations")),
                 rows_of(setup.prior_studies, space_)),
        region_(space_.dimension()),
        leads_(leads_of(setup.prior_studies)),
        minds_time_(setup.options.text("cost") == "elapsed_s"),
        max_trials_(setup.max_trials),
        bounds_(space_.kinds(), static_cast<int>(setup.options.integer("fit_evaluations"))),
        durations_(space_.kinds(), Centre::mean,
                   static_cast<int>(setup.options.integer("fit_evaluations"))),
        belief_(space_),
        belief_weight_(setup.options.real("prior_weight")) {
    if (minds_time_ && setup.is_timeless)
      throw ConfigError("method_options.cost",
                        "how long trials take is another time different, and determinism: strict "
                        "promises the same proposals; leave one of the two out");
  }

  Proposal ask(const Context& context, int count) const override {
    const auto next = [this](TrialNumber number, const std::vector<Suggestion>& pending,
                             FreePoints& free) {
      std::optional<Suggestion> suggestion;
      if (has_model())
        suggestion = history_.measured() > 0 ? modelled(number, pending, free)
                                             : keeping_bounds(number, pending, free);
      if (!suggestion) suggestion = evenly_spread(number, pending, free);
      return *suggestion;
    };
    return one_by_one(used_, context, count, next);
  }

  void tell(const Outcome& outcome) override {
    const Suggestion& suggestion = outcome.suggestion;
    if (const auto position = position_in(suggestion.memo))
      next_position_ = std::max(next_position_, *position + 1);
    if (!space_.space().contains(suggestion.point)) return;
    used_.add(suggestion.point);
    ++told_;
    if (minds_time_ && outcome.elapsed_s > 0)
      durations_.tell(space_.encode(suggestion.point), std::log(outcome.elapsed_s));
    const std::vector<double>& excesses = outcome.excesses;
    if (!excesses.empty()) bounds_.tell(space_.encode(suggestion.point), excesses);
    const bool breaks_bound =
        std::any_of(excesses.begin(), excesses.end(), [](double excess) { return excess > 0; });
    if (outcome.ending == Ending::failed && !breaks_bound) {
      history_.tell_failure(space_.encode(suggestion.point));
    } else if (!outcome.losses.empty()) {
      history_.tell_loss(space_.encode(suggestion.point), outcome.losses[0]);
      region_.tell(outcome.losses[0]);
    }
  }

 private:
  static std::size_t initial_of(const Options& options, std::size_t dimension) {
    const std::int64_t option = options.integer("initial");
    if (option > 0) return static_cast<std::size_t>(option);
    return std::clamp<std::size_t>(dimension + 1, 5, 10);
  }

  /// Of losses, or at least of the bounds that trials have to keep, from which those that break one
  /// are known too.
  bool has_model() const {
    const bool models_bounds = !bounds_.empty() && told_ >= static_cast<std::int64_t>(initial_);
    return space_.dimension() > 0 && (history_.can_model() || models_bounds);
  }

  // ---- bounds ----

  /// ln of the probability to keep each of them, beside what is running (p × d).
  std::vector<WeightedFunction> keeping(const MatrixXd& running) const {
    std::vector<WeightedFunction> terms;
    for (LogFeasibility& one : bounds_.keeping(running))
      terms.push_back({1, function_of(std::move(one))});
    return terms;
  }

  /// Where the bounds are most probably kept: all that is known to matter before a trial keeps
  /// them. Every other suggestion only: their models have seen few points.
  std::optional<Suggestion> keeping_bounds(TrialNumber number,
                                           const std::vector<Suggestion>& pending,
                                           FreePoints& free) const {
    if (number.value % 2 == 1) return std::nullopt;
    const Box box = unit_box(dimension());
    Rng rng(seed_, number.value, "candidates");
    const MatrixXd near = bounds_.least_breaking().transpose();
    for (const VectorXd& row :
         best_rows(space_, sum_of(keeping(rows_of(pending))), candidates(near, box, rng),
                   bounds_.lengths(), box, effort_)) {
      Point point = space_.decode(row);
      if (free.take(point)) return Suggestion{number, std::move(point), {}, {}, {-1, 0}};
    }
    return std::nullopt;
  }

  // ---- prior studies ----

  static Measured rows_of(const std::vector<PriorStudy>& studies, const MixedSpace& space) {
    Measured all;
    if (studies.empty() || space.dimension() == 0) return all;
    std::vector<const PriorTrial*> trials;
    for (const PriorStudy& study : studies) {
      const std::vector<std::size_t> some =
          telling(study, std::max<std::size_t>(1, most_prior_trials / studies.size()));
      for (const std::size_t i : some) trials.push_back(&study.trials[i]);
      if (!some.empty()) all.others.push_back(std::ssize(some));
    }
    all.X.resize(std::ssize(trials), static_cast<Index>(space.dimension()));
    all.losses.resize(std::ssize(trials));
    for (Index i = 0; i < all.losses.size(); ++i) {
      const PriorTrial& trial = *trials[static_cast<std::size_t>(i)];
      all.X.row(i) = space.encode(trial.point);
      all.losses[i] = trial.losses[0];
    }
    return all;
  }

  /// The best points of prior studies: of each study its best, then of each its second, …
  static std::vector<Point> leads_of(const std::vector<PriorStudy>& studies) {
    constexpr std::size_t most_of_one = 5;  // as many as there are first points to begin with
    std::vector<Point> leads;
    for (std::size_t rank = 0; rank < most_of_one; ++rank)
      for (const PriorStudy& study : studies)
        if (rank < study.trials.size())
          leads.push_back(study.trials[best_first(study)[rank]].point);
    return leads;
  }

  // ---- points without a model ----

  Suggestion evenly_spread(TrialNumber number, const std::vector<Suggestion>& pending,
                           FreePoints& free) const {
    std::uint64_t position = next_position_;
    for (const Suggestion& other : pending)
      if (const auto taken = position_in(other.memo)) position = std::max(position, *taken + 1);
    const std::uint64_t lead = position / 2;
    if (position % 2 == 0 && lead < leads_.size() && free.take(leads_[lead]))
      return {number, leads_[lead], {}, {}, {static_cast<double>(position)}};
    if (position == 0)
      if (std::optional<Point> defaults = space_.space().complete({});
          defaults && free.take(*defaults))
        return {number, std::move(*defaults), {}, {}, {0}};
    const auto at = [&](std::uint64_t index) { return space_.even_point(index, seed_); };
    const std::uint64_t first = position;
    Rng rng(seed_, number.value, "free point");
    Point point = free.take_drawn(
        [&](int attempt) { return at(position = first + static_cast<std::uint64_t>(attempt)); },
        rng);
    return {number, std::move(point), {}, {}, {static_cast<double>(position)}};
  }

  // ---- points from a model ----

  std::optional<Suggestion> modelled(TrialNumber number, const std::vector<Suggestion>& pending,
                                     FreePoints& free) const {
    const ModelHistory::Fitted& now = history_.model();
    for (const VectorXd& row : promising(number, pending, now)) {
      Point point = space_.decode(row);
      if (free.take(point))
        return Suggestion{number,
                          std::move(point),
                          {},
                          {},
                          {-1, static_cast<double>(now.fitted_on), now.left_out_correlation,
                           now.surrogate.form().at.noise}};
    }
    free.note_fallback(promises_tried);
    return std::nullopt;
  }

  std::vector<VectorXd> promising(TrialNumber number, const std::vector<Suggestion>& pending,
                                  const ModelHistory::Fitted& now) const {
    const MatrixXd running = history_.as_own(rows_of(pending));
    LogExpectedImprovement gain(now.surrogate.process(), running, pending_normals(running.rows()),
                                goal(number, now), now.surrogate.others());
    // The logarithms of a gain, of probabilities, a price and a belief.
    std::vector<WeightedFunction> terms = keeping({});  // what is running counts in the gain
    terms.push_back({1, of_own_rows(std::move(gain))});
    if (history_.has_failures()) terms.push_back({1, function_of(history_.feasibility())});
    if (minds_time_ && durations_.size() > 0)
      terms.push_back({-share_left(), function_of(LogDuration(durations_.model()))});
    if (weight_of_belief() > 0) terms.push_back({weight_of_belief(), function_of(belief_)});
    const Box box = box_of(number, now);
    Rng rng(seed_, number.value, "candidates");
    return best_rows(space_, sum_of(std::move(terms)),
                     candidates(incumbents_of(now, incumbents), box, rng),
                     now.surrogate.form().at.scales.lengths.head(dimension()), box, effort_);
  }

  // What time weighs: all at first, nothing at the end, where only the best point counts. Lee et
  // al. (2020), "Cost-aware Bayesian optimization", section 4 (EI-cool), by trials instead of
  // seconds.
  double share_left() const {
    if (!max_trials_) return 1;
    const double left = static_cast<double>(*max_trials_ - told_);
    return std::clamp(left / static_cast<double>(*max_trials_), 0.0, 1.0);
  }

  // Hvarfner et al. (2022), "πBO: Augmenting acquisition functions with user beliefs for Bayesian
  // optimization", equation (6).
  double weight_of_belief() const {
    if (belief_.is_silent()) return 0;
    return belief_weight_ / static_cast<double>(std::max<std::int64_t>(1, told_));
  }

  // Every other suggestion aims for a gain that matters, a tenth of the losses' spread, as in Jones
  // (2001), "A taxonomy of global optimization methods based on response surfaces", section 7: a
  // search that only ever takes the surest gain polishes the basin it is in. Not where trials fail:
  // much is to be gained where nothing could be measured.
  double goal(TrialNumber number, const ModelHistory::Fitted& now) const {
    if (history_.has_failures() || number.value % 2 == 0) return 0;
    return 0.1 / std::sqrt(now.surrogate.form().at.amplitude);
  }

  MatrixXd rows_of(const std::vector<Suggestion>& pending) const {
    MatrixXd rows(std::ssize(pending), dimension());
    Index count = 0;
    for (const Suggestion& suggestion : pending)
      if (space_.space().contains(suggestion.point))
        rows.row(count++) = space_.encode(suggestion.point);
    return rows.topRows(count);
  }

  // Where a suggestion may be: everywhere, or near the best point.
  Box box_of(TrialNumber number, const ModelHistory::Fitted& now) const {
    Box box = unit_box(dimension());
    const bool stays_near = history_.measured() > most_modelled && number.value % 2 == 0;
    if (!stays_near) return box;
    const VectorXd centre = incumbents_of(now, 1).row(0);
    for (Index j = 0; j < centre.size(); ++j) {
      const bool is_nominal = space_.axes()[static_cast<std::size_t>(j)].kind == AxisKind::nominal;
      if (is_nominal || centre[j] == inactive) continue;
      box.low[j] = std::max(0.0, centre[j] - region_.side() / 2);
      box.high[j] = std::min(1.0, centre[j] + region_.side() / 2);
    }
    return box;
  }

  /// The gain as a function of rows that do not say of which study they are.
  MixedFunction of_own_rows(LogExpectedImprovement gain) const {
    const auto shared = std::make_shared<const LogExpectedImprovement>(std::move(gain));
    return {[this, shared](const MatrixXd& rows) { return shared->at_each(history_.as_own(rows)); },
            [this, shared](const VectorXd& row, VectorXd& slope) {
              const double value =
                  shared->slope_at(history_.as_own(row.transpose()).transpose(), slope);
              slope.conservativeResize(row.size());
              return value;
            }};
  }

  MatrixXd candidates(const MatrixXd& centres, const Box& box, Rng& rng) const {
    const std::optional<std::uint64_t> points = used_.enumeration().size();
    if (!points || *points > static_cast<std::uint64_t>(candidates_))
      return candidate_rows(space_, candidates_, box, centres, rng);
    MatrixXd all(static_cast<Index>(*points), dimension());
    for (Index k = 0; k < all.rows(); ++k)
      all.row(k) = space_.encode(used_.enumeration().at(static_cast<std::uint64_t>(k)));
    return all;
  }

  MatrixXd incumbents_of(const ModelHistory::Fitted& now, Index most) const {
    return now.surrogate.best_rows(most).leftCols(dimension());
  }

  Index dimension() const { return static_cast<Index>(space_.dimension()); }

  MixedSpace space_;
  UsedPoints used_;
  std::uint64_t seed_;
  std::size_t initial_;  // outcomes before the model
  Index candidates_;
  MixedEffort effort_;

  ModelHistory history_;
  TrustRegion region_;
  std::vector<Point> leads_;
  bool minds_time_;
  std::optional<std::int64_t> max_trials_;
  BoundModels bounds_;
  TargetHistory durations_;  // ln seconds; nothing where time does not matter
  UserBelief belief_;
  double belief_weight_;
  std::int64_t told_ = 0;
  std::uint64_t next_position_ = 0;  // of the evenly spread points
};

const SearcherRegistration registration({
    .name = "gp",
    .summary = "Bayesian optimisation: a Gaussian process says where most is to be gained",
    .citation = "Jones, Schonlau, Welch (1998), Efficient global optimization of expensive "
                "black-box functions; Ament et al. (2023), Unexpected improvements to expected "
                "improvement; Hvarfner et al. (2024), Vanilla Bayesian optimization performs great "
                "in high dimensions",
    .capabilities = {.multi_objective = false, .prior_studies = true},
    .options = {{"noise", Categorical{{std::string("learnt"), std::string("none")}},
                 std::string("learnt"), "none: measuring a point again gives the same loss"},
                {"initial", Integer{0, 100'000}, std::int64_t{0},
                 "evenly spread points before the model; 0: parameters + 1, between 5 and 10"},
                {"candidates", Integer{16, 100'000}, std::int64_t{512},
                 "points looked at for one suggestion"},
                {"starts", Integer{0, 100}, std::int64_t{5},
                 "from how many of the best candidates a local search begins; 0: none"},
                {"fit_evaluations", Integer{1, 1000}, std::int64_t{30},
                 "likelihoods computed for one form of the model, at most"},
                {"cost", Categorical{{std::string("none"), std::string("elapsed_s")}},
                 std::string("none"),
                 "elapsed_s: gains are weighed against how long a trial will take, less so towards "
                 "the end"},
                {"prior_weight", Real{0, 1000}, 0.0,
                 "how many trials the parameters' distributions and probabilities are worth when a "
                 "gain is weighed; a tenth of max_trials, say"}},
    .make = [](const Setup& setup) { return std::make_unique<GaussianProcessSearch>(setup); },
    .aliases = {"bayes", "bayesian"},
});

}  // namespace
}  // namespace winnow::search
