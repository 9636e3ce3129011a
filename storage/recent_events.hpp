// The newest rows of the event log, for whoever follows it while it is written.
#pragma once

#include <cstdint>
#include <vector>

#include "storage/store.hpp"

namespace winnow::store {

/// What has been recorded after `after_seq`, in order. Unlike Store::events() it takes a time that
/// follows from what is new alone, and leaves out that attempts started and completed their trials,
/// which are columns of the attempts.
std::vector<EventRow> recent_events(const Store& store, std::int64_t after_seq);

}  // namespace winnow::store
