// A small study as a list of verbs, with the content of the store after each: what a store must
// hold, exactly, after a fault between two of them.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "storage/store.hpp"

namespace winnow::store {

/// Every row of every table as text, but for times of the day.
std::string contents(const Store& store);

/// Some trials from their rows to their ends, each kind of verb among them. `done` is called after
/// each, which is one transaction.
void run_script(Store& store, const std::function<void()>& done);

/// contents() before the first verb and after each.
std::vector<std::string> expected_contents();

}  // namespace winnow::store
