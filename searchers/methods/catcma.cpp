// CMA-ES for mixed spaces: a normal distribution for the numbers and one distribution for each
// choice, which learn from the same better half of their samples. For hundreds of trials and more
// where choices and numbers matter together; for numbers alone it is cmaes.
//
// Source: Hamano, Saito, Nomura, Uchida, Shirakawa (2025), "CatCMA with margin: stochastic
// optimization for continuous, integer, and categorical variables" (arXiv:2504.07884); the
// distributions of choices: models/choice_adaptation.hpp. Differences:
// - it never waits: λ told samples are a generation, those of earlier distributions cut to what is
//   likely (models/covariance_adaptation.hpp);
// - the space is continued beyond its bounds by reflection instead of a penalty;
// - a run that has settled begins anew somewhere else, by turns with large and with small
//   populations, as cmaes does (operators/bipop.hpp).
// Memo: {run, generation, genome}: the sample before reflection and rounding, d numbers.
// Randomness: (seed, number). Cost: O(d²) for an ask, O(λ d² + d³ + λ · values) for the last tell
// of a generation.

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include "searchers/encoding/genome.hpp"
#include "searchers/encoding/mirrored_cells.hpp"
#include "searchers/models/choice_adaptation.hpp"
#include "searchers/models/covariance_adaptation.hpp"
#include "searchers/numerics/rng.hpp"
#include "searchers/operators/bipop.hpp"
#include "searchers/operators/drawn_samples.hpp"
#include "searchers/registry.hpp"

namespace winnow::search {
namespace {

using Eigen::Index, Eigen::MatrixXd, Eigen::VectorXd;
using Genome = std::vector<double>;  // d numbers: on choices in [0, 1], else any

// Standard deviations at the start, as parts of the range: section 5.1 of the source.
constexpr double step_of_continua = 1.0 / 6, step_of_integers = 1.0 / 5;

class CatCma final : public Searcher {
 public:
  explicit CatCma(const Setup& setup)
      : cube_(setup.space),
        used_(setup.space),
        coding_(mirrored_coding(cube_)),
        seed_(setup.seed),
        first_population_(CovarianceAdaptation::chosen_population(
            setup.options.integer("population"), cube_.dimension())),
        schedule_(first_population_) {
    const std::vector<bool> unordered = unordered_axes(cube_);
    std::size_t discrete = 0;
    for (std::size_t j = 0; j < cube_.dimension(); ++j) {
      (unordered[j] ? choices_ : numbers_).push_back(j);
      discrete += cardinality(domain(j)).has_value();
    }
    // Section 4.3: with odds of 0.73 no axis leaves its value by the margin alone.
    margin_ = discrete > 0 ? 1 - std::pow(0.73, 1 / static_cast<double>(discrete)) : 0;
    begin_run(VectorXd::Constant(std::ssize(numbers_), 0.5), 1, first_population_);
  }

  Proposal ask(const Context& context, int count) const override {
    return ask_samples(used_, context, count, seed_, coding_, run_, numeric_->generation(),
                       [this](Rng& rng) { return drawn(rng); });
  }

  void tell(const Outcome& outcome) override {
    used_.add(outcome.suggestion.point);
    if (!cube_.space().contains(outcome.suggestion.point)) return;
    std::optional<DrawnSample> sample = sample_in(outcome.suggestion, coding_);
    // Of another method or study, or of a run that has ended.
    if (!sample || sample->run != run_) return;
    samples_.push_back({std::move(sample->genome), standing_of(outcome), sample->generation});
    if (std::ssize(samples_) == numeric_->population()) end_generation();
  }

 private:
  const Domain& domain(std::size_t axis) const {
    return cube_.space().parameters()[cube_.parameter(axis)].domain;
  }

  Genome drawn(Rng& rng) const {
    Genome genome(cube_.dimension());
    VectorXd normals(std::ssize(numbers_));
    for (double& z : normals) z = rng.normal();
    const VectorXd x = numeric_->sample(normals);
    for (std::size_t k = 0; k < numbers_.size(); ++k)
      genome[numbers_[k]] = x[static_cast<Index>(k)];
    const std::vector<std::size_t> codes = categorical_->draw(rng);
    for (std::size_t k = 0; k < choices_.size(); ++k)
      genome[choices_[k]] = cube_.unit(choices_[k], value_at(domain(choices_[k]), codes[k]));
    return genome;
  }

  void begin_run(const VectorXd& mean, double step_share, int population) {
    VectorXd variances(mean.size());  // in units of the step of continua
    for (std::size_t k = 0; k < numbers_.size(); ++k) {
      const bool is_finite = cardinality(domain(numbers_[k])).has_value();
      variances[static_cast<Index>(k)] =
          std::pow((is_finite ? step_of_integers : step_of_continua) / step_of_continua, 2);
    }
    numeric_.emplace(mean, step_share * step_of_continua, variances.asDiagonal(), population);
    std::vector<std::vector<double>> probabilities;
    for (const std::size_t axis : choices_) {
      const Categorical& choice = std::get<Categorical>(domain(axis));
      probabilities.push_back(choice.probabilities);
      if (choice.probabilities.empty()) probabilities.back().assign(choice.choices.size(), 1);
    }
    categorical_.emplace(std::move(probabilities), margin_);
    samples_.clear();
    best_losses_.clear();
  }

  void end_generation() {
    std::stable_sort(samples_.begin(), samples_.end(),
                     [](const auto& a, const auto& b) { return is_better(a, b); });
    schedule_.spend(std::ssize(samples_));
    const Standing best = samples_.front().standing, worst = samples_.back().standing;
    if (best.is_measured()) {  // of failures alone there is nothing to learn
      if (!choices_.empty()) learn_choices();
      if (!numbers_.empty()) learn_numbers();
      best_losses_.push_back(best.loss);
    }
    samples_.clear();
    const bool is_exhausted = !numbers_.empty() && numeric_->is_exhausted();
    if (is_exhausted ||
        have_settled(best_losses_, worst.loss, cube_.dimension(), numeric_->population()))
      restart();
  }

  void learn_choices() {
    const std::span<const double> weights = numeric_->positive_weights();
    std::vector<std::vector<std::size_t>> codes(weights.size());
    for (std::size_t i = 0; i < weights.size(); ++i)
      for (const std::size_t axis : choices_)
        codes[i].push_back(*index_of(domain(axis), cube_.value(axis, samples_[i].genome[axis])));
    categorical_->update(codes, weights);
  }

  void learn_numbers() {
    const std::size_t better = numeric_->positive_weights().size();
    MatrixXd ranked(std::ssize(numbers_), std::ssize(samples_));
    std::vector<bool> is_own;
    for (std::size_t i = 0; i < samples_.size(); ++i) {
      for (std::size_t k = 0; k < numbers_.size(); ++k)
        ranked(static_cast<Index>(k), static_cast<Index>(i)) =
            centred(k, samples_[i].genome[numbers_[k]], i < better);
      is_own.push_back(samples_[i].generation == numeric_->generation());
    }
    numeric_->update(ranked, is_own);
    for (std::size_t k = 0; k < numbers_.size(); ++k) {
      if (!cardinality(domain(numbers_[k]))) continue;
      const MirroredCell cell =
          mirrored_cell(cube_, numbers_[k], numeric_->mean()[static_cast<Index>(k)]);
      numeric_->keep_margin(k, cell.low, cell.high, margin_);
    }
  }

  /// Integer centring, section 4.2: a better sample that leaves the mean's cell counts as the
  /// middle of its own, so that the mean follows it there however near the edge it was.
  double centred(std::size_t k, double coordinate, bool is_better) const {
    if (!is_better || !cardinality(domain(numbers_[k]))) return coordinate;
    const double mean = numeric_->mean()[static_cast<Index>(k)];
    const MirroredCell own = mirrored_cell(cube_, numbers_[k], coordinate);
    return mean >= own.low && mean <= own.high ? coordinate : own.middle;
  }

  void restart() {
    ++run_;
    Rng rng(seed_, run_, "restart");
    const auto [population, step_share] = schedule_.next(rng);
    VectorXd mean(std::ssize(numbers_));
    for (double& coordinate : mean) coordinate = rng.uniform();
    begin_run(mean, step_share, population);
  }

  UnitCube cube_;
  UsedPoints used_;
  Coding coding_;  // of genomes before reflection
  std::uint64_t seed_;
  int first_population_;
  BipopSchedule schedule_;
  std::vector<std::size_t> numbers_, choices_;  // axes
  double margin_;
  std::optional<CovarianceAdaptation> numeric_;  // over numbers_
  std::optional<ChoiceAdaptation> categorical_;  // over choices_
  std::vector<RankedSample> samples_;            // of this run, since the last generation
  std::vector<double> best_losses_;              // of this run's generations
  std::int64_t run_ = 0;
};

const SearcherRegistration registration({
    .name = "catcma",
    .summary = "a normal distribution for numbers and one for each choice, which learn together",
    .citation = "Hamano, Saito, Nomura, Uchida, Shirakawa (2025), CatCMA with margin: stochastic "
                "optimization for continuous, integer, and categorical variables",
    .capabilities = {.multi_objective = false},
    .options = {{"population", Integer{0, 100'000}, std::int64_t{0},
                 "samples in a generation, of which half are followed; 0: 4 + 3 ln d"}},
    .make = [](const Setup& setup) { return std::make_unique<CatCma>(setup); },
});

}  // namespace
}  // namespace winnow::search
