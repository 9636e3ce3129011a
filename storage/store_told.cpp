// What a searcher is told again when a study goes on: outcomes in their order, in one pass over the
// store that holds one of them at a time. A million of them are read in seconds.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>
#include <string>
#include <utility>

#include "storage/metrics.hpp"
#include "storage/rows.hpp"
#include "storage/sqlite.hpp"
#include "storage/store.hpp"

namespace winnow::store {
namespace {

// In the order of trials.told, which has an index; the other tables are looked up by their keys,
// which in that order are hardly ever far from the last one. A trial has a row for each of its
// attempts and each of its values: adding up the attempts in SQL takes more than twice as long.
constexpr std::string_view told_sql =
    "SELECT t.told, t.number, c.shape, c.\"values\", t.parent, t.max_steps, t.memo, t.state_code,"
    " t.reason, a.id, a.elapsed_s, r.metric, r.value"
    " FROM trials t CROSS JOIN configurations c ON c.id = t.configuration"
    " LEFT JOIN attempts a ON a.trial = t.number"
    " LEFT JOIN results r ON r.trial = t.number AND {}"
    " WHERE t.told >= ?1 AND t.told < ?2 ORDER BY t.told";
constexpr int attempt_column = 9;
constexpr int elapsed_column = 10;
constexpr int metric_column = 11;
constexpr int value_column = 12;

using Names = std::map<std::int64_t, std::vector<std::string>>;  // by shape

Names read_shapes(Connection& connection) {
  Names names;
  Statement rows = connection.query("SELECT id, names FROM shapes");
  while (rows.step()) {
    names[rows.column<std::int64_t>(0)] = names_from_json(rows.column<std::string>(1));
  }
  return names;
}

Ending ending_of(int state_code) {
  for (const Ending ending :
       {Ending::completed, Ending::stopped, Ending::failed, Ending::cancelled}) {
    if (state_code == code_of(state_of(ending))) return ending;
  }
  throw StoreError(StoreFault::damaged, "understand", "a row of the store",
                   {.text = "an outcome was told of a trial that has not ended"});
}

ToldTrial told_from(const Statement& row, const Names& shapes) {
  ToldTrial told;
  Suggestion& suggestion = told.outcome.suggestion;
  suggestion.number.value = row.column<std::int64_t>(1);
  const auto names = shapes.find(row.column<std::int64_t>(2));
  expect(names != shapes.end(), "a configuration has a shape");
  suggestion.point = point_from_json(names->second, row.column<std::string>(3));
  if (const auto parent = row.column<std::optional<std::int64_t>>(4)) {
    suggestion.parent = TrialNumber{*parent};
  }
  suggestion.budget.max_steps = row.column<std::optional<std::int64_t>>(5);
  if (const auto memo = row.column<std::optional<std::string>>(6)) {
    suggestion.memo = numbers_from_json(*memo);
  }
  told.outcome.ending = ending_of(row.column<int>(7));
  told.is_infeasible = row.column<std::string>(8).starts_with("infeasible");
  return told;
}

/// The values of one trial: of objectives, in their order, as losses, none where one is missing or
/// not finite; of bounded metrics. Objective k is metric -1 - k.
class Values final {
 public:
  Values(const std::vector<Objective>& objectives, const std::vector<MetricBound>& bounds,
         Connection& connection)
      : objectives_(objectives), bounds_(bounds), values_(objectives.size()) {
    for (const MetricBound& bound : bounds)
      if (const auto metric = find_metric(connection, bound.metric))
        bounded_names_[*metric] = bound.metric;
  }

  /// Of results, "r": those that are needed.
  std::string condition() const {
    std::string text = "r.metric < 0";
    std::vector<std::int64_t> further;
    for (const auto& [metric, name] : bounded_names_) further.push_back(metric);
    if (further.empty()) return text;
    return fmt::format("({} OR r.metric IN ({}))", text, fmt::join(further, ", "));
  }

  void clear() {
    values_.assign(values_.size(), std::nullopt);
    bounded_.clear();
  }
  void add(std::int64_t metric, std::optional<double> value) {
    const auto index = static_cast<std::size_t>(-1 - metric);
    if (index < values_.size()) values_[index] = value;
    const auto name = bounded_names_.find(metric);
    if (name != bounded_names_.end() && value) bounded_[name->second] = *value;
  }
  std::vector<double> losses(Ending ending) const {
    if (ending != Ending::completed && ending != Ending::stopped) return {};
    std::vector<double> losses;
    for (std::size_t k = 0; k < values_.size(); ++k) {
      if (!values_[k]) return {};
      losses.push_back(to_loss(objectives_[k], *values_[k]));
    }
    return losses;
  }
  /// As those of an outcome (problem/trial.hpp).
  std::vector<double> excesses(const ToldTrial& told) const {
    if (told.outcome.ending != Ending::completed && !told.is_infeasible) return {};
    return winnow::excesses(bounds_, bounded_);
  }

 private:
  const std::vector<Objective>& objectives_;
  const std::vector<MetricBound>& bounds_;
  std::map<std::int64_t, std::string> bounded_names_;
  std::vector<std::optional<double>> values_;
  std::map<std::string, double> bounded_;
};

}  // namespace

void Store::for_each_told(std::int64_t first, std::int64_t end,
                          const std::vector<MetricBound>& bounds,
                          const std::function<void(ToldTrial&)>& visit) const {
  const std::vector<Objective> objectives = study().objectives;
  const Names shapes = read_shapes(*connection_);
  Values values(objectives, bounds, *connection_);
  std::optional<ToldTrial> told;
  std::int64_t place = first - 1;
  std::int64_t attempt = 0;  // ids begin at 1; 0 is what a trial without attempts has
  const auto hand_over = [&] {
    if (!told) return;
    told->outcome.losses = values.losses(told->outcome.ending);
    told->outcome.excesses = values.excesses(*told);
    visit(*told);
  };
  Statement rows = connection_->query(fmt::format(told_sql, values.condition()), first, end);
  while (rows.step()) {
    if (const auto at = rows.column<std::int64_t>(0); at != place) {
      hand_over();
      values.clear();
      told = told_from(rows, shapes);
      place = at;
      attempt = 0;
    }
    const auto row_attempt = rows.column<std::int64_t>(attempt_column);
    if (row_attempt != attempt) told->outcome.elapsed_s += rows.column<double>(elapsed_column);
    attempt = row_attempt;
    const auto metric = rows.column<std::optional<std::int64_t>>(metric_column);
    if (metric) values.add(*metric, rows.column<std::optional<double>>(value_column));
  }
  hand_over();
}

std::vector<Outcome> Store::outcomes(std::int64_t first, std::int64_t limit,
                                     const std::vector<MetricBound>& bounds) const {
  std::vector<Outcome> outcomes;
  for_each_told(first, limit < 0 ? tells() : first + limit, bounds,
                [&](ToldTrial& told) { outcomes.push_back(std::move(told.outcome)); });
  return outcomes;
}

}  // namespace winnow::store
