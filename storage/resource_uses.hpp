// What trials have used, as far as it is on record.
#pragma once

#include <map>

#include "storage/store.hpp"

namespace winnow::store {

/// Of every trial that has begun: processor time and energy of all its attempts, memory at most,
/// utilisation of the newest attempt of which it is known. One pass over the attempts.
std::map<TrialNumber, ResourceUse> resource_uses(const Store& store);

}  // namespace winnow::store
