// What a command asks of a study: its orchestrator, or, when none is at work, the store itself.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "orchestrator/control_socket.hpp"
#include "orchestrator/study_commands.hpp"

namespace winnow::run {

/// Words of study_commands.hpp and their answers. Throws ConfigError when it is refused.
inline nlohmann::json ask_study(const StudyFolder& folder, const std::string& word,
                                const nlohmann::json& arguments) {
  if (std::optional<nlohmann::json> answer = say_if_running(folder, word, arguments)) {
    return *std::move(answer);
  }
  return obey_at_rest(folder, word, arguments);
}

}  // namespace winnow::run
