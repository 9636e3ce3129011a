#include "trainer/protocol/control.hpp"

#include "trainer/protocol/report.hpp"
#include "trainer/protocol/strict_json.hpp"

namespace winnow::protocol {

std::optional<Stop> parse_control(std::string_view line) {
  if (line.size() > max_line_bytes) return std::nullopt;
  try {
    const nlohmann::json message = parse_strict_json(line);
    if (!message.is_object() || message.value("type", nlohmann::json()) != "stop") {
      return std::nullopt;
    }
    const nlohmann::json reason = message.value("reason", nlohmann::json(""));
    return Stop{reason.is_string() ? reason.get<std::string>() : reason.dump()};
  } catch (const JsonFault&) {
    return std::nullopt;  // as documented: a line that is no message asks for nothing
  }
}

std::string to_line(const Stop& stop) {
  const nlohmann::json message = {{"type", "stop"}, {"reason", stop.reason}};
  return message.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace winnow::protocol
