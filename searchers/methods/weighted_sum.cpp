// Weighted sum: one objective made of several by weights, searched by a method for one objective.
// For who knows what a unit of each objective is worth; a compromise on a part of the front that
// bends away from the ideal is never found (chebyshev finds those).
//
// Source: Zadeh (1963), "Optimality and non-scalar-valued performance criteria", IEEE Transactions
// on Automatic Control 8, 59–60. Weights are divided by their sum, objectives scaled by the range
// of the trials so far unless told otherwise. Memo and cost: those of the method inside; told anew
// whenever the range of an objective grows.

#include "searchers/scalarised.hpp"

namespace winnow::search {
namespace {

const SearcherRegistration registration({
    .name = "weighted_sum",
    .summary = "one compromise: a weighted sum of the objectives, searched by another method",
    .citation = "Zadeh (1963), Optimality and non-scalar-valued performance criteria",
    .capabilities = {},
    .options = scalarising_options(),
    .make = [](const Setup& setup) { return std::make_unique<Scalarised>(setup, weighted_sum); },
});

}  // namespace
}  // namespace winnow::search
