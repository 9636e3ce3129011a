// The `distribution:` of a parameter: the words of W&B sweep files, in natural units.
#pragma once

#include <optional>
#include <string>

#include "orchestrator/config/mapping_reader.hpp"
#include "searchers/problem/parameter.hpp"

namespace winnow::run {

/// Is this a distribution of numbers, one that read_distribution knows? The others are written with
/// `values` or `value`.
bool is_number_distribution(std::string_view word);

/// The words there are, for messages.
std::vector<std::string> distribution_words();

/// The range of the parameter `what`, whose keys `reader` takes. Nothing when there was an error.
std::optional<Domain> read_distribution(MappingReader& reader, const std::string& word,
                                        const std::string& what, Diagnostics& diagnostics);

/// The `prior:` of a range of real numbers: "normal(0.1, 0.05)", "log_normal(-7, 1)" or
/// "beta(2, 5)", cut to the range. `domain`: what `min`, `max` and `step` say.
std::optional<Domain> with_prior(const Domain& domain, const Node& prior, const std::string& what,
                                 Diagnostics& diagnostics);

}  // namespace winnow::run
