#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "trainer/arguments.hpp"
#include "trainer/errors.hpp"
#include "trainer/loop/device.hpp"
#include "trainer/loop/language_modelling.hpp"
#include "trainer/loop/machine.hpp"
#include "trainer/model/causal_folder.hpp"
#include "trainer/model/fitting_tokenizer.hpp"
#include "trainer/verbs/verb.hpp"

namespace winnow::train {

int run_perplexity(Words words) {
  const Arguments arguments(
      {{"DIR"},
       {"data", "text-column", "prompt-column", "completion-column", "max-length", "threads"},
       {}},
      words);
  set_threads(static_cast<int>(arguments.integer("threads", 1, 1, 1024)));
  const std::filesystem::path data = arguments.required("data");
  const LoadedCausalModel loaded = load_causal_model(arguments.positional(0), choose_device());
  const DecoderConfig& decoder = loaded.model->config();
  // As long a context as the model has, but no longer than memory for attention is usually there.
  constexpr long usual_length = 1024;
  const auto max_length = static_cast<std::size_t>(
      arguments.integer("max-length", std::min<long>(usual_length, loaded.model->max_tokens()), 2,
                        loaded.model->max_tokens()));
  const Tokenizer tokenizer = load_fitting_tokenizer(
      loaded.base, {decoder.vocabulary_size, decoder.max_positions}, max_length);
  const CausalColumns columns{arguments.option("text-column").value_or("text"),
                              arguments.option("prompt-column"),
                              arguments.option("completion-column")};
  if (columns.prompt.has_value() != columns.completion.has_value()) {
    throw ConfigError("--prompt-column", "goes with --completion-column");
  }
  std::optional<std::int32_t> end;
  if (!decoder.end_tokens.empty()) end = decoder.end_tokens.front();
  const CausalDataset dataset = read_causal_rows(data, columns, tokenizer, max_length, end);
  const EvaluationPass pass = evaluate(*loaded.model, dataset);
  const nlohmann::json summary = {{"version", 1},
                                  {"rows", pass.rows},
                                  {"tokens", pass.predicted_tokens},
                                  {"values", measure(pass, "test_")}};
  fmt::print("{}\n", summary.dump());
  return 0;
}

}  // namespace winnow::train
