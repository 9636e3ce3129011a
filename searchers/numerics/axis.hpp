// What encodings and models agree on about a coordinate of a mixed space.
#pragma once

namespace winnow::search {

/// numeric: a number in [0, 1], always active; arc: a number that is not always active; nominal:
/// one of the codes 0, 1, 2 …, of which nothing is known but whether two are the same.
enum class AxisKind { numeric, arc, nominal };

/// The coordinate of a parameter that is not active.
inline constexpr double inactive = -1;

}  // namespace winnow::search
