#include "storage/configurations.hpp"

#include "storage/rows.hpp"
#include "storage/text_hash.hpp"

namespace winnow::store {

std::int64_t configuration_id(Connection& connection, const Point& point) {
  const std::string text = point_json(point);
  const std::int64_t hash = text_hash(text);
  const auto known = connection.first<std::int64_t>(
      "SELECT id FROM configurations WHERE hash = ?1 AND point = ?2", hash, text);
  if (known) return *known;
  connection.run("INSERT INTO configurations(point, hash) VALUES (?1, ?2)", text, hash);
  return connection.last_insert_id();
}

}  // namespace winnow::store
