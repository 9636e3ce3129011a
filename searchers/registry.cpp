#include "searchers/registry.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "searchers/problem/error.hpp"

namespace winnow::search {
namespace {

// A function's static: registrations in other files run before main in an unspecified order.
std::map<std::string, SearcherEntry, std::less<>>& entries() {
  static std::map<std::string, SearcherEntry, std::less<>> by_name;
  return by_name;
}

std::string unknown_method(std::string_view method) {
  std::vector<std::string> known;
  for (const auto& [name, entry] : entries()) known.push_back(name);
  const std::string list = fmt::format("there are: {}", fmt::join(known, ", "));
  for (const auto& [name, entry] : entries())
    known.insert(known.end(), entry.aliases.begin(), entry.aliases.end());
  if (const std::optional<std::string> meant = nearest(method, known))
    return fmt::format("unknown method \"{}\"; did you mean {}? Otherwise {}", method, *meant,
                       list);
  return fmt::format("unknown method \"{}\"; {}", method, list);
}

void check_prior_studies(const SearcherEntry& entry, const Setup& setup,
                         std::vector<Fault>& faults) {
  if (setup.objectives.size() > 1)
    faults.push_back({"prior_studies", fmt::format("they are for one objective, found {}",
                                                   setup.objectives.size())});
  if (entry.capabilities.prior_studies) return;
  std::vector<std::string> able;
  for (const auto& [name, other] : entries())
    if (other.capabilities.prior_studies) able.push_back(name);
  faults.push_back(
      {"prior_studies", fmt::format("{} cannot learn from other studies; choose one of {}, or give "
                                    "their best settings as points",
                                    entry.name, fmt::join(able, ", "))});
}

void check_capabilities(const SearcherEntry& entry, const Setup& setup,
                        std::vector<Fault>& faults) {
  for (const Parameter& parameter : setup.space.parameters()) {
    if (!entry.capabilities.continuous && !cardinality(parameter.domain))
      faults.push_back({"parameters." + parameter.name,
                        entry.name + " needs parameters with a finite number of values; give a "
                                     "step or list the values"});
    if (!entry.capabilities.conditions && !parameter.conditions.empty())
      faults.push_back({"parameters." + parameter.name + ".when",
                        entry.name + " cannot handle conditional parameters; choose another "
                                     "method, e.g. random"});
  }
  if (!setup.prior_studies.empty()) check_prior_studies(entry, setup, faults);
  if (!entry.capabilities.multi_objective && setup.objectives.size() > 1)
    faults.push_back({"metrics", fmt::format("{} handles one objective, found {}", entry.name,
                                             setup.objectives.size())});
}

}  // namespace

SearcherRegistration::SearcherRegistration(SearcherEntry entry) {
  std::vector<std::string> words = entry.aliases;
  words.push_back(entry.name);
  for (const std::string& word : words)
    expect(!find_searcher(word), "two methods are called " + word);
  const std::string name = entry.name;
  entries().emplace(name, std::move(entry));
}

std::vector<const SearcherEntry*> searchers() {
  std::vector<const SearcherEntry*> all;
  for (const auto& [name, entry] : entries()) all.push_back(&entry);
  return all;
}

const SearcherEntry* find_searcher(std::string_view name) {
  const auto found = entries().find(name);
  if (found != entries().end()) return &found->second;
  for (const auto& [own_name, entry] : entries())
    if (std::find(entry.aliases.begin(), entry.aliases.end(), name) != entry.aliases.end())
      return &entry;
  return nullptr;
}

std::unique_ptr<Searcher> make_searcher(std::string_view method,
                                        const std::map<std::string, Value>& options, Setup setup) {
  const SearcherEntry* entry = find_searcher(method);
  if (!entry) throw ConfigError("method", unknown_method(method));
  std::vector<Fault> faults;
  try {
    setup.options = Options(entry->options, options);
  } catch (const ConfigError& error) {
    faults = error.faults();
  }
  check_capabilities(*entry, setup, faults);
  if (!faults.empty()) throw ConfigError(std::move(faults));
  return entry->make(setup);
}

}  // namespace winnow::search
