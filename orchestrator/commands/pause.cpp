// winnow pause STUDY: start no further trials until unpaused.
#include "orchestrator/commands/command.hpp"
#include "orchestrator/commands/control_command.hpp"

namespace winnow::run {
namespace {

const CommandRegistration registration(control_command(
    {"pause", "start no further trials until unpaused", "paused; {} trials still run"}));

}  // namespace
}  // namespace winnow::run
