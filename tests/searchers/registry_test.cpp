#include "searchers/registry.hpp"

#include <catch2/catch.hpp>
#include <filesystem>
#include <set>

#include "searchers/problem/error.hpp"

using namespace winnow;
using namespace winnow::search;

TEST_CASE("every file under methods is registered") {
  std::set<std::string> files, registered;
  const std::filesystem::path folder =
      std::filesystem::path(WINNOW_SOURCE_DIR) / "searchers" / "methods";
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().extension() == ".cpp") files.insert(entry.path().stem().string());
  for (const SearcherEntry* entry : searchers())
    if (!entry->name.starts_with("test_")) registered.insert(entry->name);
  CHECK(registered.size() >= 4);
  CHECK(files == registered);  // a method is called like its file
}

TEST_CASE("every method describes itself and its options") {
  for (const SearcherEntry* entry : searchers()) {
    INFO(entry->name);
    CHECK(find_searcher(entry->name) == entry);
    CHECK_FALSE(entry->summary.empty());
    CHECK_FALSE(entry->citation.empty());
    for (const OptionSpec& option : entry->options) {
      INFO(option.name);
      CHECK(contains(option.domain, option.default_value));
      CHECK_FALSE(option.meaning.empty());
    }
  }
}

TEST_CASE("an unknown method is answered with the nearest one") {
  const Setup setup{SearchSpace({{"x", Real{0, 1}}}), {{"loss"}}};
  CHECK_THROWS_WITH(make_searcher("randon", {}, setup), Catch::Contains("did you mean random?"));
  CHECK_THROWS_WITH(make_searcher("zzz", {}, setup),
                    Catch::Contains("there are: ") && Catch::Contains("latin_hypercube, "));
}

TEST_CASE("a method answers to its aliases, and no two methods share a word") {
  REQUIRE(find_searcher("gp"));
  CHECK(find_searcher("bayes") == find_searcher("gp"));
  CHECK(find_searcher("bayesian") == find_searcher("gp"));
  const Setup setup{SearchSpace({{"x", Real{0, 1}}}), {{"loss"}}};
  CHECK(make_searcher("bayes", {}, setup)->ask({TrialNumber{0}, {}}, 1).suggestions.size() == 1);
  CHECK_THROWS_WITH(make_searcher("bayesan", {}, setup), Catch::Contains("did you mean bayesian?"));
  SearcherEntry thief = *find_searcher("random");
  thief.name = "test_thief";
  thief.aliases = {"bayes"};
  CHECK_THROWS_WITH(SearcherRegistration(thief), Catch::Contains("two methods are called bayes"));
  CHECK_FALSE(find_searcher("test_thief"));
}

namespace {
const SearcherRegistration narrow({
    .name = "test_narrow",
    .summary = "handles next to nothing",
    .citation = "—",
    .capabilities = {.continuous = false, .conditions = false, .multi_objective = false},
    .options = {},
    .make = [](const Setup&) { return std::unique_ptr<Searcher>(); },
});
}

TEST_CASE("a space outside of a method's capabilities is refused with all reasons") {
  const SearchSpace space(
      {{"kind", Integer{0, 1}}, {"x", Real{0, 1}, {{"kind", {std::int64_t{0}}}}}});
  try {
    make_searcher("test_narrow", {{"speed", 1.0}}, {space, {{"loss"}, {"time"}}});
    FAIL("the study was accepted");
  } catch (const ConfigError& error) {
    std::vector<std::string> places;
    for (const Fault& fault : error.faults()) places.push_back(fault.place);
    CHECK(places == std::vector<std::string>{"method_options.speed", "parameters.x",
                                             "parameters.x.when", "metrics"});
  }
}

TEST_CASE("methods that are made of others offer only what there is") {
  int offered = 0;
  for (const char* method : {"chain", "weighted_sum", "chebyshev"})
    for (const OptionSpec& option : find_searcher(method)->options) {
      const Categorical* choice = std::get_if<Categorical>(&option.domain);
      if (!choice || option.name == "normalization") continue;
      for (const Value& name : choice->choices) {
        const std::string& word = std::get<std::string>(name);
        if (word == "none" || word == "best_there_is") continue;
        INFO(method << " offers " << word << " as " << option.name);
        CHECK(find_searcher(word) != nullptr);
        ++offered;
      }
    }
  CHECK(offered > 60);
}
