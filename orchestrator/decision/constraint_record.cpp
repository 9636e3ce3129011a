#include "orchestrator/decision/constraint_record.hpp"

#include <fmt/format.h>

#include "orchestrator/report/json_forms.hpp"
#include "orchestrator/report/numbers.hpp"
#include "searchers/stats/sample.hpp"

namespace winnow::run {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t most_filtered = 20;  // of a search of thousands, in a record
constexpr std::size_t most_named = 3;      // in a sentence

/// How one arm kept to one bound under the fresh seeds.
struct Keeping {
  std::size_t seeds = 0, kept = 0;
  double mean = 0;  // of the metric, as measured
};

Keeping keeping_of(const MetricBound& bound, const std::vector<FreshTrial>& fresh,
                   std::size_t index) {
  Keeping keeping;
  std::vector<double> excesses;
  for (const FreshTrial& trial : fresh) {
    if (trial.excess.empty()) continue;
    excesses.push_back(trial.excess[index]);
    keeping.kept += trial.excess[index] <= 0;
  }
  keeping.seeds = excesses.size();
  if (!excesses.empty()) keeping.mean = value_of_excess(bound, stats::mean(excesses));
  return keeping;
}

Json filtered_json(const SelectionSpec& selection, const std::vector<FilteredSetting>& filtered) {
  Json trials = Json::array();
  for (std::size_t i = 0; i < std::min(filtered.size(), most_filtered); ++i) {
    const FilteredSetting& one = filtered[i];
    trials.push_back({{"trial", one.trial.value},
                      {"constraint", to_text(selection.constraints[one.bound])},
                      {"value", one.value ? number_json(*one.value) : Json()}});
  }
  return {{"count", filtered.size()}, {"trials", std::move(trials)}};
}

std::string filtered_sentence(const SelectionSpec& selection,
                              const std::vector<FilteredSetting>& filtered) {
  std::vector<std::string> named;
  for (std::size_t i = 0; i < std::min(filtered.size(), most_named); ++i) {
    const FilteredSetting& one = filtered[i];
    const MetricBound& bound = selection.constraints[one.bound];
    named.push_back(fmt::format("trial {} ({})", one.trial.value,
                                one.value ? fmt::format("{} = {}, not {}", bound.metric,
                                                        number_text(*one.value), to_text(bound))
                                          : fmt::format("did not report {}", bound.metric)));
  }
  const std::size_t more = filtered.size() - named.size();
  return fmt::format("left out before the race, though by score {} would have been in it: {}{}",
                     filtered.size() == 1 ? "it" : "they", fmt::join(named, ", "),
                     more == 0 ? "" : fmt::format(" and {} more", more));
}

/// What of the chosen setting's bounds the seeds do not show, and that a baseline breaks one.
void add_doubts(const SelectionSpec& selection, const Finalists& finalists,
                std::optional<std::size_t> chosen, Json& reasons) {
  for (std::size_t index = 0; index < selection.constraints.size(); ++index) {
    const MetricBound& bound = selection.constraints[index];
    for (std::size_t arm = 0; arm < finalists.arms.size(); ++arm) {
      const Keeping keeping = keeping_of(bound, finalists.fresh[arm], index);
      const bool is_baseline = finalists.arms[arm].is_baseline;
      if (is_baseline && keeping.seeds > 0 && excess(bound, keeping.mean) > 0) {
        reasons.push_back(fmt::format(
            "the baseline breaks {} (mean {}): it is compared with and could not be chosen",
            to_text(bound), number_text(keeping.mean)));
      }
      if (arm != chosen || keeping.kept == keeping.seeds) continue;
      reasons.push_back(fmt::format(
          "the chosen setting keeps to {} by its mean of {}, and under {} of {} fresh seeds; not "
          "concluded: that it always does",
          to_text(bound), number_text(keeping.mean), keeping.kept, keeping.seeds));
    }
  }
}

}  // namespace

Json bounds_json(const SelectionSpec& selection) {
  Json bounds = Json::array();
  for (const MetricBound& bound : selection.constraints) bounds.push_back(to_text(bound));
  return bounds;
}

void add_constraints(const SelectionSpec& selection, const Finalists& finalists,
                     std::optional<std::size_t> chosen, Json& record) {
  record["constraints"] = bounds_json(selection);
  record["filtered"] = filtered_json(selection, finalists.filtered);
  for (std::size_t arm = 0; arm < finalists.arms.size(); ++arm) {
    Json& keepings = record["arms"][arm]["constraints"] = Json::array();
    for (std::size_t index = 0; index < selection.constraints.size(); ++index) {
      const MetricBound& bound = selection.constraints[index];
      const Keeping keeping = keeping_of(bound, finalists.fresh[arm], index);
      keepings.push_back({{"constraint", to_text(bound)},
                          {"mean", keeping.seeds == 0 ? Json() : number_json(keeping.mean)},
                          {"kept", keeping.kept},
                          {"seeds", keeping.seeds}});
    }
  }
  if (!finalists.filtered.empty()) {
    record["reasons"].push_back(filtered_sentence(selection, finalists.filtered));
  }
  add_doubts(selection, finalists, chosen, record["reasons"]);
}

}  // namespace winnow::run
