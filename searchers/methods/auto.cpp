// The method for those who do not want to choose one: looks at the space, the objectives and the
// number of trials, and runs what suits them, one method after another where two are better than
// one.
//
// Source: ours; auto_plan.hpp says what is chosen and why. Each method is told everything. While a
// model does not predict what is left out of it, every other suggestion is its partner's, which
// needs no such model; the others go on, so that the model's next fits are seen. Prior studies are
// for those methods of the plan that learn from them: one at least, but for a grid. A descent at
// the end is left out where losses are noisy. A model that says so may take ripples for noise: the
// best point is measured once again then, and the same loss to the last bit is none. Memo:
// {searcher} and the memo of that method; {searchers, loss} of that second measurement. Cost: that
// of the methods.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "searchers/auto_plan.hpp"
#include "searchers/operators/prediction_check.hpp"
#include "searchers/operators/stage_schedule.hpp"
#include "searchers/operators/stages.hpp"
#include "searchers/registry.hpp"

namespace winnow::search {
namespace {

const std::string noise_option = "noise";
// Noise of which a descent does not notice much: its steps see differences of a hundredth of the
// losses' deviation.
constexpr double most_noise = 1e-4;

class Auto final : public Searcher {
 public:
  explicit Auto(const Setup& setup) : Auto(setup, auto_plan(setup)) {}

  Proposal ask(const Context& context, int count) const override {
    std::vector<Suggestion> pending(context.pending.begin(), context.pending.end());
    Proposal all;
    for (int i = 0; i < count; ++i) {
      const TrialNumber number{context.next_number.value + i};
      Proposal one = asks_again(pending) ? best_again(number) : ask_stage({number, pending});
      all.finished = one.finished;
      if (one.suggestions.empty()) break;
      all.reason = std::move(one.reason);
      pending.push_back(one.suggestions.front());
      all.suggestions.push_back(std::move(one.suggestions.front()));
    }
    return all;
  }

  void tell(const Outcome& outcome) override {
    const std::optional<std::size_t> searcher = searchers_.stage_of(outcome.suggestion);
    schedule_.tell(searcher ? std::optional(stage_of_[*searcher]) : std::nullopt,
                   standing_of(outcome));
    if (searcher && *searcher < plan_.size()) note_fit(*searcher, outcome.suggestion.memo);
    note_loss(outcome);
    searchers_.tell(outcome);
  }

 private:
  Auto(const Setup& setup, std::vector<PlannedStage> plan)
      : plan_(std::move(plan)),
        searchers_(made(setup, plan_)),
        schedule_(ends_of(plan_)),
        checks_(plan_.size()),
        is_exact_(setup.options.text(noise_option) == "none" ? std::optional(true) : std::nullopt) {
    for (std::size_t stage = 0; stage < plan_.size(); ++stage) stage_of_.push_back(stage);
    for (std::size_t stage = 0; stage < plan_.size(); ++stage) {
      partner_of_.push_back(plan_[stage].partner.empty() ? stage : stage_of_.size());
      if (!plan_[stage].partner.empty()) stage_of_.push_back(stage);
    }
  }

  /// The methods of all stages, and behind them the partners.
  static std::vector<std::unique_ptr<Searcher>> made(const Setup& setup,
                                                     const std::vector<PlannedStage>& plan) {
    std::vector<std::unique_ptr<Searcher>> searchers, partners;
    std::int64_t before = 0;
    for (const PlannedStage& stage : plan) {
      Setup own = setup;
      if (stage.trials > 0) own.max_trials = stage.trials;
      if (stage.trials == 0 && own.max_trials) *own.max_trials -= before;
      if (!stage.partner.empty())
        partners.push_back(make_searcher(stage.partner, {}, as_it_can(stage.partner, own)));
      std::map<std::string, Value> options = stage.options;
      if (has_noise_option(stage.method))
        options.emplace(noise_option, setup.options.text(noise_option));
      searchers.push_back(make_searcher(stage.method, options, as_it_can(stage.method, own)));
      before += stage.trials;
    }
    std::move(partners.begin(), partners.end(), std::back_inserter(searchers));
    return searchers;
  }

  static Setup as_it_can(const std::string& method, Setup setup) {
    if (!find_searcher(method)->capabilities.prior_studies) setup.prior_studies.clear();
    return setup;
  }

  static bool has_noise_option(const std::string& method) {
    const std::vector<OptionSpec>& options = find_searcher(method)->options;
    return std::any_of(options.begin(), options.end(),
                       [](const OptionSpec& option) { return option.name == noise_option; });
  }

  static std::vector<StageEnd> ends_of(const std::vector<PlannedStage>& plan) {
    std::vector<StageEnd> ends;
    for (const PlannedStage& stage : plan) ends.push_back({stage.trials, 0});
    return ends;
  }

  Proposal ask_stage(const Context& context) const {
    const StageTurns turns = [this](std::size_t stage, TrialNumber number) {
      const std::size_t active = goes_on_from(stage);
      return takes_turns(active) && number.value % 2 == 1 ? partner_of_[active] : active;
    };
    Proposal proposal = ask_in_stages(searchers_, schedule_, context, 1, stage_of_, turns);
    if (proposal.suggestions.empty()) return proposal;
    const std::string fallback = std::move(proposal.reason);
    proposal.reason = reason(stage_of_[*searchers_.stage_of(proposal.suggestions[0])]);
    if (!fallback.empty()) proposal.reason += "; " + fallback;
    return proposal;
  }

  // ---- are losses exact? ----

  bool is_second_measurement(const Suggestion& suggestion) const {
    return suggestion.memo.size() == 2 &&
           suggestion.memo[0] == static_cast<double>(searchers_.size());
  }

  /// Is it time to measure the best point once again?
  bool asks_again(const std::vector<Suggestion>& pending) const {
    if (is_exact_ || !best_ || noise_ <= most_noise) return false;
    const std::size_t stage =
        schedule_.present(running_in_stages(searchers_, schedule_, pending, stage_of_));
    return plan_[stage].needs_exact_losses &&
           std::none_of(pending.begin(), pending.end(), [this](const Suggestion& suggestion) {
             return is_second_measurement(suggestion);
           });
  }

  Proposal best_again(TrialNumber number) const {
    const std::vector<double> memo = {static_cast<double>(searchers_.size()), best_->losses[0]};
    return {{{number, best_->suggestion.point, {}, {}, memo}},
            false,
            "the best point once again: its model finds noise, unless it is the function's own"};
  }

  void note_loss(const Outcome& outcome) {
    const bool is_answer = outcome.ending != Ending::cancelled;  // else it is measured again
    if (is_second_measurement(outcome.suggestion) && !is_exact_ && is_answer)
      is_exact_ = !outcome.losses.empty() && outcome.losses[0] == outcome.suggestion.memo[1];
    const bool is_better = !best_ || standing_of(outcome) < standing_of(*best_);
    if (outcome.ending == Ending::completed && standing_of(outcome).is_measured() && is_better)
      best_ = outcome;
  }

  /// Memos of a model: {searcher, −1, outcomes of the fit, its left-out rank correlation, noise}.
  void note_fit(std::size_t stage, const std::vector<double>& memo) {
    if (partner_of_[stage] == stage || memo.size() != 5 || memo[1] != -1 || !(memo[2] >= 0)) return;
    checks_[stage].tell(static_cast<std::size_t>(memo[2]), memo[3]);
    noise_ = memo[4];
  }

  /// The stage that makes the suggestions of `stage`: the one before, where it cannot do anything.
  std::size_t goes_on_from(std::size_t stage) const {
    const bool is_exact = is_exact_.value_or(noise_ <= most_noise);
    return plan_[stage].needs_exact_losses && !is_exact && stage > 0 ? stage - 1 : stage;
  }

  bool takes_turns(std::size_t stage) const {
    return partner_of_[stage] != stage && !checks_[stage].predicts();
  }

  std::string reason(std::size_t stage) const {
    const PlannedStage& planned = plan_[stage];
    const bool has_ended = planned.trials > 0 && schedule_.told(stage) >= planned.trials;
    if (!takes_turns(stage) && has_ended)
      return fmt::format("{}: goes on, as losses are noisy ({:.2g} of their variance)",
                         planned.method, noise_);
    if (!takes_turns(stage)) return fmt::format("{}: {}", planned.method, planned.reason);
    return fmt::format(
        "{} and {} by turns: the model's last fits do not predict what is left out (rank "
        "correlations {:.2f}, below {})",
        planned.method, planned.partner, fmt::join(checks_[stage].correlations(), ", "),
        PredictionCheck::least_correlation);
  }

  std::vector<PlannedStage> plan_;
  Stages searchers_;
  StageSchedule schedule_;
  std::vector<std::size_t> stage_of_;    // of each searcher
  std::vector<std::size_t> partner_of_;  // of each stage: a searcher; itself where it has none
  std::vector<PredictionCheck> checks_;  // of each stage's model
  std::optional<bool> is_exact_;         // say the user and a second measurement
  std::optional<Outcome> best_;          // completed
  double noise_ = 1;                     // of the newest fit, as a part of the variance
};

const SearcherRegistration registration({
    .name = "auto",
    .summary = "chooses methods by the space, the objectives and the number of trials",
    .citation = "—",
    .capabilities = {.prior_studies = true},
    .options = {{noise_option, Categorical{{std::string("learnt"), std::string("none")}},
                 std::string("learnt"), "none: measuring a point again gives the same loss"}},
    .make = [](const Setup& setup) { return std::make_unique<Auto>(setup); },
});

}  // namespace
}  // namespace winnow::search
