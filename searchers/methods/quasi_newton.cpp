// Local descents from the best points along gradients: L-BFGS with gradients by differences. To
// finish a search of a function that is smooth and exact; where measuring is noisy or each trial is
// dear, bobyqa needs fewer of them.
//
// Source: Nocedal (1980), "Updating quasi-Newton matrices with limited storage", NLopt's, see
// numerics/descent_queries.hpp; forward differences: Dennis, Schnabel (1983), "Numerical methods
// for unconstrained optimization and nonlinear equations", section 5.4. A gradient takes 1 + m
// trials, m continuous parameters; only those move; which descents there are:
// operators/local_descents.hpp. Memo: {descent, query, start}, 2 + d numbers. Cost: O(q² d) in the
// q queries of a descent.

#include "searchers/encoding/genome.hpp"
#include "searchers/numerics/descent_queries.hpp"
#include "searchers/operators/local_descents.hpp"
#include "searchers/registry.hpp"

namespace winnow::search {
namespace {

class QuasiNewton final : public Searcher {
 public:
  explicit QuasiNewton(const Setup& setup)
      : cube_(setup.space),
        descents_(setup.space, genome_coding(cube_, setup.seed), continuous_axes(cube_), setup.seed,
                  [difference = setup.options.real("difference"),
                   least_step = setup.options.real("least_step")](const std::vector<double>& at,
                                                                  std::span<const double> losses) {
                    return next_query(GradientDescent{at, difference, least_step}, losses);
                  }) {}

  Proposal ask(const Context& context, int count) const override {
    return descents_.ask(context, count);
  }
  void tell(const Outcome& outcome) override { descents_.tell(outcome); }

 private:
  UnitCube cube_;
  LocalDescents descents_;
};

const SearcherRegistration registration({
    .name = "quasi_newton",
    .summary = "local descents from the best points, along gradients by differences",
    .citation = "Nocedal (1980), Updating quasi-Newton matrices with limited storage",
    .capabilities = {.multi_objective = false},
    .options = {{"difference", Real{1e-10, 0.1, Scale::log}, 1e-6,
                 "step of the differences, as a part of each range"},
                {"least_step", Real{1e-12, 0.1, Scale::log}, 1e-9,
                 "a descent ends where steps have become shorter than this"}},
    .make = [](const Setup& setup) { return std::make_unique<QuasiNewton>(setup); },
});

}  // namespace
}  // namespace winnow::search
