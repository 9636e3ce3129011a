#include "storage/resource_uses.hpp"

#include <algorithm>

#include "storage/sqlite.hpp"

namespace winnow::store {
namespace {

template <class Number>
void add(std::optional<Number>& sum, const std::optional<Number>& value) {
  if (value) sum = sum.value_or(0) + *value;
}

template <class Number>
void raise(std::optional<Number>& most, const std::optional<Number>& value) {
  if (value) most = std::max(most.value_or(0), *value);
}

}  // namespace

std::map<TrialNumber, ResourceUse> resource_uses(const Store& store) {
  Statement rows = store.connection().query(
      "SELECT trial, cpu_s, max_rss_bytes, gpu_memory_bytes, gpu_utilisation, gpu_energy_j"
      " FROM attempts ORDER BY trial, ordinal");
  std::map<TrialNumber, ResourceUse> uses;
  while (rows.step()) {
    ResourceUse& use = uses[TrialNumber{rows.column<std::int64_t>(0)}];
    add(use.cpu_s, rows.column<std::optional<double>>(1));
    raise(use.max_rss_bytes, rows.column<std::optional<std::int64_t>>(2));
    raise(use.gpu_memory_bytes, rows.column<std::optional<std::int64_t>>(3));
    const auto utilisation = rows.column<std::optional<double>>(4);
    if (utilisation) use.gpu_utilisation = utilisation;
    add(use.gpu_energy_j, rows.column<std::optional<double>>(5));
  }
  return uses;
}

}  // namespace winnow::store
