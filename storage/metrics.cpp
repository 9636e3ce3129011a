#include "storage/metrics.hpp"

namespace winnow::store {

void write_objective_metrics(Connection& connection, const std::vector<Objective>& objectives) {
  std::int64_t id = 0;
  for (const Objective& objective : objectives) {
    connection.run("INSERT OR IGNORE INTO metrics(id, name) VALUES (?1, ?2)", --id,
                   objective.metric);
  }
}

std::optional<std::int64_t> find_metric(Connection& connection, std::string_view name) {
  return connection.first<std::int64_t>("SELECT id FROM metrics WHERE name = ?1", name);
}

std::int64_t metric_id(Connection& connection, std::string_view name) {
  if (const auto known = find_metric(connection, name)) return *known;
  connection.run(
      "INSERT INTO metrics(id, name) VALUES ((SELECT max(coalesce(max(id), -1), -1) + 1 FROM "
      "metrics), ?1)",
      name);
  return connection.last_insert_id();
}

}  // namespace winnow::store
