#include "orchestrator/commands/control_command.hpp"

#include <fmt/format.h>

#include <memory>

#include "orchestrator/commands/study_argument.hpp"
#include "orchestrator/control_socket.hpp"

namespace winnow::run {

CommandEntry control_command(const ControlWord& word) {
  return {word.word, word.summary, [word](CommandOptions& options) -> std::function<ExitStatus()> {
            auto study = std::make_shared<StudyArgument>();
            study->add_to(options);
            return [study, word] {
              const nlohmann::json answer = say_to_orchestrator(study->folder(), word.word);
              fmt::print(fmt::runtime(std::string(word.done) + "\n"),
                         answer.at("running").get<std::int64_t>());
              return ExitStatus::ok;
            };
          }};
}

}  // namespace winnow::run
