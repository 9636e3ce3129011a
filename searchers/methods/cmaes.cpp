// CMA-ES: samples of a normal distribution whose mean, step size and covariance follow the better
// half of them. For hundreds of trials and more of numbers that depend on each other, in up to some
// hundred dimensions; restarts with growing and with small populations where it has settled.
//
// Sources: Hansen (2016), "The CMA evolution strategy: a tutorial"; restarts: Hansen (2009),
// "Benchmarking a BI-population CMA-ES on the BBOB-2009 function testbed", section 2; integers:
// Hamano et al. (2022), "CMA-ES with margin"; from earlier trials: Nomura et al. (2021), "Warm
// starting CMA-ES for hyperparameter optimization", equations (5), (6), a single normal of them.
// Differences:
// - It never waits: whoever asks gets a sample of the present distribution, and λ told samples are
// a
//   generation, those of earlier distributions cut to what is likely (models/).
// - The space is continued beyond its bounds by reflection, so samples are never drawn again.
// - Where prior studies say where to begin, the normal is that of the best tenth of each of them.
// - Choices without order have a probability each, moved towards the choices of the better half at
//   the rate of the rank-μ update and kept above the same margin as integers; ours (models/). Where
//   they matter much, catcma and tpe suit better.
// Memo: {run, generation, genome}: the sample before reflection and rounding, d numbers.
// Randomness: (seed, number). Cost: O(d²) for an ask, O(λ d² + d³) for the last tell of a
// generation.

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include "searchers/encoding/genome.hpp"
#include "searchers/encoding/mirrored_cells.hpp"
#include "searchers/models/choice_distribution.hpp"
#include "searchers/models/covariance_adaptation.hpp"
#include "searchers/numerics/rng.hpp"
#include "searchers/operators/best_first.hpp"
#include "searchers/operators/bipop.hpp"
#include "searchers/operators/drawn_samples.hpp"
#include "searchers/problem/error.hpp"
#include "searchers/registry.hpp"

namespace winnow::search {
namespace {

using Eigen::Index, Eigen::MatrixXd, Eigen::VectorXd;
using Genome = std::vector<double>;  // d numbers: on choices in [0, 1], else any

class CmaEs final : public Searcher {
 public:
  explicit CmaEs(const Setup& setup)
      : cube_(setup.space),
        used_(setup.space),
        coding_(mirrored_coding(cube_)),
        seed_(setup.seed),
        first_population_(CovarianceAdaptation::chosen_population(
            setup.options.integer("population"), cube_.dimension())),
        first_step_(setup.options.real("step")),
        restarts_(setup.options.flag("restarts")),
        warm_start_(setup.options.flag("warm_start")),
        schedule_(first_population_) {
    if (!setup.prior_studies.empty() && !warm_start_)
      throw ConfigError("method_options.warm_start",
                        "prior_studies say where to begin: leave one of the two out");
    const std::vector<bool> unordered = unordered_axes(cube_);
    for (std::size_t j = 0; j < cube_.dimension(); ++j)
      (unordered[j] ? choices_ : numbers_).push_back(j);
    begin_run(VectorXd::Constant(std::ssize(numbers_), 0.5), first_step_, first_population_);
    for (const PriorStudy& study : setup.prior_studies) take_in(study);
  }

  Proposal ask(const Context& context, int count) const override {
    return ask_samples(used_, context, count, seed_, coding_, run_, distribution_->generation(),
                       [this](Rng& rng) { return drawn(rng); });
  }

  void tell(const Outcome& outcome) override {
    used_.add(outcome.suggestion.point);
    if (!cube_.space().contains(outcome.suggestion.point)) return;
    std::optional<DrawnSample> sample = sample_in(outcome.suggestion, coding_);
    if (!sample) {
      learn_from_elsewhere(outcome);
      return;
    }
    if (sample->run != run_) return;  // of a run that has ended
    samples_.push_back({std::move(sample->genome), standing_of(outcome), sample->generation});
    if (std::ssize(samples_) == distribution_->population()) end_generation();
  }

 private:
  const Domain& domain(std::size_t axis) const {
    return cube_.space().parameters()[cube_.parameter(axis)].domain;
  }

  double unit_of(std::size_t axis, std::uint64_t value) const {
    return cube_.unit(axis, value_at(domain(axis), value));
  }

  std::uint64_t value_of(std::size_t axis, double unit) const {
    return *index_of(domain(axis), cube_.value(axis, unit));
  }

  Genome drawn(Rng& rng) const {
    Genome genome(cube_.dimension());
    VectorXd normals(std::ssize(numbers_));
    for (double& z : normals) z = rng.normal();
    const VectorXd x = distribution().sample(normals);
    for (std::size_t k = 0; k < numbers_.size(); ++k)
      genome[numbers_[k]] = x[static_cast<Index>(k)];
    for (std::size_t k = 0; k < choices_.size(); ++k)
      genome[choices_[k]] = unit_of(choices_[k], choice_distributions_[k].draw(rng));
    return genome;
  }

  void begin_run(const VectorXd& mean, double step, int population) {
    distribution_.emplace(mean, step, MatrixXd::Identity(mean.size(), mean.size()), population);
    samples_.clear();
    best_losses_.clear();
    choice_distributions_.clear();
    for (const std::size_t axis : choices_) {
      const Categorical& choice = std::get<Categorical>(domain(axis));
      std::vector<double> weights = choice.probabilities;
      if (weights.empty()) weights.assign(choice.choices.size(), 1);
      choice_distributions_.emplace_back(std::move(weights));
    }
  }

  /// The best tenth of a prior study, of its own losses; one at least.
  void take_in(const PriorStudy& study) {
    const std::vector<std::size_t> order = best_first(study);
    for (std::size_t rank = 0; 10 * rank < order.size() && !numbers_.empty(); ++rank) {
      const Suggestion suggestion{TrialNumber{static_cast<std::int64_t>(rank)},
                                  study.trials[order[rank]].point};
      const RankedSample sample{genome_of(cube_, suggestion, seed_), {}, 0};
      prior_best_.push_back(numbers_in(sample));
    }
  }

  /// What the next sample comes from: until a first generation ends, the best tenth of other
  /// trials says where to begin.
  const CovarianceAdaptation& distribution() const {
    const bool has_begun = run_ > 0 || distribution_->generation() > 0;
    const std::size_t best = elsewhere_.size() / 10, points_count = best + prior_best_.size();
    if (has_begun || points_count < 2) return *distribution_;  // of one point there is no spread
    if (warm_ && warm_from_ == elsewhere_.size()) return *warm_;
    std::vector<const RankedSample*> order;
    for (const RankedSample& sample : elsewhere_) order.push_back(&sample);
    std::stable_sort(order.begin(), order.end(), [](const RankedSample* a, const RankedSample* b) {
      return is_better(*a, *b);
    });
    MatrixXd points(std::ssize(numbers_), static_cast<Index>(points_count));
    for (std::size_t i = 0; i < best; ++i)
      points.col(static_cast<Index>(i)) = numbers_in(*order[i]);
    for (std::size_t i = 0; i < prior_best_.size(); ++i)
      points.col(static_cast<Index>(best + i)) = prior_best_[i];
    warm_.emplace(CovarianceAdaptation::around(points, first_population_));
    warm_from_ = elsewhere_.size();
    return *warm_;
  }

  void learn_from_elsewhere(const Outcome& outcome) {
    const Standing standing = standing_of(outcome);
    if (warm_start_ && run_ == 0 && standing.is_measured() && !numbers_.empty())
      elsewhere_.push_back({genome_of(cube_, outcome.suggestion, seed_), standing, 0});
  }

  VectorXd numbers_in(const RankedSample& sample) const {
    VectorXd numbers(std::ssize(numbers_));
    for (std::size_t k = 0; k < numbers_.size(); ++k)
      numbers[static_cast<Index>(k)] = sample.genome[numbers_[k]];
    return numbers;
  }

  void end_generation() {
    std::stable_sort(samples_.begin(), samples_.end(),
                     [](const auto& a, const auto& b) { return is_better(a, b); });
    schedule_.spend(std::ssize(samples_));
    const Standing best = samples_.front().standing, worst = samples_.back().standing;
    if (best.is_measured()) {  // of failures alone there is nothing to learn
      learn_choices();
      if (!numbers_.empty()) learn_numbers();
      best_losses_.push_back(best.loss);
    }
    samples_.clear();
    if (restarts_ && has_settled(worst.loss)) restart();
  }

  void learn_numbers() {
    MatrixXd ranked(std::ssize(numbers_), std::ssize(samples_));
    std::vector<bool> is_own;
    for (std::size_t i = 0; i < samples_.size(); ++i) {
      ranked.col(static_cast<Index>(i)) = numbers_in(samples_[i]);
      is_own.push_back(samples_[i].generation == distribution_->generation());
    }
    if (distribution_->generation() == 0) distribution_ = distribution();
    distribution_->update(ranked, is_own);
    for (std::size_t k = 0; k < numbers_.size(); ++k) keep_margin(k);
  }

  double margin() const {  // Hamano et al. 2022, section 4.1
    return 1 / (distribution_->population() * static_cast<double>(cube_.dimension()));
  }

  /// Neighbouring values of integers, steps and ordered choices stay within reach.
  void keep_margin(std::size_t k) {
    const std::size_t axis = numbers_[k];
    if (!cardinality(domain(axis))) return;
    const double mean = distribution_->mean()[static_cast<Index>(k)];
    const MirroredCell cell = mirrored_cell(cube_, axis, mean);
    distribution_->keep_margin(k, cell.low, cell.high, margin());
  }

  void learn_choices() {
    const std::span<const double> weights = distribution_->positive_weights();
    for (std::size_t k = 0; k < choices_.size(); ++k) {
      std::vector<std::size_t> codes;
      for (std::size_t i = 0; i < weights.size(); ++i)
        codes.push_back(value_of(choices_[k], samples_[i].genome[choices_[k]]));
      const double others =
          static_cast<double>(choice_distributions_[k].probabilities().size() - 1);
      choice_distributions_[k].learn(codes, weights, distribution_->rank_mu_rate(),
                                     margin() / others);
    }
  }

  /// Losses no longer differ, or there is nothing left to learn.
  bool has_settled(double worst_loss) const {
    return (!numbers_.empty() && distribution_->is_exhausted()) ||
           have_settled(best_losses_, worst_loss, cube_.dimension(), distribution_->population());
  }

  void restart() {
    ++run_;
    Rng rng(seed_, run_, "restart");
    const auto [population, step_share] = schedule_.next(rng);
    VectorXd mean(std::ssize(numbers_));
    for (double& coordinate : mean) coordinate = rng.uniform();
    begin_run(mean, step_share * first_step_, population);
  }

  UnitCube cube_;
  UsedPoints used_;
  Coding coding_;  // of genomes before reflection
  std::uint64_t seed_;
  int first_population_;
  double first_step_;
  bool restarts_, warm_start_;
  BipopSchedule schedule_;
  std::vector<std::size_t> numbers_, choices_;            // axes
  std::optional<CovarianceAdaptation> distribution_;      // over numbers_
  std::vector<ChoiceDistribution> choice_distributions_;  // of choices_
  std::vector<RankedSample> samples_;                     // of this run, since the last generation
  std::vector<RankedSample> elsewhere_;                   // of other methods, people and studies
  std::vector<VectorXd> prior_best_;                      // of prior studies
  std::vector<double> best_losses_;                       // of this run's generations
  std::int64_t run_ = 0;
  // distribution() as a function of elsewhere_, kept between asks.
  mutable std::optional<CovarianceAdaptation> warm_;
  mutable std::size_t warm_from_ = 0;
};

const SearcherRegistration registration({
    .name = "cmaes",
    .summary = "a normal distribution that learns its shape from its better samples, with restarts",
    .citation = "Hansen (2016), The CMA evolution strategy: a tutorial; restarts: Hansen (2009), "
                "Benchmarking a BI-population CMA-ES on the BBOB-2009 function testbed",
    .capabilities = {.multi_objective = false, .prior_studies = true},
    .options = {{"population", Integer{0, 100'000}, std::int64_t{0},
                 "samples in a generation; 0: 4 + 3 ln d"},
                {"step", Real{0.001, 10, Scale::log}, 0.2,
                 "standard deviation at the start, as a part of each range"},
                {"restarts", Categorical{{false, true}}, true,
                 "begin anew when settled, by turns with large and with small populations"},
                {"warm_start", Categorical{{false, true}}, true,
                 "begin at the best tenth of trials that came from elsewhere"}},
    .make = [](const Setup& setup) { return std::make_unique<CmaEs>(setup); },
});

}  // namespace
}  // namespace winnow::search
