// winnow cancel STUDY: end the running trials now (TERM, then KILL); resume goes on with them.
#include "orchestrator/commands/command.hpp"
#include "orchestrator/commands/control_command.hpp"

namespace winnow::run {
namespace {

const CommandRegistration registration(control_command(
    {"cancel", "end the running trials now (TERM, then KILL); resume goes on with them",
     "{} running trials are told to end"}));

}  // namespace
}  // namespace winnow::run
