// Methods one after another over one history: a grid, then a model around its best points; a
// heuristic, then differential evolution. The next one begins after a number of trials, or when the
// present one has not found anything better for a while, or when it has tried every point.
//
// Source: ours. Each method is told everything, its own suggestions as such.
// Memo: {stage} and the memo of the stage's method. Cost: that of the methods.

#include "searchers/operators/stage_schedule.hpp"
#include "searchers/operators/stages.hpp"
#include "searchers/problem/error.hpp"
#include "searchers/registry.hpp"

namespace winnow::search {
namespace {

const std::string nothing = "none";

class Chain final : public Searcher {
 public:
  explicit Chain(const Setup& setup) : stages_(made(setup)), schedule_(ends_of(setup)) {}

  Proposal ask(const Context& context, int count) const override {
    return ask_in_stages(stages_, schedule_, context, count);
  }

  void tell(const Outcome& outcome) override {
    schedule_.tell(stages_.stage_of(outcome.suggestion), standing_of(outcome));
    stages_.tell(outcome);
  }

 private:
  static std::vector<std::unique_ptr<Searcher>> made(const Setup& setup) {
    std::vector<std::unique_ptr<Searcher>> searchers;
    std::optional<std::int64_t> left = setup.max_trials;
    for (const char* place : {"first", "second", "third"}) {
      const std::string& method = setup.options.text(place);
      if (method == nothing) continue;
      Setup own = setup;
      own.max_trials = left;
      const std::string length = std::string(place) + "_trials";
      if (length != "third_trials" && setup.options.integer(length) > 0) {
        own.max_trials = setup.options.integer(length);
        if (left) left = std::max<std::int64_t>(1, *left - *own.max_trials);
      }
      searchers.push_back(make_searcher(method, {}, std::move(own)));
    }
    return searchers;
  }

  static std::vector<StageEnd> ends_of(const Setup& setup) {
    const std::int64_t patience = setup.options.integer("patience");
    std::vector<StageEnd> ends = {{setup.options.integer("first_trials"), patience}};
    if (setup.options.text("second") != nothing)
      ends.push_back({setup.options.integer("second_trials"), patience});
    if (setup.options.text("third") != nothing) ends.push_back({});
    return ends;
  }

  Stages stages_;
  StageSchedule schedule_;
};

Categorical methods(bool with_nothing) {
  Categorical names;
  if (with_nothing) names.choices.push_back(nothing);
  for (const char* name :
       {"annealing", "ant_colony", "bobyqa",       "catcma", "cmaes",         "de",
        "genetic",   "gp",         "greedy",       "grid",   "hill_climb",    "latin_hypercube",
        "mcmc",      "pso",        "quasi_newton", "random", "random_forest", "regression",
        "sobol",     "tpe",        "turbo"})
    names.choices.push_back(std::string(name));
  return names;
}

const SearcherRegistration registration({
    .name = "chain",
    .summary = "up to three methods one after another, each told what the others found",
    .citation = "—",
    .capabilities = {.multi_objective = false},
    .options =
        {{"first", methods(false), std::string("sobol"), "method that begins"},
         {"first_trials", Integer{0, 1'000'000'000}, std::int64_t{20},
          "of the first method; 0: until it is stuck or has tried everything"},
         {"second", methods(true), std::string("de"), "method that follows"},
         {"second_trials", Integer{0, 1'000'000'000}, std::int64_t{0}, "likewise"},
         {"third", methods(true), nothing, "method that comes last"},
         {"patience", Integer{0, 1'000'000'000}, std::int64_t{0},
          "trials of a method without a new best after which the next one begins; 0: never"}},
    .make = [](const Setup& setup) { return std::make_unique<Chain>(setup); },
});

}  // namespace
}  // namespace winnow::search
