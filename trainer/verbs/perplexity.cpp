#include "trainer/arguments.hpp"
#include "trainer/loop/machine.hpp"
#include "trainer/verbs/evaluate_language_model.hpp"
#include "trainer/verbs/verb.hpp"

namespace winnow::train {

int run_perplexity(Words words) {
  const Arguments arguments(
      {{"DIR"},
       {"data", "text-column", "prompt-column", "completion-column", "messages-column",
        "chat-template", "prompt-template", "instruction", "examples", "few-shot-rows",
        "few-shot-choice", "data-seed", "truncation-side", "max-length", "threads"},
       {}},
      words);
  set_threads(static_cast<int>(arguments.integer("threads", 1, 1, 1024)));
  return evaluate_language_model(arguments, Writing::none);
}

}  // namespace winnow::train
