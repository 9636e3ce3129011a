#include "orchestrator/resource_metrics.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string>

namespace winnow::run {
namespace {

constexpr std::array names = {"elapsed_s",        "cpu_s",           "max_rss_bytes",
                              "gpu_memory_bytes", "gpu_utilisation", "gpu_energy_j"};

std::set<std::string> named_by(const StudySpec& spec) {
  std::set<std::string> named;
  for (const Objective& objective : spec.objectives) named.insert(objective.metric);
  for (const MetricBound& bound : spec.outcome_constraints) named.insert(bound.metric);
  if (!spec.selection) return named;
  named.insert(spec.selection->objective.metric);
  if (spec.selection->cost_metric) named.insert(*spec.selection->cost_metric);
  if (spec.selection->holdout_metric) named.insert(*spec.selection->holdout_metric);
  for (const MetricBound& bound : spec.selection->constraints) named.insert(bound.metric);
  return named;
}

class Measured {
 public:
  void add(const char* name, const std::optional<double>& value) {
    if (value) values_[name] += *value;
  }
  void raise(const char* name, const std::optional<std::int64_t>& value) {
    if (value) values_[name] = std::max(values_[name], static_cast<double>(*value));
  }
  void replace(const char* name, const std::optional<double>& value) {
    if (value) values_[name] = *value;
  }
  const store::MetricValues& values() const { return values_; }

 private:
  store::MetricValues values_;
};

}  // namespace

bool is_resource_metric(std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

void add_resource_metrics(const StudySpec& spec, const std::vector<store::AttemptRow>& attempts,
                          const AttemptEnd& end, store::MetricValues& values) {
  const std::set<std::string> named = named_by(spec);
  if (std::ranges::none_of(named, is_resource_metric)) return;
  Measured measured;
  for (const store::AttemptRow& row : attempts) {
    const bool is_last = &row == &attempts.back();
    measured.add("elapsed_s", is_last ? end.elapsed_s : row.elapsed_s);
    measured.add("cpu_s", is_last && end.cpu_s ? end.cpu_s : row.use.cpu_s);
    measured.raise("max_rss_bytes",
                   is_last && end.max_rss_bytes ? end.max_rss_bytes : row.use.max_rss_bytes);
    measured.raise("gpu_memory_bytes", row.use.gpu_memory_bytes);
    measured.replace("gpu_utilisation", row.use.gpu_utilisation);
    measured.add("gpu_energy_j", row.use.gpu_energy_j);
  }
  for (const auto& [name, value] : measured.values()) {
    if (named.contains(name)) values.emplace(name, value);
  }
}

}  // namespace winnow::run
