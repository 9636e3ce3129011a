// What the method `auto` will do for a study, and why: a pure function of the study, so that it can
// be shown before the first trial.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "searchers/registry.hpp"

namespace winnow::search {

struct PlannedStage {
  std::string method;
  std::map<std::string, Value> options;
  std::int64_t trials;  // of this stage; 0: all that follow
  std::string reason;
  /// Makes every other suggestion while the method's model does not predict; empty: none.
  std::string partner = {};
  /// Only where measuring a point again gives the same loss; else the stage before it goes on.
  bool needs_exact_losses = false;
};

/// One stage at least. Chosen by the size of the space, the number of objectives, the budget and
/// the kinds of parameters, among the methods that are registered.
std::vector<PlannedStage> auto_plan(const Setup& setup);

}  // namespace winnow::search
