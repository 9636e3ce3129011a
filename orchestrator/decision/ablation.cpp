#include "orchestrator/decision/ablation.hpp"

#include <map>

#include "orchestrator/decision/changed_point.hpp"

namespace winnow::run {
namespace {

std::optional<Value> value_in(const Point& point, const std::string& name) {
  const Value* value = point.find(name);
  return value == nullptr ? std::nullopt : std::optional(*value);
}

}  // namespace

std::vector<AblationStep> ablation_path(const ScoreModel& model, const Point& source,
                                        const Point& target) {
  std::vector<AblationStep> path;
  std::map<std::string, Value> exchanged;
  Point at = source;
  while (!(at == target)) {
    std::optional<AblationStep> best;
    Point best_point;
    for (const auto& [name, value] : target.entries()) {
      if (exchanged.contains(name)) continue;
      std::map<std::string, Value> with = exchanged;
      with.emplace(name, value);
      const Point next = changed_point(model.space(), source, with, target);
      // An exchange of what is not active yet changes nothing: its parent comes first.
      if (next == at) continue;
      const double score = model.at(next).mean;
      const bool is_better =
          !best || to_loss(model.objective(), score) < to_loss(model.objective(), best->score);
      if (!is_better) continue;
      best = AblationStep{name, value_in(at, name), value_in(next, name), score};
      best_point = next;
    }
    if (!best) break;  // what is left differs by being inactive in the target only
    exchanged.emplace(best->parameter, *target.find(best->parameter));
    at = best_point;
    path.push_back(*std::move(best));
  }
  return path;
}

}  // namespace winnow::run
