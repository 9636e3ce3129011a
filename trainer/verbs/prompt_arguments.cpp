#include "trainer/verbs/prompt_arguments.hpp"

#include "trainer/errors.hpp"
#include "trainer/protocol/setting_makers.hpp"

namespace winnow::train {

PromptSettings prompts_of(const Arguments& arguments) {
  PromptSettings prompts;
  if (const auto form = arguments.option("prompt-template")) {
    prompts.form = PromptTemplate::parse(*form, "--prompt-template");
  }
  const auto instruction = arguments.option("instruction");
  if (instruction.has_value() != prompts.form.has_instruction()) {
    throw ConfigError("--instruction", instruction
                                           ? "has no slot {instruction} in --prompt-template"
                                           : "is missing; --prompt-template has a slot for it");
  }
  prompts.instruction = instruction.value_or("");
  prompts.examples = static_cast<std::size_t>(arguments.integer("few-shot-rows", 0, 0, 100));
  if (const auto choice = arguments.option("few-shot-choice")) {
    prompts.choice = parse_few_shot_choice(*choice, "--few-shot-choice");
  }
  prompts.seed = static_cast<std::uint64_t>(
      arguments.integer("data-seed", 0, 0, static_cast<long>(protocol::max_exact_integer)));
  if ((prompts.examples > 0) != arguments.option("examples").has_value()) {
    throw ConfigError("--examples", "and --few-shot-rows go together: solved rows, and how many");
  }
  return prompts;
}

TruncationSide truncation_side_of(const Arguments& arguments, TruncationSide otherwise) {
  const auto side = arguments.option("truncation-side");
  return side ? parse_truncation_side(*side, "--truncation-side") : otherwise;
}

}  // namespace winnow::train
