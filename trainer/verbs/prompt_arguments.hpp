// The options of verbs that say what a prompt looks like, as the settings of a run do.
#pragma once

#include "trainer/arguments.hpp"
#include "trainer/data/prompts.hpp"
#include "trainer/text/truncation.hpp"

namespace winnow::train {

/// --prompt-template, --instruction, --few-shot-rows, --few-shot-choice and --data-seed; --examples
/// is there where they are. Throws ConfigError.
PromptSettings prompts_of(const Arguments& arguments);

/// --truncation-side. Throws ConfigError.
TruncationSide truncation_side_of(const Arguments& arguments, TruncationSide otherwise);

}  // namespace winnow::train
