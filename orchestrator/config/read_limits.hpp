// The `limits:` of a study file, and its short form `run_cap:`.
#pragma once

#include "orchestrator/config/mapping_reader.hpp"
#include "searchers/problem/limits.hpp"

namespace winnow::run {

/// More trials at once than any machine runs.
inline constexpr std::int64_t most_concurrent = 10'000;

/// `study`: the reader of the whole file.
Limits read_limits(MappingReader& study, Diagnostics& diagnostics);

}  // namespace winnow::run
