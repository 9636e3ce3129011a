// Augmented Chebyshev: the worst of the weighted distances to the ideal, searched by a method for
// one objective. Like weighted_sum it ends in one compromise, but any point of any front can be it.
//
// Source: Steuer, Choo (1983), "An interactive weighted Tchebycheff procedure for multiple
// objective programming", Mathematical Programming 26, 326–344. Weights are divided by their sum,
// objectives scaled by the range of the trials so far, so that the ideal is 0; without scaling the
// ideal is taken to be 0 in the metrics' own units. Memo and cost: those of the method inside; told
// anew whenever the range of an objective grows.

#include "searchers/scalarised.hpp"

namespace winnow::search {
namespace {

const SearcherRegistration registration({
    .name = "chebyshev",
    .summary = "one compromise: the worst weighted objective, searched by another method",
    .citation = "Steuer, Choo (1983), An interactive weighted Tchebycheff procedure for multiple "
                "objective programming",
    .capabilities = {},
    .options = scalarising_options(),
    .make =
        [](const Setup& setup) { return std::make_unique<Scalarised>(setup, augmented_chebyshev); },
});

}  // namespace
}  // namespace winnow::search
