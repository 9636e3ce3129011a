// winnow stop STUDY: start no further trials; those that run may finish.
#include "orchestrator/commands/command.hpp"
#include "orchestrator/commands/control_command.hpp"

namespace winnow::run {
namespace {

const CommandRegistration registration(
    control_command({"stop", "start no further trials; those that run may finish",
                     "no further trials start; {} running ones may finish"}));

}  // namespace
}  // namespace winnow::run
