// Tree-structured Parzen estimator: one density of good points, one of the others; what is likely
// under the first and unlikely under the second is tried next. Cheap, robust, made for spaces with
// choices and conditions; for few trials of a smooth function a Gaussian process does better.
//
// Sources: Bergstra, Bardenet, Bengio, Kégl (2011), "Algorithms for hyper-parameter optimization",
// section 4; Watanabe (2023), "Tree-structured Parzen estimator: understanding its algorithm
// components and their roles". The densities are joint ones over all parameters
// (models/parzen.hpp). Conditions: a trial says nothing about what was not active in it, there its
// kernel is the prior's; so trials of one branch share their kernels and no group needs trials of
// its own. Running trials join the others ("constant liar"), so that workers spread out. Stopped
// trials come after all completed ones, failed ones are never good. Randomness: (seed, number).
// Prior studies: the good and the other trials of each, by its own losses, come before all told
// ones, so that they count the less the more is told (models/parzen.hpp).
// Memo: none. Cost: O(n · d · candidates) for n outcomes.

#include <algorithm>
#include <cmath>
#include <numeric>

#include "searchers/encoding/genome.hpp"
#include "searchers/models/parzen.hpp"
#include "searchers/operators/best_first.hpp"
#include "searchers/operators/mutation.hpp"
#include "searchers/operators/one_by_one.hpp"
#include "searchers/operators/sampling.hpp"
#include "searchers/operators/standing.hpp"
#include "searchers/registry.hpp"

namespace winnow::search {
namespace {

// More cells than this are narrower than the narrowest kernel: as good as a continuum.
constexpr std::uint64_t most_cells = 100;

using Row = std::vector<double>;

class TreeParzen final : public Searcher {
 public:
  explicit TreeParzen(const Setup& setup)
      : cube_(setup.space),
        opening_(cube_.dimension(), setup.seed),
        used_(setup.space),
        seed_(setup.seed),
        startup_(static_cast<std::size_t>(setup.options.integer("startup"))),
        candidates_(static_cast<std::size_t>(setup.options.integer("candidates"))),
        good_share_(setup.options.real("good_share")),
        most_good_(static_cast<std::size_t>(setup.options.integer("most_good"))) {
    for (std::size_t j = 0; j < cube_.dimension(); ++j) axes_.push_back(axis_of(domain(j)));
    for (const PriorStudy& study : setup.prior_studies) take_in(study);
  }

  Proposal ask(const Context& context, int count) const override {
    std::vector<Row> running;
    for (const Suggestion& suggestion : context.pending)
      if (cube_.space().contains(suggestion.point)) running.push_back(row_of(suggestion.point));
    return one_by_one(used_, context, count, [&](TrialNumber number, FreePoints& free) {
      Point point = is_opening() ? opening_point(number, free) : best_ratio(number, running, free);
      running.push_back(row_of(point));
      return Suggestion{number, std::move(point), {}, {}, {}};
    });
  }

  void tell(const Outcome& outcome) override {
    used_.add(outcome.suggestion.point);
    if (outcome.ending == Ending::cancelled || !cube_.space().contains(outcome.suggestion.point))
      return;
    const Standing standing = standing_of(outcome);
    measured_ += standing.is_measured();
    rows_.push_back(row_of(outcome.suggestion.point));
    standings_.push_back(standing);
  }

 private:
  const Domain& domain(std::size_t axis) const {
    return cube_.space().parameters()[cube_.parameter(axis)].domain;
  }

  static ParzenAxis axis_of(const Domain& domain) {
    const std::uint64_t values = cardinality(domain).value_or(0);
    if (const Categorical* choice = std::get_if<Categorical>(&domain)) {
      if (choice->ordered && choice->probabilities.empty() && values <= most_cells)
        return {ParzenAxis::Kind::cells, values};
      if (choice->ordered) return {};
      std::vector<double> probabilities = choice->probabilities;
      if (probabilities.empty()) probabilities.assign(values, 1);
      const double total = std::accumulate(probabilities.begin(), probabilities.end(), 0.0);
      for (double& probability : probabilities) probability /= total;
      return {ParzenAxis::Kind::choice, values, std::move(probabilities)};
    }
    const Integer* integer = std::get_if<Integer>(&domain);
    const Scale scale = integer ? integer->scale : std::get<Real>(domain).scale;
    if (values == 0 || values > most_cells || scale != Scale::linear) return {};
    return {ParzenAxis::Kind::cells, values};
  }

  /// Codes for choices, coordinates in the cube for the rest, `inactive` where there is no value.
  Row row_of(const Point& point) const {
    Row row;
    for (std::size_t j = 0; j < axes_.size(); ++j) {
      const Value* value = point.find(cube_.space().parameters()[cube_.parameter(j)].name);
      if (!value)
        row.push_back(inactive);
      else if (axes_[j].kind == ParzenAxis::Kind::choice)
        row.push_back(static_cast<double>(*index_of(domain(j), *value)));
      else
        row.push_back(cube_.unit(j, *value));
    }
    return row;
  }

  Row unit_point_of(Row row) const {
    for (std::size_t j = 0; j < axes_.size(); ++j)
      if (axes_[j].kind == ParzenAxis::Kind::choice)
        row[j] = cube_.unit(j, value_at(domain(j), static_cast<std::uint64_t>(row[j])));
    return row;
  }

  std::size_t good_of(std::size_t measured) const {
    const double wanted = std::ceil(good_share_ * static_cast<double>(measured));
    return std::min(static_cast<std::size_t>(wanted), most_good_);
  }

  void take_in(const PriorStudy& study) {
    const std::vector<std::size_t> order = best_first(study);
    const std::size_t good = good_of(order.size());
    for (std::size_t rank = 0; rank < order.size(); ++rank)
      (rank < good ? prior_good_ : prior_others_)
          .push_back(row_of(study.trials[order[rank]].point));
  }

  bool is_opening() const {
    return measured_ + prior_good_.size() + prior_others_.size() < startup_;
  }

  Point opening_point(TrialNumber number, FreePoints& free) const {
    Rng rng(seed_, number.value, "opening");
    const auto draw = [&](int attempt) {
      return cube_.decode(opening_.draw(number.value, attempt, rng));
    };
    return free.take_drawn(draw, rng);
  }

  /// The candidate with the largest ratio of densities that is free; then scattered draws.
  Point best_ratio(TrialNumber number, const std::vector<Row>& running, FreePoints& free) const {
    const auto [good, others] = densities(running);
    Rng rng(seed_, number.value, "candidates");
    std::vector<std::pair<double, Point>> ranked;
    for (std::size_t k = 0; k < candidates_; ++k) {
      Point point = cube_.decode(unit_point_of(good.draw(rng)));
      const Row row = row_of(point);  // as it will be run: rounded to cells, inactive parts gone
      ranked.emplace_back(good.log_density(row) - others.log_density(row), std::move(point));
    }
    std::stable_sort(ranked.begin(), ranked.end(),
                     [](const auto& a, const auto& b) { return a.first > b.first; });
    const auto draw = [&, &density = good](int attempt) {
      if (attempt < std::ssize(ranked)) return ranked[static_cast<std::size_t>(attempt)].second;
      Row unit_point = unit_point_of(density.draw(rng));
      scatter(unit_point, share_to_scatter(attempt - static_cast<int>(candidates_)), rng);
      return cube_.decode(unit_point);
    };
    return free.take_drawn(draw, rng);
  }

  struct Densities {
    ParzenEstimator good, others;
  };

  /// The best outcomes against all others and what is running; both in the order they were told.
  Densities densities(const std::vector<Row>& running) const {
    const std::size_t good_count = good_of(measured_);
    std::vector<std::size_t> order(rows_.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto middle = order.begin() + static_cast<std::ptrdiff_t>(good_count);
    std::nth_element(order.begin(), middle, order.end(), [&](std::size_t a, std::size_t b) {
      return standings_[a] != standings_[b] ? standings_[a] < standings_[b] : a < b;
    });
    std::sort(order.begin(), middle);
    std::sort(middle, order.end());
    std::vector<const Row*> good, others;
    for (const Row& row : prior_good_) good.push_back(&row);
    for (const Row& row : prior_others_) others.push_back(&row);
    for (auto place = order.begin(); place != order.end(); ++place)
      (place < middle ? good : others).push_back(&rows_[*place]);
    for (const Row& row : running) others.push_back(&row);
    return {ParzenEstimator(axes_, good), ParzenEstimator(axes_, others)};
  }

  UnitCube cube_;
  std::vector<ParzenAxis> axes_;
  Opening opening_;
  UsedPoints used_;
  std::uint64_t seed_;
  std::size_t startup_, candidates_;
  double good_share_;
  std::size_t most_good_;
  std::vector<Row> prior_good_, prior_others_;  // of all prior studies
  std::vector<Row> rows_;                       // as told, cancelled ones left out
  std::vector<Standing> standings_;
  std::size_t measured_ = 0;
};

const SearcherRegistration registration({
    .name = "tpe",
    .summary =
        "tree-structured Parzen estimator: points likely among the good, unlikely among others",
    .citation =
        "Bergstra, Bardenet, Bengio, Kégl (2011), Algorithms for hyper-parameter optimization",
    .capabilities = {.multi_objective = false, .prior_studies = true},
    // Defaults as in Optuna's TPESampler.
    .options = {{"startup", Integer{1, 100'000}, std::int64_t{10},
                 "measured trials, evenly spread, before densities are estimated"},
                {"candidates", Integer{1, 10'000}, std::int64_t{24},
                 "draws from the good density of which the best is tried"},
                {"good_share", Real{0.001, 0.9}, 0.1, "part of the trials that counts as good"},
                {"most_good", Integer{1, 100'000}, std::int64_t{25},
                 "trials that count as good, at most"}},
    .make = [](const Setup& setup) { return std::make_unique<TreeParzen>(setup); },
});

}  // namespace
}  // namespace winnow::search
