#include "orchestrator/config/read_selection.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "orchestrator/config/mapping_reader.hpp"
#include "orchestrator/config/read_bounds.hpp"
#include "orchestrator/config/read_parameters.hpp"
#include "orchestrator/config/scalar.hpp"
#include "orchestrator/decision/selection_plan.hpp"

namespace winnow::run {
namespace {

// Nobody can pay for more, and arms × seeds × folds stays an int.
constexpr std::int64_t most_finalists = 100;
constexpr std::int64_t most_seeds = 1'000;
constexpr std::int64_t most_folds = 100;

class SelectionReader {
 public:
  SelectionReader(const Node& node, const StudySpec& study, const std::optional<SearchSpace>& space,
                  Diagnostics& diagnostics)
      : node_(node),
        study_(study),
        space_(space),
        diagnostics_(diagnostics),
        reader_(node, "selection", diagnostics) {}

  std::optional<SelectionSpec> read() {
    const std::size_t before = diagnostics_.error_count();
    read_objective();
    if (const Node* test = reader_.take("test")) {
      const auto word =
          read_word(*test, "selection.test", {"sign_flip", "paired_t", "wilcoxon", "corrected_t"},
                    diagnostics_);
      spec_.test = static_cast<PairedTest>(word.value_or(0));
    }
    read_numbers();
    read_folds();
    read_baseline();
    if (const Node* cost = reader_.take("tie_break")) {
      spec_.cost_metric = read_text(*cost, "selection.tie_break", diagnostics_);
      if (!spec_.margin) {
        diagnostics_.error(cost->at, "missing-key",
                           "selection.tie_break needs selection.margin: the difference in the "
                           "metric up to which the cheaper setting is taken");
      }
    }
    read_constraints();
    if (const Node* holdout = reader_.take("holdout_metric")) read_holdout(*holdout);
    // One claim is made, of the chosen setting; for a single one of several Holm's correction is
    // Bonferroni's.
    if (const Node* correction = reader_.take("correction")) {
      read_word(*correction, "selection.correction", {"bonferroni", "holm"}, diagnostics_);
    }
    reader_.finish();
    if (space_ && diagnostics_.error_count() == before) check_reach();
    if (diagnostics_.error_count() != before) return std::nullopt;
    return spec_;
  }

 private:
  // All members of a front run under all seeds, and are compared in every objective.
  void read_front() {
    constexpr std::array<std::pair<const char*, const char*>, 6> refused = {{
        {"metric", "all objectives are compared"},
        {"goal", "each objective has its own"},
        {"test", "each objective is tested by sign flips, and all have to be shown"},
        {"looks",
         "nobody leaves a front early: what is worse in one objective may be better in "
         "another"},
        {"margin",
         "one number has no unit that fits all objectives; what has to be small enough "
         "is a bound: selection.constraints"},
        {"tie_break",
         "members of a front are no ties, each is better in something; a cost is one "
         "more of the `metrics`"},
    }};
    for (const auto& [key, reason] : refused) {
      if (node_.find(key) == nullptr) continue;
      diagnostics_.error(
          reader_.at(key), "selection",
          fmt::format("selection.{} is for studies with one objective: {}", key, reason));
      reader_.take(key);
    }
    spec_.looks = 0;
  }

  void read_constraints() {
    const Node* list = reader_.take("constraints");
    if (list == nullptr) {
      spec_.constraints = study_.outcome_constraints;
      return;
    }
    for (const PlacedBound& each :
         read_bounds(*list, "selection.constraints", "selection", diagnostics_)) {
      spec_.constraints.push_back(each.bound);
    }
  }

  void read_objective() {
    if (study_.objectives.empty()) return;
    if (study_.objectives.size() > 1) read_front();
    spec_.objective = study_.objectives.front();
    spec_.objective.target.reset();
    const Node* metric = reader_.take("metric");
    const Node* goal = reader_.take("goal");
    if (metric != nullptr) {
      const std::string name = read_text(*metric, "selection.metric", diagnostics_).value_or("");
      if (name != spec_.objective.metric && goal == nullptr) {
        diagnostics_.error(metric->at, "missing-key",
                           "another metric than the study's needs its own `goal: minimize` or "
                           "`goal: maximize`");
      }
      spec_.objective.metric = name;
    }
    if (goal == nullptr) return;
    const auto word = read_word(*goal, "selection.goal", {"minimize", "maximize"}, diagnostics_);
    spec_.objective.direction = static_cast<Direction>(word.value_or(0));
    const Objective& searched = study_.objectives.front();
    if (spec_.objective.metric == searched.metric &&
        spec_.objective.direction != searched.direction) {
      diagnostics_.error(
          goal->at, "selection",
          "the selection and the search want the same metric in opposite directions");
    }
  }

  void read_numbers() {
    if (const Node* alpha = reader_.take("alpha")) {
      spec_.alpha = read_real(*alpha, "selection.alpha", diagnostics_).value_or(spec_.alpha);
      if (!(spec_.alpha > 0 && spec_.alpha < 0.5)) {
        diagnostics_.error(alpha->at, "range", "selection.alpha needs a number between 0 and 0.5");
      }
    }
    if (const Node* margin = reader_.take("margin")) {
      spec_.margin = read_real(*margin, "selection.margin", diagnostics_);
      if (spec_.margin && !(*spec_.margin > 0)) {
        diagnostics_.error(margin->at, "range",
                           "selection.margin needs a number above 0, in units of the metric");
      }
    }
    read_count("finalists", 1, most_finalists, spec_.finalists);
    read_count("seeds", 1, most_seeds, spec_.seeds);
    read_power();
    spec_.looks =
        std::min(spec_.looks, spec_.seeds);  // of the default: what is read back has to fit
    read_count("looks", 0, spec_.seeds, spec_.looks);
  }

  void read_count(const char* key, std::int64_t least, std::int64_t most, int& count) {
    const Node* node = reader_.take(key);
    if (node == nullptr) return;
    const std::string what = fmt::format("selection.{}", key);
    count = static_cast<int>(read_integer(*node, what, diagnostics_, least, most).value_or(count));
  }

  // Seeds follow from the power; given besides, they must suffice.
  void read_power() {
    const Node* power = reader_.take("power");
    const Node* effect = reader_.take("effect");
    if (power == nullptr) {
      if (effect == nullptr) return;
      diagnostics_.error(effect->at, "missing-key",
                         "selection.effect is what selection.power is for: write both");
      return;
    }
    PowerRequest request;
    request.power = read_real(*power, "selection.power", diagnostics_).value_or(0);
    if (effect != nullptr) {
      request.effect = read_real(*effect, "selection.effect", diagnostics_).value_or(0);
      if (!(request.effect > 0)) {
        diagnostics_.error(effect->at, "range",
                           "selection.effect needs a number above 0, in standard deviations of "
                           "the differences between two settings");
      }
    }
    if (!(request.power > 0 && request.power < 1)) {
      diagnostics_.error(power->at, "range", "selection.power needs a number between 0 and 1");
    }
    if (diagnostics_.has_errors()) {
      spec_.seeds = most_seeds;  // not known, and no reason to complain of `looks`
      return;
    }
    spec_.power = request;
    node_.find("seeds") == nullptr ? plan_seeds(*power) : check_power(*power);
  }

  void plan_seeds(const Node& power) {
    const stats::Answer<std::int64_t> needed = seeds_needed(spec_);
    if (!needed) {
      diagnostics_.error(power.at, "selection", needed.refusal().reason);
    } else if (*needed > most_seeds) {
      diagnostics_.error(power.at, "range",
                         fmt::format("a power of {:g} for an effect of {:g} needs {} seeds of each "
                                     "setting, more than {}; ask for a larger effect",
                                     spec_.power->power, spec_.power->effect, *needed, most_seeds));
    } else {
      spec_.seeds = static_cast<int>(*needed);
    }
  }

  void check_power(const Node& power) {
    const stats::Answer<double> reached = power_reached(spec_);
    if (!reached) {
      diagnostics_.error(power.at, "selection", reached.refusal().reason);
    } else if (*reached < spec_.power->power) {
      diagnostics_.error(
          reader_.at("seeds"), "selection",
          fmt::format("{} seeds have a power of {:.3f} for an effect of {:g}, {:g} "
                      "was asked for; without `seeds` there are as many as it needs",
                      spec_.seeds, *reached, spec_.power->effect, spec_.power->power));
    }
  }

  void read_folds() {
    const Node* node = reader_.take("folds");
    if (node != nullptr) {
      const auto folds = read_integer(*node, "selection.folds", diagnostics_, 2, most_folds);
      spec_.folds = static_cast<int>(folds.value_or(2));
    }
    if (spec_.test != PairedTest::corrected_t || spec_.folds) return;
    diagnostics_.error(reader_.at("test"), "missing-key",
                       "selection.test: corrected_t compares folds; write selection.folds");
  }

  // A race that could not announce anything is not begun. Needs: no errors so far.
  void check_reach() {
    if (!spec_.baseline) {
      if (!spec_.power) return;
      diagnostics_.error(reader_.at("power"), "selection",
                         "without a baseline nothing is tested; give the parameters defaults, or "
                         "write selection.baseline");
      return;
    }
    const std::optional<stats::Refusal> refusal = impossible(spec_);
    if (refusal) diagnostics_.error(reader_.at("seeds"), "selection", refusal->reason);
  }

  void read_baseline() {
    const Node* node = reader_.take("baseline");
    if (!space_) return;
    if (node == nullptr) {
      spec_.baseline = space_->complete(Point());
      if (!spec_.baseline && !study_.points.empty()) spec_.baseline = study_.points.front();
    } else if (node->kind != Node::Kind::scalar) {
      spec_.baseline = read_point(*node, *space_, diagnostics_);
    } else if (node->text != "none") {
      diagnostics_.error(node->at, "wrong-type",
                         fmt::format("selection.baseline needs a point {{parameter: value}}, or "
                                     "none; found {}",
                                     describe_node(*node)));
    }
  }

  // A number that a search has seen proves nothing.
  void read_holdout(const Node& node) {
    spec_.holdout_metric = read_text(node, "selection.holdout_metric", diagnostics_);
    if (!spec_.holdout_metric) return;
    const auto is_it = [&](const auto& named) { return named.metric == *spec_.holdout_metric; };
    const bool is_seen = is_it(spec_.objective) || spec_.holdout_metric == spec_.cost_metric ||
                         std::ranges::any_of(study_.objectives, is_it) ||
                         std::ranges::any_of(spec_.constraints, is_it) ||
                         std::ranges::any_of(study_.outcome_constraints, is_it);
    if (!is_seen) return;
    diagnostics_.error(node.at, "selection",
                       "the held-out metric must be one that neither search nor selection uses");
  }

  const Node& node_;
  const StudySpec& study_;
  const std::optional<SearchSpace>& space_;
  Diagnostics& diagnostics_;
  MappingReader reader_;
  SelectionSpec spec_;
};

}  // namespace

std::optional<SelectionSpec> read_selection(const Node& node, const StudySpec& study,
                                            const std::optional<SearchSpace>& space,
                                            Diagnostics& diagnostics) {
  return SelectionReader(node, study, space, diagnostics).read();
}

}  // namespace winnow::run
