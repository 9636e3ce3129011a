// Numbers that are not finite, and finite ones at the end of their range, through every method:
// what a trial reports is judged and told as in a study. No method may crash, stall, or propose a
// point outside of its space.
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <random>

#include "orchestrator/attempt.hpp"
#include "orchestrator/search_trial.hpp"
#include "searchers/registry.hpp"
#include "tests/support/random_seed.hpp"

using namespace winnow;
using winnow::search::SearcherEntry;
using winnow::tests::seed_of_this_run;

namespace {

constexpr double no_number = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double largest = std::numeric_limits<double>::max();
constexpr double smallest = std::numeric_limits<double>::denorm_min();

/// What the trials of a study report.
struct Diet {
  std::string name;
  std::vector<double> values;  // each as likely as the others
};

const std::vector<Diet> diets = {
    {"nothing but NaN", {no_number}},
    {"everything awkward",
     {no_number, infinity, -infinity, smallest, -smallest, 1e308, -1e308, largest, -largest, 0.0,
      -0.0, 0.3, 0.7, 1.1}},
    {"the ends of the range", {1e308, -1e308, largest, -largest, smallest}},
    {"now and then NaN", {no_number, 0.1, 0.2, 0.25, 0.5, 0.9, 1.3}}};

const SearchSpace mixed({{"rate", Real{1e-6, 1, Scale::log}},
                         {"width", Integer{1, 40}},
                         {"kind", Categorical{{std::string("a"), std::string("b")}}},
                         {"depth", Integer{1, 3}, {{"kind", {std::string("b")}}}}});
const SearchSpace plain({{"rate", Real{1e-6, 1, Scale::log}}, {"width", Integer{1, 40}}});

/// The steps of a method as they are by default, fewer of them.
std::map<std::string, Value> cheap_options(const std::string& method) {
  if (method == "gp" || method == "mogp") {
    return {{"candidates", std::int64_t{16}},
            {"starts", std::int64_t{1}},
            {"fit_evaluations", std::int64_t{1}}};
  }
  if (method == "random_forest") {
    return {{"trees", std::int64_t{2}}, {"candidates", std::int64_t{4}}};
  }
  if (method == "grid") return {{"points_per_parameter", std::int64_t{5}}};
  return {};
}

/// The verdict on a program that ended well, whatever it reported.
run::Verdict judged(const std::vector<Objective>& objectives, const store::MetricValues& values) {
  run::AttemptEnd end;
  end.process = run::Exited{0};
  run::TrialSoFar trial;
  trial.values = values;
  return run::judge(end, trial, objectives, 0, run::Witness::living);
}

/// One study in miniature, three trials at a time.
class Study {
 public:
  Study(const SearcherEntry& entry, std::vector<Objective> objectives, std::mt19937& random)
      : space_(entry.capabilities.conditions ? mixed : plain),
        objectives_(std::move(objectives)),
        random_(random),
        searcher_(search::make_searcher(entry.name, cheap_options(entry.name),
                                        {space_, objectives_, {}, random(), trials_})) {}

  void run(const Diet& diet) {
    bool finished = false;
    for (std::int64_t number = 0; number < trials_ && !finished;) {
      const search::Proposal proposal = searcher_->ask({TrialNumber{number}, pending_}, 1);
      finished = proposal.finished;
      if (proposal.suggestions.empty()) {
        REQUIRE((finished || !pending_.empty()));  // else it waits for nobody
      }
      for (const Suggestion& suggestion : proposal.suggestions) {
        REQUIRE(space_.fault(suggestion.point).value_or("") == "");
        pending_.push_back(suggestion);
        ++number;
      }
      if (pending_.size() >= 3 || proposal.suggestions.empty()) end_one(diet);
    }
  }

 private:
  void end_one(const Diet& diet) {
    if (pending_.empty()) return;
    store::MetricValues values;
    bool finite = true;
    for (const Objective& objective : objectives_) {
      const double value = diet.values[random_() % diet.values.size()];
      values[objective.metric] = value;
      finite = finite && std::isfinite(value);
    }
    const run::Verdict verdict = judged(objectives_, values);
    REQUIRE(verdict.trial);
    CHECK(verdict.trial->values.size() == objectives_.size());  // the other ones are kept
    CHECK((verdict.trial->ending == Ending::completed) == finite);
    const auto ended = static_cast<std::ptrdiff_t>(random_() % pending_.size());
    const Suggestion suggestion = pending_[static_cast<std::size_t>(ended)];
    pending_.erase(pending_.begin() + ended);
    const Outcome outcome = run::outcome_of(suggestion, *verdict.trial, 1, objectives_);
    for (const double loss : outcome.losses) REQUIRE(std::isfinite(loss));
    searcher_->tell(outcome);
  }

  static constexpr std::int64_t trials_ = 24;
  SearchSpace space_;
  std::vector<Objective> objectives_;
  std::mt19937& random_;
  std::unique_ptr<search::Searcher> searcher_;
  std::vector<Suggestion> pending_;
};

}  // namespace

TEST_CASE("whatever trials report, every method goes on proposing points of its space") {
  std::mt19937 random(seed_of_this_run("numbers that are not finite"));
  int studies = 0;
  for (const SearcherEntry* entry : search::searchers()) {
    for (const Diet& diet : diets) {
      INFO(entry->name << " fed with " << diet.name);
      Study(*entry, {Objective{"loss", Direction::maximize}}, random).run(diet);
      ++studies;
      if (!entry->capabilities.multi_objective) continue;
      INFO("two objectives");
      Study(*entry, {Objective{"loss"}, Objective{"gain", Direction::maximize}}, random).run(diet);
    }
  }
  CHECK(studies > 100);
}

TEST_CASE("a trial that ends with no number is told as a failure, and its sign is no merit") {
  const std::vector<Objective> objectives = {Objective{"loss"}, Objective{"speed"}};
  const Suggestion suggestion{TrialNumber{3}, Point({{"rate", 0.1}}), {}, {}, {}};
  std::vector<Outcome> told;
  for (const double value : {no_number, infinity, -infinity}) {
    const run::Verdict verdict = judged(objectives, {{"loss", value}, {"speed", 7.0}});
    REQUIRE(verdict.trial);
    CHECK(verdict.attempt.ending == "non_finite");
    CHECK(verdict.trial->values.at("speed") == 7.0);
    told.push_back(run::outcome_of(suggestion, *verdict.trial, 1, objectives));
  }
  CHECK(told[0].ending == Ending::failed);
  CHECK(told[0].losses.empty());
  CHECK(told[1] == told[0]);
  CHECK(told[2] == told[0]);
}
