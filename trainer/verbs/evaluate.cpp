#include "trainer/loop/evaluate.hpp"

#include <fmt/format.h>

#include "trainer/arguments.hpp"
#include "trainer/data/rows.hpp"
#include "trainer/errors.hpp"
#include "trainer/loop/device.hpp"
#include "trainer/loop/machine.hpp"
#include "trainer/model/exported_folder.hpp"
#include "trainer/model/fitting_tokenizer.hpp"
#include "trainer/verbs/evaluate_language_model.hpp"
#include "trainer/verbs/predictions.hpp"
#include "trainer/verbs/prompt_arguments.hpp"
#include "trainer/verbs/verb.hpp"

namespace winnow::train {

int run_evaluate(Words words) {
  const Arguments arguments(
      {{"DIR"},
       {"data", "text-column", "label-column", "prompt-column", "completion-column",
        "messages-column", "chat-template", "prompt-template", "instruction", "examples",
        "few-shot-rows", "few-shot-choice", "data-seed", "truncation-side", "max-length",
        "new-tokens", "predictions", "threads"},
       {}},
      words);
  set_threads(static_cast<int>(arguments.integer("threads", 1, 1, 1024)));
  const std::filesystem::path folder = arguments.positional(0);
  if (holds_language_model(folder)) {
    return evaluate_language_model(arguments, Writing::completions);
  }
  const std::filesystem::path data_path = arguments.required("data");
  const std::optional<std::filesystem::path> predictions = arguments.option("predictions");
  if (predictions) require_folder_of(*predictions);
  const LoadedClassifier loaded = load_classifier(folder, choose_device());
  const BertConfig& config = loaded.model->config();
  const auto max_length = static_cast<std::size_t>(arguments.integer(
      "max-length", loaded.max_length, 1,
      config.max_positions - places_in_front(loaded.model->options().adaptation)));
  const Tokenizer tokenizer = load_fitting_tokenizer(
      loaded.base, {config.vocabulary_size, config.max_positions}, max_length);
  const PromptSettings prompts = prompts_of(arguments);
  if (prompts.examples > 0) throw ConfigError("--few-shot-rows", "is for language models");
  const std::vector<LabelledText> rows =
      PromptWriter(prompts, {})
          .written(read_rows(data_path, arguments.option("text-column").value_or("text"),
                             arguments.option("label-column").value_or("label"),
                             loaded.multi_label ? LabelKind::set : LabelKind::one,
                             prompts.form.columns()));
  const RowLength longest{max_length, truncation_side_of(arguments, TruncationSide::right)};
  const LabelVocabulary labels(loaded.labels);
  const TokenDataset dataset =
      loaded.multi_label
          ? TokenDataset::tokenised(rows, tokenizer, longest)
          : TokenDataset::tokenised(rows, tokenizer, labels, longest, data_path.string());
  const auto part = FrozenPart::prepare(*loaded.model, dataset, {}, [] { return false; });
  const EvaluationPass pass =
      loaded.multi_label
          ? evaluate(*loaded.model, *part, LabelSets(rows, labels, data_path.string()))
          : evaluate(*loaded.model, *part);
  if (predictions) write_predictions(*predictions, pass, loaded.labels);
  const nlohmann::json summary = {
      {"version", 1}, {"rows", dataset.size()}, {"values", measure(pass, "test_")}};
  fmt::print("{}\n", summary.dump());
  return 0;
}

}  // namespace winnow::train
