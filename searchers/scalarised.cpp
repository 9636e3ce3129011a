#include "searchers/scalarised.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "searchers/problem/error.hpp"

namespace winnow::search {
namespace {

constexpr std::int64_t most_weights = 8;  // more objectives than anyone can weigh by hand
// From the strongest for few trials down to the one that is always there.
const char* const methods_by_strength[] = {"gp", "tpe", "de", "random"};

std::string weight_name(std::size_t objective) { return fmt::format("weight_{}", objective + 1); }

std::string inner_method(const std::string& given) {
  if (given != "best_there_is") return given;
  const auto found = std::find_if(std::begin(methods_by_strength), std::end(methods_by_strength),
                                  [](const char* name) { return find_searcher(name) != nullptr; });
  expect(found != std::end(methods_by_strength), "a method for a single objective");
  return *found;
}

bool is_scaled(const Options& options) { return options.text("normalization") == "range"; }

std::vector<double> weights_of(const Setup& setup) {
  const std::size_t objectives = setup.objectives.size();
  if (objectives > static_cast<std::size_t>(most_weights))
    throw ConfigError("metrics", fmt::format("at most {} objectives can be weighed, found {}; use "
                                             "nsga3 for the whole front",
                                             most_weights, objectives));
  std::vector<double> weights;
  double total = 0;
  for (std::size_t j = 0; j < static_cast<std::size_t>(most_weights); ++j) {
    const double weight = setup.options.real(weight_name(j));
    if (j < objectives) {
      weights.push_back(weight);
      total += weight;
    } else if (weight != 1) {
      throw ConfigError("method_options." + weight_name(j),
                        fmt::format("the study has {} objectives; remove this weight, or add the "
                                    "metric it is for",
                                    objectives));
    }
  }
  if (!(total > 0))
    throw ConfigError("method_options.weight_1",
                      "all weights are 0: nothing would be searched for; give one that is above 0");
  for (double& weight : weights) weight /= total;
  return weights;
}

}  // namespace

double weighted_sum(std::span<const double> losses, std::span<const double> weights) {
  double sum = 0;
  for (std::size_t j = 0; j < losses.size(); ++j) sum += weights[j] * losses[j];
  return sum;
}

double augmented_chebyshev(std::span<const double> losses, std::span<const double> weights) {
  constexpr double rho = 0.05;
  double worst = -std::numeric_limits<double>::infinity();
  for (std::size_t j = 0; j < losses.size(); ++j) worst = std::max(worst, weights[j] * losses[j]);
  return worst + rho * weighted_sum(losses, weights);
}

std::optional<std::size_t> best_compromise(std::string_view method,
                                           const std::map<std::string, Value>& given,
                                           const std::vector<Objective>& objectives,
                                           std::span<const std::vector<double>> losses) {
  if (method != "weighted_sum" && method != "chebyshev") return std::nullopt;
  const auto scalarisation = method == "chebyshev" ? augmented_chebyshev : weighted_sum;
  const Options options(scalarising_options(), given);
  const std::vector<double> weights = weights_of({{}, objectives, options});
  LossScale scale;
  for (const std::vector<double>& each : losses) scale.take_in(each);
  std::optional<std::size_t> best;
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < losses.size(); ++i) {
    const double loss =
        scalarisation(is_scaled(options) ? scale.scaled(losses[i]) : losses[i], weights);
    if (best && !(loss < least)) continue;
    best = i;
    least = loss;
  }
  return best;
}

void LossScale::take_in(std::span<const double> losses) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  half_low.resize(losses.size(), infinity);
  half_high.resize(losses.size(), -infinity);
  for (std::size_t j = 0; j < losses.size(); ++j) {
    half_low[j] = std::min(half_low[j], losses[j] / 2);
    half_high[j] = std::max(half_high[j], losses[j] / 2);
  }
}

std::vector<double> LossScale::scaled(std::span<const double> losses) const {
  std::vector<double> result;
  for (std::size_t j = 0; j < losses.size(); ++j) {
    const double range = half_high[j] - half_low[j];
    result.push_back(range > 0 ? (losses[j] / 2 - half_low[j]) / range : 0);
  }
  return result;
}

std::vector<OptionSpec> scalarising_options() {
  std::vector<Value> methods;
  for (const char* name : {"best_there_is", "gp", "random_forest", "regression", "tpe", "cmaes",
                           "catcma", "de", "genetic", "pso", "ant_colony", "annealing",
                           "hill_climb", "nsga2", "sobol", "latin_hypercube", "random"})
    methods.emplace_back(std::string(name));
  std::vector<OptionSpec> options = {
      {"method", Categorical{std::move(methods)}, std::string("best_there_is"),
       "what searches, with its default options; best_there_is: the first of gp, tpe, de, random "
       "that this program has"},
      {"normalization", Categorical{{std::string("range"), std::string("none")}},
       std::string("range"),
       "range: each objective is scaled to 0 … 1 by the trials so far; none: weights carry units"}};
  for (std::size_t j = 0; j < static_cast<std::size_t>(most_weights); ++j)
    options.push_back({weight_name(j), Real{0, 1e6}, 1.0,
                       fmt::format("importance of objective {}; divided by the sum", j + 1)});
  return options;
}

Scalarised::Scalarised(const Setup& setup, Scalarisation scalarisation)
    : inner_setup_{setup.space, {{"scalarised"}}, {}, setup.seed, setup.max_trials},
      inner_method_(inner_method(setup.options.text("method"))),
      is_scaled_(is_scaled(setup.options)),
      weights_(weights_of(setup)),
      scalarisation_(std::move(scalarisation)),
      inner_(make_inner()) {}

std::unique_ptr<Searcher> Scalarised::make_inner() const {
  return make_searcher(inner_method_, {}, inner_setup_);
}

Proposal Scalarised::ask(const Context& context, int count) const {
  bring_up_to_date();
  return inner_->ask(context, count);
}

void Scalarised::tell(const Outcome& outcome) {
  told_.push_back(outcome);
  const std::vector<double>& losses = outcome.losses;
  if (losses.size() != weights_.size() || !inner_setup_.space.contains(outcome.suggestion.point))
    return;
  scale_.take_in(losses);
}

void Scalarised::bring_up_to_date() const {
  if (is_scaled_ && inner_scale_ != scale_) {
    inner_ = make_inner();
    inner_scale_ = scale_;
    inner_told_ = 0;
  }
  for (; inner_told_ < told_.size(); ++inner_told_) inner_->tell(as_single(told_[inner_told_]));
}

Outcome Scalarised::as_single(const Outcome& outcome) const {
  Outcome single = outcome;
  single.losses.clear();
  if (outcome.losses.size() != weights_.size() || scale_.half_low.empty()) return single;
  const double loss =
      scalarisation_(is_scaled_ ? scale_.scaled(outcome.losses) : outcome.losses, weights_);
  if (std::isfinite(loss)) single.losses = {loss};  // unscaled sums may overflow: a failure
  return single;
}

}  // namespace winnow::search
