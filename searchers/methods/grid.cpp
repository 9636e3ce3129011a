// Grid search: every combination of the parameters' values, each exactly once, then finished.
// Real numbers without a step are given points_per_parameter values, evenly spaced on their scale;
// integers have all of theirs. For few parameters with few values; the number of points is the
// product.
//
// Method: a point is a number in mixed radix, where a parameter that is not active has no digit
// (problem/enumeration.hpp), so that no combination comes twice. With order: shuffled the sweep
// goes through a keyed permutation of the numbers, so that stopping early leaves an even picture.
// Memo: {position in the sweep}. Points that came from elsewhere (the user's `points`) are passed
// over when they are grid points: each is tried once. Cost: O(d) per point, nothing is written out.

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "searchers/encoding/unit_cube.hpp"
#include "searchers/numerics/permutation.hpp"
#include "searchers/operators/finite_sweep.hpp"
#include "searchers/problem/enumeration.hpp"
#include "searchers/problem/error.hpp"
#include "searchers/registry.hpp"

namespace winnow::search {
namespace {

// A number without a step becomes a list of `values` numbers from one end of its range to the
// other.
Domain listed(const Parameter& parameter, std::int64_t values) {
  if (cardinality(parameter.domain)) return parameter.domain;
  const UnitCube axis(SearchSpace({Parameter{parameter.name, parameter.domain, {}, {}}}));
  Categorical list;
  for (std::int64_t i = 0; i < values; ++i) {
    const double unit =
        values == 1 ? 0.5 : static_cast<double>(i) / static_cast<double>(values - 1);
    const Value value = axis.decode(std::vector<double>{unit}).entries()[0].second;
    if (list.choices.empty() || list.choices.back() != value) list.choices.push_back(value);
  }
  return list;
}

// The space of the grid's points. Throws ConfigError where a number has neither step nor
// resolution.
SearchSpace grid_space(const Setup& setup) {
  const std::int64_t values = setup.options.integer("points_per_parameter");
  std::vector<Parameter> parameters = setup.space.parameters();
  std::vector<Fault> faults;
  for (Parameter& parameter : parameters) {
    if (values == 0 && !cardinality(parameter.domain))
      faults.push_back({"parameters." + parameter.name,
                        fmt::format("a grid needs a finite number of values, found {}; give it a "
                                    "step or a list of values, or set "
                                    "method_options.points_per_parameter",
                                    describe(parameter.domain))});
    else
      parameter.domain = listed(parameter, values);
    parameter.default_value.reset();  // need not be a grid point
  }
  if (!faults.empty()) throw ConfigError(std::move(faults));
  return SearchSpace(std::move(parameters));
}

class Grid final : public Searcher {
 public:
  explicit Grid(const Setup& setup)
      : points_(grid_space(setup)),
        sweep_(points_.size().value_or(0), [this](std::uint64_t at) { return point_at(at); }) {
    const auto most = static_cast<std::uint64_t>(setup.options.integer("max_points"));
    if (!points_.size() || *points_.size() > most)
      throw ConfigError(
          "method_options.max_points",
          fmt::format("the grid has {} points and max_points is {}; use fewer values, raise "
                      "max_points, or use random or sobol",
                      points_.size() ? std::to_string(*points_.size()) : "2^63 or more", most));
    if (setup.options.text("order") == "shuffled")
      order_.emplace(*points_.size(), setup.seed, 0, "grid order");
  }

  Proposal ask(const Context& context, int count) const override {
    return sweep_.next(context, count);
  }

  std::optional<std::uint64_t> total() const override { return sweep_.size(); }

  void tell(const Outcome& outcome) override { sweep_.tell(outcome); }

 private:
  Point point_at(std::uint64_t position) const {
    return points_.at(order_ ? order_->at(position) : position);
  }

  Enumeration points_;
  std::optional<Permutation> order_;
  FiniteSweep sweep_;
};

const SearcherRegistration registration({
    .name = "grid",
    .summary = "every combination of the parameters' values, each once",
    .citation = "—",
    .capabilities = {},
    .options =
        {{"points_per_parameter", Integer{0, 1'000'000}, std::int64_t{0},
          "values for each real number without a step, evenly spaced on its scale; 0: refuse such "
          "numbers. Integers have all of theirs: a step makes them fewer"},
         {"order", Categorical{{std::string("lexicographic"), std::string("shuffled")}},
          std::string("lexicographic"),
          "lexicographic: the first parameter varies slowest; shuffled: random order"},
         {"max_points", Integer{1, std::int64_t{1} << 53}, std::int64_t{10'000'000},
          "refuse larger grids"}},
    .make = [](const Setup& setup) { return std::make_unique<Grid>(setup); },
});

}  // namespace
}  // namespace winnow::search
