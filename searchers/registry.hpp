// The list of search methods. A method's file registers itself with one object at its end; nothing
// else is edited to add one. Constant once main has begun.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "searchers/options.hpp"
#include "searchers/problem/objective.hpp"
#include "searchers/problem/prior_study.hpp"
#include "searchers/problem/search_space.hpp"
#include "searchers/searcher.hpp"

namespace winnow::search {

/// What a searcher is made from. Copied by the searcher as far as it needs it.
struct Setup {
  SearchSpace space;
  std::vector<Objective> objectives;
  Options options = {};
  std::uint64_t seed = 0;
  std::optional<std::int64_t> max_trials = {};  // a hint about the budget, never a limit
  std::int64_t user_points = 0;  // tried first; they are trials of the budget like any other
  std::vector<PriorStudy> prior_studies = {};  // of like problems; one may have no trials
  bool is_timeless = false;  // what is proposed must not depend on how long trials take
};

/// What a method can handle; a study outside of it is refused before it starts.
struct Capabilities {
  bool continuous = true;  // parameters without a finite number of values
  bool conditions = true;  // parameters that are not always active
  bool multi_objective = true;
  bool prior_studies = false;  // learns from what other studies measured, of one objective
};

struct SearcherEntry {
  std::string name;      // as in a study file
  std::string summary;   // one line
  std::string citation;  // author, year, title; "—" when there is nothing to cite
  Capabilities capabilities;
  std::vector<OptionSpec> options;
  std::function<std::unique_ptr<Searcher>(const Setup&)> make;
  std::vector<std::string> aliases = {};  // further words for it in a study file
};

/// Its construction, as a static object, adds a method.
class SearcherRegistration {
 public:
  explicit SearcherRegistration(SearcherEntry entry);
};

/// All methods, by name.
std::vector<const SearcherEntry*> searchers();
/// The method of this name, or of which this is an alias; nullptr where there is none.
const SearcherEntry* find_searcher(std::string_view name);

/// The searcher for a study. Throws ConfigError: unknown method (the nearest named), wrong options,
/// a space or objectives that the method cannot handle.
std::unique_ptr<Searcher> make_searcher(std::string_view method,
                                        const std::map<std::string, Value>& options, Setup setup);

}  // namespace winnow::search
