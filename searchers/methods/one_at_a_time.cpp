// One-at-a-time sweep: the starting point, then every parameter through its range while the others
// stay where they start. To see by trials how sensitive a score is to each setting; says nothing of
// how settings act together, and is no search for the best.
//
// Source: Morris (1991), "Factorial sampling plans for preliminary computational experiments",
// section 2, where such designs begin. The starting point: the parameters' defaults, the middle of
// the range where there is none. A parameter that is not active there is not swept. Memo:
// {position}. Cost: O(d) a point.

#include <algorithm>
#include <string>
#include <unordered_set>

#include "searchers/encoding/unit_cube.hpp"
#include "searchers/operators/finite_sweep.hpp"
#include "searchers/registry.hpp"

namespace winnow::search {
namespace {

class OneAtATime final : public Searcher {
 public:
  explicit OneAtATime(const Setup& setup)
      : points_(points_of(UnitCube(setup.space),
                          static_cast<std::uint64_t>(setup.options.integer("values")))),
        sweep_(points_.size(), [this](std::uint64_t at) { return points_[at]; }) {}

  Proposal ask(const Context& context, int count) const override {
    return sweep_.next(context, count);
  }
  std::optional<std::uint64_t> total() const override { return sweep_.size(); }
  void tell(const Outcome& outcome) override { sweep_.tell(outcome); }

 private:
  /// The starting point with one value exchanged; what that activates starts as everything does.
  static Point start(const UnitCube& cube, const std::string& name, const Value* value) {
    Point point;
    std::size_t axis = 0;
    for (std::size_t i = 0; i < cube.space().size(); ++i) {
      const Parameter& parameter = cube.space().parameters()[i];
      const bool has_axis = axis < cube.dimension() && cube.parameter(axis) == i;
      if (cube.space().is_active(parameter, point)) {
        if (value != nullptr && parameter.name == name)
          point.set(parameter.name, *value);
        else if (parameter.default_value)
          point.set(parameter.name, *parameter.default_value);
        else
          point.set(parameter.name,
                    has_axis ? cube.value(axis, 0.5) : value_at(parameter.domain, 0));
      }
      if (has_axis) ++axis;
    }
    return point;
  }

  static std::vector<Point> points_of(const UnitCube& cube, std::uint64_t values) {
    std::vector<Point> points = {start(cube, "", nullptr)};
    std::unordered_set<std::string> seen = {canonical_text(points.front())};
    for (std::size_t axis = 0; axis < cube.dimension(); ++axis) {
      const Parameter& parameter = cube.space().parameters()[cube.parameter(axis)];
      if (points.front().find(parameter.name) == nullptr) continue;
      const std::uint64_t all = cardinality(parameter.domain).value_or(0);
      const std::uint64_t levels = all > 0 ? std::min(all, values) : values;
      for (std::uint64_t k = 0; k < levels; ++k) {
        const Value value =
            levels == all
                ? value_at(parameter.domain, k)
                : cube.value(axis, levels == 1
                                       ? 0.5
                                       : static_cast<double>(k) / static_cast<double>(levels - 1));
        Point point = start(cube, parameter.name, &value);
        // The start itself, and ends of a coarse scale that meet.
        if (seen.insert(canonical_text(point)).second) points.push_back(std::move(point));
      }
    }
    return points;
  }

  std::vector<Point> points_;
  FiniteSweep sweep_;
};

const SearcherRegistration registration({
    .name = "one_at_a_time",
    .summary = "every parameter through its range, the others where they start",
    .citation = "Morris (1991), Factorial sampling plans for preliminary computational experiments",
    .capabilities = {},
    .options = {{"values", Integer{1, 10'000}, std::int64_t{5},
                 "values of each parameter; all, where it has no more"}},
    .make = [](const Setup& setup) { return std::make_unique<OneAtATime>(setup); },
    .aliases = {"sweep"},
});

}  // namespace
}  // namespace winnow::search
