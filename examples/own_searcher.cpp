// A search method outside of the tree: it registers itself in this program, and is then made by
// name, with its options checked, like any other. A file under searchers/methods looks the same.
// Usage: example_own_searcher

#include <fmt/format.h>

#include <algorithm>

#include "searchers/encoding/unit_cube.hpp"
#include "searchers/numerics/rng.hpp"
#include "searchers/registry.hpp"

namespace winnow::search {
namespace {

/// Steps away from the best point so far by a uniform step of a fixed reach. State is what was
/// told; randomness is keyed by the suggestion's number: ask() has nothing to write.
class LocalWalk final : public Searcher {
 public:
  explicit LocalWalk(const Setup& setup)
      : cube_(setup.space), seed_(setup.seed), reach_(setup.options.real("reach")) {}

  Proposal ask(const Context& context, int count) const override {
    Proposal proposal;
    for (int i = 0; i < count; ++i) {
      const TrialNumber number{context.next_number.value + i};
      Rng rng(seed_, number.value, "step");
      std::vector<double> unit_point(cube_.dimension());
      for (double& coordinate : unit_point) coordinate = rng.uniform();
      if (best_) {
        const std::vector<double> centre = cube_.encode(best_->suggestion.point);
        for (std::size_t j = 0; j < unit_point.size(); ++j)
          unit_point[j] = std::clamp(centre[j] + reach_ * (2 * unit_point[j] - 1), 0.0, 1.0);
      }
      proposal.suggestions.push_back({number, cube_.decode(unit_point), {}, {}, {}});
    }
    return proposal;
  }

  void tell(const Outcome& outcome) override {
    if (outcome.losses.empty() || !cube_.space().contains(outcome.suggestion.point)) return;
    if (!best_ || outcome.losses[0] < best_->losses[0]) best_ = outcome;
  }

 private:
  UnitCube cube_;
  std::uint64_t seed_;
  double reach_;
  std::optional<Outcome> best_;
};

const SearcherRegistration registration({
    .name = "local_walk",
    .summary = "random steps from the best point so far",
    .citation = "—",
    .capabilities = {.multi_objective = false},
    .options = {{"reach", Real{0.001, 1, Scale::log}, 0.1, "longest step, as a part of a range"}},
    .make = [](const Setup& setup) { return std::make_unique<LocalWalk>(setup); },
});

}  // namespace
}  // namespace winnow::search

using namespace winnow;

// Pretends to train: a loss that depends on the learning rate's order of magnitude and on the
// depth.
double pretended_loss(const Point& point) {
  const double rate = as_number(*point.find("learning_rate"));
  const double depth = as_number(*point.find("layers"));
  const double distance = rate > 3e-3 ? rate / 3e-3 : 3e-3 / rate;
  return distance + (depth - 6) * (depth - 6);
}

int main() {
  const SearchSpace space(
      {{"learning_rate", Real{1e-5, 1e-1, Scale::log}}, {"layers", Integer{1, 12}}});
  for (const char* method : {"random", "local_walk"}) {
    const auto searcher =
        search::make_searcher(method, {}, {.space = space, .objectives = {{"loss"}}, .seed = 1});
    std::optional<Outcome> best;
    for (std::int64_t number = 0; number < 100; ++number) {
      const search::Proposal proposal = searcher->ask({TrialNumber{number}, {}}, 1);
      const Suggestion& suggestion = proposal.suggestions.at(0);
      const Outcome outcome{suggestion, Ending::completed, {pretended_loss(suggestion.point)}};
      searcher->tell(outcome);
      if (!best || outcome.losses[0] < best->losses[0]) best = outcome;
    }
    fmt::print("{:10}  best of 100: {:.4f}  {}\n", method, best->losses[0],
               canonical_text(best->suggestion.point));
  }
}
