// The verbs evaluate and perplexity for a folder with a language model.
#pragma once

#include <filesystem>

#include "trainer/arguments.hpp"

namespace winnow::train {

/// Whether the folder, a whole model or an adapter, holds a language model. Throws ConfigError.
bool holds_language_model(const std::filesystem::path& folder);

/// Whether the model also writes completions, where there are prompts.
enum class Writing { none, completions };

/// Loss and perplexity, and the scores of what the model writes, as JSON on standard output.
int evaluate_language_model(const Arguments& arguments, Writing writing);

}  // namespace winnow::train
