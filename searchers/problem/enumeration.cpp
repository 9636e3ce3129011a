#include "searchers/problem/enumeration.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "searchers/problem/error.hpp"

namespace winnow {
namespace {

constexpr std::uint64_t too_many = std::uint64_t{1} << 63;

std::optional<std::uint64_t> product(std::uint64_t a, std::uint64_t b) {
  if (b != 0 && a > (too_many - 1) / b) return std::nullopt;
  return a * b;
}

std::optional<std::uint64_t> sum(std::uint64_t a, std::uint64_t b) {
  if (a + b >= too_many) return std::nullopt;  // both are below 2^63: no wrap-around
  return a + b;
}

}  // namespace

std::size_t Enumeration::KeyHash::operator()(const std::vector<ClassId>& key) const {
  std::uint64_t hash = 14695981039346656037ull;  // FNV-1a, offset and prime for 64 bits
  for (ClassId id : key) hash = (hash ^ id) * 1099511628211ull;
  return hash;
}

Enumeration::Enumeration(const SearchSpace& space) : space_(space) {
  for (const Parameter& parameter : space_.parameters())
    if (!cardinality(parameter.domain)) return;
  order_levels();
  std::vector<std::size_t> level_of(space_.size());
  for (std::size_t level = 0; level < levels_.size(); ++level)
    level_of[levels_[level].parameter] = level;
  for (std::size_t level = 0; level < levels_.size(); ++level) classify_values(level, level_of);
  find_live_levels();
  counts_.resize(levels_.size());
  State state(levels_.size());
  size_ = count_from(0, state);
}

// Depth first: children right after their last parent, so that few parents are remembered at a
// time.
void Enumeration::order_levels() {
  const std::vector<Parameter>& parameters = space_.parameters();
  std::vector<std::vector<std::size_t>> children(parameters.size());
  std::vector<std::size_t> waiting_for(parameters.size());
  std::map<std::string_view, std::size_t> index;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    for (const Condition& condition : parameters[i].conditions)
      children[index.at(condition.parameter)].push_back(i);
    waiting_for[i] = parameters[i].conditions.size();
    index[parameters[i].name] = i;
  }
  for (std::size_t root = 0; root < parameters.size(); ++root) {
    if (!parameters[root].conditions.empty()) continue;
    std::vector<std::size_t> stack = {root};
    while (!stack.empty()) {
      const std::size_t next = stack.back();
      stack.pop_back();
      levels_.push_back({next, {}, {}, {}});
      for (auto child = children[next].rbegin(); child != children[next].rend(); ++child)
        if (--waiting_for[*child] == 0) stack.push_back(*child);
    }
  }
}

void Enumeration::classify_values(std::size_t level, const std::vector<std::size_t>& level_of) {
  const std::vector<Parameter>& parameters = space_.parameters();
  const Parameter& parent = parameters[levels_[level].parameter];

  // Which conditions, counted over all parameters, each named value meets; others meet none.
  std::map<std::uint64_t, std::vector<std::size_t>> met;
  std::vector<std::pair<std::size_t, std::size_t>> asked;  // (child's level, place of requirement)
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    for (const Condition& condition : parameters[i].conditions) {
      if (condition.parameter != parent.name) continue;
      for (const Value& value : condition.any_of)
        met[*index_of(parent.domain, value)].push_back(asked.size());
      Level& child = levels_[level_of[i]];
      asked.emplace_back(level_of[i], child.requirements.size());
      child.requirements.push_back({level, {}});
    }
  }

  std::map<std::vector<std::size_t>, ClassId> classes = {{{}, 1}};
  std::vector<Run>& runs = levels_[level].runs;
  std::uint64_t next = 0;
  for (auto& [value, conditions] : met) {
    std::sort(conditions.begin(), conditions.end());
    conditions.erase(std::unique(conditions.begin(), conditions.end()), conditions.end());
    if (value > next) runs.push_back({next, value - next, 1});
    const ClassId fresh = static_cast<ClassId>(classes.size() + 1);
    runs.push_back({value, 1, classes.try_emplace(conditions, fresh).first->second});
    next = value + 1;
  }
  const std::uint64_t values = *cardinality(parent.domain);
  if (values > next) runs.push_back({next, values - next, 1});

  for (std::size_t condition = 0; condition < asked.size(); ++condition) {
    const auto [child_level, place] = asked[condition];
    std::vector<bool>& met_by_class = levels_[child_level].requirements[place].met_by_class;
    met_by_class.assign(classes.size() + 1, false);
    for (const auto& [conditions, id] : classes)
      met_by_class[id] = std::binary_search(conditions.begin(), conditions.end(), condition);
  }
}

void Enumeration::find_live_levels() {
  std::vector<std::size_t> last_use(levels_.size(), 0);
  for (std::size_t level = 0; level < levels_.size(); ++level)
    for (const Requirement& requirement : levels_[level].requirements)
      last_use[requirement.level] = level;
  std::vector<std::size_t> live;
  for (std::size_t level = 0; level < levels_.size(); ++level) {
    std::erase_if(live, [&](std::size_t parent) { return last_use[parent] < level; });
    levels_[level].live = live;
    if (last_use[level] > level) live.push_back(level);
  }
}

bool Enumeration::is_active(const Level& level, const State& state) const {
  return std::all_of(level.requirements.begin(), level.requirements.end(),
                     [&](const Requirement& requirement) {
                       return requirement.met_by_class[state[requirement.level]];
                     });
}

std::vector<Enumeration::ClassId> Enumeration::key_of(const Level& level,
                                                      const State& state) const {
  std::vector<ClassId> key;
  key.reserve(level.live.size());
  for (std::size_t parent : level.live) key.push_back(state[parent]);
  return key;
}

std::optional<std::uint64_t> Enumeration::count_from(std::size_t level, State& state) {
  if (level == levels_.size()) return 1;
  std::vector<ClassId> key = key_of(levels_[level], state);
  if (const auto known = counts_[level].find(key); known != counts_[level].end())
    return known->second;
  if (++states_ > most_states) return std::nullopt;

  std::optional<std::uint64_t> total = 0;
  if (!is_active(levels_[level], state)) {
    state[level] = 0;
    total = count_from(level + 1, state);
  } else {
    for (const Run& run : levels_[level].runs) {
      state[level] = run.value_class;
      const std::optional<std::uint64_t> rest = count_from(level + 1, state);
      const std::optional<std::uint64_t> here = rest ? product(run.count, *rest) : std::nullopt;
      total = here ? sum(*total, *here) : std::nullopt;
      if (!total) break;
    }
  }
  if (total) counts_[level].emplace(std::move(key), *total);
  return total;
}

std::uint64_t Enumeration::known_count(std::size_t level, const State& state) const {
  if (level == levels_.size()) return 1;
  return counts_[level].at(key_of(levels_[level], state));
}

Point Enumeration::at(std::uint64_t k) const {
  expect(size_ && k < *size_, "a point beyond the end of an enumeration");
  std::vector<std::optional<Value>> values(space_.size());
  State state(levels_.size());
  for (std::size_t i = 0; i < levels_.size(); ++i) {
    const Level& level = levels_[i];
    if (!is_active(level, state)) continue;
    for (const Run& run : level.runs) {
      state[i] = run.value_class;
      const std::uint64_t rest = known_count(i + 1, state);
      if (k >= run.count * rest) {
        k -= run.count * rest;
        continue;
      }
      const Domain& domain = space_.parameters()[level.parameter].domain;
      values[level.parameter] = value_at(domain, run.first + k / rest);
      k %= rest;
      break;
    }
  }
  Point point;
  for (std::size_t i = 0; i < values.size(); ++i)
    if (values[i]) point.set(space_.parameters()[i].name, *values[i]);
  return point;
}

}  // namespace winnow
