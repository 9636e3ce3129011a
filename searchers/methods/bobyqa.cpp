// Local descents from the best points: a quadratic model in a trust region (BOBYQA). To finish a
// search of a smooth function; alone, from several starts.
//
// Source: Powell (2009), "The BOBYQA algorithm for bound constrained optimization without
// derivatives", NLopt's, see numerics/descent_queries.hpp. Only continuous parameters move; which
// descents there are: operators/local_descents.hpp. Memo: {descent, query, start}, 2 + d numbers.
// Cost: O(q² d²) in the q queries of a descent.

#include "searchers/encoding/genome.hpp"
#include "searchers/numerics/descent_queries.hpp"
#include "searchers/operators/local_descents.hpp"
#include "searchers/registry.hpp"

namespace winnow::search {
namespace {

class Bobyqa final : public Searcher {
 public:
  explicit Bobyqa(const Setup& setup)
      : cube_(setup.space),
        descents_(setup.space, genome_coding(cube_, setup.seed), continuous_axes(cube_), setup.seed,
                  [first_step = setup.options.real("first_step"),
                   least_step = setup.options.real("least_step")](const std::vector<double>& at,
                                                                  std::span<const double> losses) {
                    // Powell's models need two variables.
                    return at.size() < 2
                               ? std::nullopt
                               : next_query(QuadraticDescent{at, first_step, least_step}, losses);
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
    .name = "bobyqa",
    .summary = "local descents from the best points, by quadratic models",
    .citation = "Powell (2009), The BOBYQA algorithm for bound constrained optimization without "
                "derivatives",
    .capabilities = {.multi_objective = false},
    .options = {{"first_step", Real{1e-6, 0.5, Scale::log}, 0.1,
                 "radius of the first model, as a part of each range"},
                {"least_step", Real{1e-12, 0.1, Scale::log}, 1e-7,
                 "a descent ends where steps have become shorter than this"}},
    .make = [](const Setup& setup) { return std::make_unique<Bobyqa>(setup); },
});

}  // namespace
}  // namespace winnow::search
