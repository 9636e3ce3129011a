// winnow schema: the JSON Schema of study files, for editors.
#include "orchestrator/config/schema.hpp"

#include <fmt/format.h>

#include "orchestrator/commands/command.hpp"

namespace winnow::run {
namespace {

ExitStatus print_schema() {
  fmt::print("{}\n", study_schema().dump(2));
  return ExitStatus::ok;
}

const CommandRegistration registration(CommandEntry{
    "schema", "print the JSON Schema (draft-07) of study files",
    [](CommandOptions&) -> std::function<ExitStatus()> { return [] { return print_schema(); }; }});

}  // namespace
}  // namespace winnow::run
