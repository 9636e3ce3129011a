#include <fmt/format.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "trainer/arguments.hpp"
#include "trainer/loop/input_check.hpp"
#include "trainer/protocol/exit_code.hpp"
#include "trainer/verbs/verb.hpp"
#include "trainer/weights/json_file.hpp"

namespace winnow::train {
namespace {

using nlohmann::json;

void print_json(const std::vector<InputFault>& faults) {
  json list = json::array();
  for (const auto& [setting, fault] : faults) {
    list.push_back({{"setting", setting}, {"place", fault.place}, {"message", fault.message}});
  }
  const json answer = {{"version", 1}, {"faults", std::move(list)}};
  // A file's name may hold any bytes.
  fmt::print("{}\n", answer.dump(2, ' ', false, json::error_handler_t::replace));
}

}  // namespace

int run_check(Words words) {
  const Arguments arguments({{"CONFIG.json"}, {}, {"json"}}, words);
  const json given = read_json_file(arguments.positional(0));
  InputCheck check;
  if (given.is_array()) {
    for (const json& settings : given) check.look_at(settings);
  } else {
    check.look_at(given);
  }
  if (arguments.flag("json")) {
    print_json(check.faults());
  } else {
    for (const auto& [setting, fault] : check.faults()) {
      const std::string where = setting == fault.place ? setting : setting + ": " + fault.place;
      fmt::print(stderr, "error: {}: {}\n", where, fault.message);
    }
  }
  return check.faults().empty() ? 0 : static_cast<int>(protocol::ExitCode::config_wrong);
}

}  // namespace winnow::train
