// A parameter as other tools take it on their command lines: the sweep functions of Hydra, the
// value ranges of Guild.
#pragma once

#include <string>
#include <string_view>

namespace winnow::run {

/// What `text` means as a parameter of a study file, in its words:
///
///   interval(1e-5, 1)  range(1, 9, 2)  choice(a, b)  tag(log, interval(1e-5, 1))  tag(int, …)
///   [1:9]  uniform[0:1]  loguniform[1e-5:1]  quniform[0:64:8]  choice[a, b]; a third number of the
///   others is their default
///
/// Both ends of a range belong to it. Anything else comes back as it is.
std::string parameter_from_words(std::string_view text);

}  // namespace winnow::run
