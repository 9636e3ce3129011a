// The points that trials are of: each is kept once, however many trials run it.
#pragma once

#include <cstdint>

#include "searchers/problem/point.hpp"
#include "storage/sqlite.hpp"

namespace winnow::store {

/// The row that holds this point; writes one if there is none. Needs: an open transaction.
std::int64_t configuration_id(Connection& connection, const Point& point);

}  // namespace winnow::store
