// The method for those who do not want to choose one: looks at the space, the objectives and the
// number of trials, and runs what suits them, one method after another where two are better than
// one.
//
// Source: ours; auto_plan.hpp says what is chosen and why. Each method is told everything.
// Memo: {stage} and the memo of the stage's method. Cost: that of the methods.

#include "searchers/auto_plan.hpp"
#include "searchers/operators/stage_schedule.hpp"
#include "searchers/operators/stages.hpp"
#include "searchers/registry.hpp"

namespace winnow::search {
namespace {

class Auto final : public Searcher {
 public:
  explicit Auto(const Setup& setup) : Auto(setup, auto_plan(setup)) {}

  Proposal ask(const Context& context, int count) const override {
    return ask_in_stages(stages_, schedule_, context, count);
  }

  void tell(const Outcome& outcome) override {
    schedule_.tell(stages_.stage_of(outcome.suggestion), standing_of(outcome));
    stages_.tell(outcome);
  }

 private:
  Auto(const Setup& setup, const std::vector<PlannedStage>& plan)
      : stages_(made(setup, plan)), schedule_(ends_of(plan)) {}

  static std::vector<std::unique_ptr<Searcher>> made(const Setup& setup,
                                                     const std::vector<PlannedStage>& plan) {
    std::vector<std::unique_ptr<Searcher>> searchers;
    std::int64_t before = 0;
    for (const PlannedStage& stage : plan) {
      Setup own = setup;
      if (stage.trials > 0) own.max_trials = stage.trials;
      if (stage.trials == 0 && own.max_trials) *own.max_trials -= before;
      searchers.push_back(make_searcher(stage.method, stage.options, std::move(own)));
      before += stage.trials;
    }
    return searchers;
  }

  static std::vector<StageEnd> ends_of(const std::vector<PlannedStage>& plan) {
    std::vector<StageEnd> ends;
    for (const PlannedStage& stage : plan) ends.push_back({stage.trials, 0});
    return ends;
  }

  Stages stages_;
  StageSchedule schedule_;
};

const SearcherRegistration registration({
    .name = "auto",
    .summary = "chooses methods by the space, the objectives and the number of trials",
    .citation = "—",
    .capabilities = {},
    .options = {},
    .make = [](const Setup& setup) { return std::make_unique<Auto>(setup); },
});

}  // namespace
}  // namespace winnow::search
