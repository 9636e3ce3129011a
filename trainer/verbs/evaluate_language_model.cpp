#include "trainer/verbs/evaluate_language_model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "trainer/errors.hpp"
#include "trainer/loop/causal_evaluation.hpp"
#include "trainer/loop/device.hpp"
#include "trainer/model/adapter_config.hpp"
#include "trainer/model/causal_folder.hpp"
#include "trainer/model/fitting_tokenizer.hpp"
#include "trainer/verbs/predictions.hpp"
#include "trainer/verbs/prompt_arguments.hpp"

namespace winnow::train {
namespace {

/// As long a context as the model has, but no longer than memory for attention is usually there.
std::size_t max_length_of(const Arguments& arguments, const CausalModel& model) {
  constexpr long usual_length = 1024;
  return static_cast<std::size_t>(arguments.integer(
      "max-length", std::min<long>(usual_length, model.max_tokens()), 2, model.max_tokens()));
}

CausalColumns columns_of(const Arguments& arguments, const PromptSettings& prompts) {
  CausalColumns columns{arguments.option("text-column").value_or("text"),
                        arguments.option("prompt-column"), arguments.option("completion-column")};
  columns.messages = arguments.option("messages-column");
  columns.slots = prompts.form.columns();
  if (const auto form = arguments.option("chat-template")) {
    columns.chat = parse_chat_template(*form, "--chat-template");
  }
  columns.truncation = truncation_side_of(arguments, columns.truncation);
  if (columns.messages && columns.prompt) {
    throw ConfigError("--messages-column", "does not go with --prompt-column");
  }
  if (!columns.prompt && arguments.option("prompt-template")) {
    throw ConfigError("--prompt-template", "needs --prompt-column and --completion-column");
  }
  if (columns.prompt.has_value() == columns.completion.has_value()) return columns;
  throw ConfigError("--prompt-column", "goes with --completion-column");
}

std::vector<LabelledText> prompted(std::vector<LabelledText> rows, const Arguments& arguments,
                                   const PromptSettings& prompts, const CausalColumns& columns) {
  std::vector<LabelledText> examples;
  if (prompts.examples > 0) examples = read_causal_texts(arguments.required("examples"), columns);
  return PromptWriter(prompts, examples).written(std::move(rows));
}

}  // namespace

bool holds_language_model(const std::filesystem::path& folder) {
  if (is_adapter_folder(folder)) return read_adapter_config(folder).task_type == "CAUSAL_LM";
  return is_decoder_config(read_config_json(folder));
}

int evaluate_language_model(const Arguments& arguments, Writing writing) {
  const std::filesystem::path data = arguments.required("data");
  const std::optional<std::filesystem::path> predictions = arguments.option("predictions");
  if (predictions) require_folder_of(*predictions);
  const PromptSettings prompts = prompts_of(arguments);
  const CausalColumns columns = columns_of(arguments, prompts);
  const LoadedCausalModel loaded = load_causal_model(arguments.positional(0), choose_device());
  const DecoderConfig& decoder = loaded.model->config();
  const std::size_t max_length = max_length_of(arguments, *loaded.model);
  const Tokenizer tokenizer = load_fitting_tokenizer(
      loaded.base, {decoder.vocabulary_size, decoder.max_positions}, max_length);
  std::vector<LabelledText> rows = read_causal_texts(data, columns);
  if (columns.prompt) rows = prompted(std::move(rows), arguments, prompts, columns);
  const CausalDataset dataset =
      causal_dataset(rows, columns, tokenizer, max_length, decoder.end_token(), data.string());
  EvaluationPass pass = evaluate(*loaded.model, dataset);
  if ((columns.prompt || columns.messages) && writing == Writing::completions) {
    GenerationOptions options;
    options.new_tokens = arguments.integer("new-tokens", options.new_tokens, 1, 1L << 20);
    generate_into(pass, *loaded.model, dataset, tokenizer, pass.rows, options);
  }
  if (predictions) write_texts(*predictions, pass);
  const nlohmann::json summary = {{"version", 1},
                                  {"rows", pass.rows},
                                  {"tokens", pass.predicted_tokens},
                                  {"values", measure(pass, "test_")}};
  fmt::print("{}\n", summary.dump());
  return 0;
}

}  // namespace winnow::train
