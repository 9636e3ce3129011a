#include "orchestrator/config/read_objectives.hpp"

#include <algorithm>

#include "orchestrator/config/read_bounds.hpp"

namespace winnow::run {
namespace {

void read_objective(const Node& node, ObjectivesBlock& block, Diagnostics& diagnostics) {
  MappingReader reader(node, "metric", diagnostics, "a mapping {name: loss, goal: minimize}");
  Objective objective;
  if (const Node* name = reader.require("name")) {
    objective.metric = read_text(*name, "metric.name", diagnostics).value_or("");
    const bool again = std::ranges::any_of(
        block.objectives, [&](const Objective& other) { return other.metric == objective.metric; });
    if (again) diagnostics.error(name->at, "metric", "the metric is listed twice");
    block.reported.push_back({name->text, name->at});
  }
  if (const Node* goal = reader.take("goal")) {
    const auto word = read_word(*goal, "metric.goal", {"minimize", "maximize"}, diagnostics);
    objective.direction = static_cast<Direction>(word.value_or(0));
  }
  if (const Node* aggregate = reader.take("aggregate")) {
    const auto word =
        read_word(*aggregate, "metric.aggregate", {"last", "best", "mean"}, diagnostics);
    objective.aggregate = static_cast<Aggregate>(word.value_or(0));
  }
  if (const Node* target = reader.take("target")) {
    objective.target = read_real(*target, "metric.target", diagnostics);
    if (!block.objectives.empty()) {
      diagnostics.error(target->at, "metric",
                        "only the first of several metrics may have a target that ends the study");
    }
  }
  // What a method is told of failed trials in W&B, and of running ones: here the worst, and
  // nothing.
  if (const Node* impute = reader.take("impute")) {
    read_word(*impute, "metric.impute", {"worst"}, diagnostics);
  }
  if (const Node* running = reader.take("impute_while_running")) {
    read_word(*running, "metric.impute_while_running", {"false"}, diagnostics);
  }
  reader.not_supported("constraint");
  reader.finish();
  block.objectives.push_back(std::move(objective));
}

void read_outcome_constraints(const Node& list, ObjectivesBlock& block, Diagnostics& diagnostics) {
  for (const PlacedBound& each :
       read_bounds(list, "outcome_constraints", "outcome-constraint", diagnostics)) {
    block.outcome_constraints.push_back(each.bound);
    block.reported.push_back({each.bound.metric, each.at});
  }
}

}  // namespace

ObjectivesBlock read_objectives(MappingReader& study, const Node& root, Diagnostics& diagnostics) {
  ObjectivesBlock block;
  if (const Node* bounds = study.take("outcome_constraints"))
    read_outcome_constraints(*bounds, block, diagnostics);
  const Node* one = study.take("metric");
  const Node* several = study.take("metrics");
  if ((one == nullptr) == (several == nullptr)) {
    diagnostics.error(one != nullptr ? study.at("metrics") : root.at, "missing-key",
                      "a study needs either `metric` or `metrics`");
  }
  if (one != nullptr) read_objective(*one, block, diagnostics);
  if (several == nullptr) return block;
  if (several->kind != Node::Kind::sequence || several->items.empty()) {
    diagnostics.error(several->at, "wrong-type", "metrics needs a list [{name: …, goal: …}, …]");
  }
  for (const Node& item : several->items) read_objective(item, block, diagnostics);
  return block;
}

}  // namespace winnow::run
