#include "storage/configurations.hpp"

#include "storage/rows.hpp"
#include "storage/text_hash.hpp"

namespace winnow::store {
namespace {

std::int64_t shape_id(Connection& connection, const std::string& names) {
  const auto known =
      connection.first<std::int64_t>("SELECT id FROM shapes WHERE names = ?1", names);
  if (known) return *known;
  connection.run("INSERT INTO shapes(names) VALUES (?1)", names);
  return connection.last_insert_id();
}

}  // namespace

std::int64_t configuration_id(Connection& connection, const Point& point) {
  const std::int64_t shape = shape_id(connection, point_names_json(point));
  const std::string values = point_values_json(point);
  const std::int64_t hash = short_hash(point_json(point));
  const auto known = connection.first<std::int64_t>(
      "SELECT id FROM configurations WHERE hash = ?1 AND shape = ?2 AND \"values\" = ?3", hash,
      shape, values);
  if (known) return *known;
  connection.run("INSERT INTO configurations(shape, \"values\", hash) VALUES (?1, ?2, ?3)", shape,
                 values, hash);
  return connection.last_insert_id();
}

}  // namespace winnow::store
