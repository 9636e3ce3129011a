// winnow unpause STUDY: go on after a pause.
#include "orchestrator/commands/command.hpp"
#include "orchestrator/commands/control_command.hpp"

namespace winnow::run {
namespace {

const CommandRegistration registration(control_command({"unpause", "go on after a pause",
                                                        "going on; {} trials run"}));

}  // namespace
}  // namespace winnow::run
