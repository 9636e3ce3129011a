// Defaults named "transformers" are those of TrainingArguments of Hugging Face transformers 5;
// users who come from there find the same optimisation under the same numbers.
#include "trainer/protocol/settings_table.hpp"

namespace winnow::protocol {
namespace {

using nlohmann::json;

// Where a range ends that has no natural end: far beyond any use, small enough for exact
// arithmetic.
constexpr double many = 1e9;
// Largest integer that JSON readers agree upon (RFC 8259, section 6): 2^53 - 1.
constexpr double max_exact_integer = 9007199254740991.0;

Setting file(std::string name, bool required, std::string meaning) {
  Setting setting;
  setting.name = std::move(name);
  setting.kind = SettingKind::path;
  setting.required = required;
  setting.meaning = std::move(meaning);
  setting.source = required ? "no default: must be given" : "absent unless given";
  return setting;
}

Setting text(std::string name, json value, std::string meaning, std::string source) {
  Setting setting;
  setting.name = std::move(name);
  setting.kind = SettingKind::text;
  setting.default_value = std::move(value);
  setting.meaning = std::move(meaning);
  setting.source = std::move(source);
  return setting;
}

Setting number(SettingKind kind, std::string name, json value, Bound low, Bound high,
               std::string meaning, std::string source) {
  Setting setting = text(std::move(name), std::move(value), std::move(meaning), std::move(source));
  setting.kind = kind;
  setting.low = low;
  setting.high = high;
  return setting;
}

Setting integer(std::string name, json value, double low, double high, std::string meaning,
                std::string source) {
  return number(SettingKind::integer, std::move(name), std::move(value), {low}, {high},
                std::move(meaning), std::move(source));
}

Setting real(std::string name, json value, Bound low, Bound high, std::string meaning,
             std::string source) {
  return number(SettingKind::real, std::move(name), std::move(value), low, high, std::move(meaning),
                std::move(source));
}

Setting flag(std::string name, bool value, std::string meaning, std::string source) {
  Setting setting = text(std::move(name), value, std::move(meaning), std::move(source));
  setting.kind = SettingKind::flag;
  return setting;
}

Setting choice(std::string name, json value, std::vector<std::string> choices, std::string meaning,
               std::string source) {
  Setting setting = text(std::move(name), std::move(value), std::move(meaning), std::move(source));
  setting.kind = SettingKind::choice;
  setting.choices = std::move(choices);
  return setting;
}

void append(std::vector<Setting>& table, std::vector<Setting> rows) {
  for (Setting& row : rows) table.push_back(std::move(row));
}

std::vector<Setting> task_and_data() {
  Setting task = choice("task", json(), {"text_classification"}, "What is learned.",
                        "no default: must be given");
  task.required = true;
  return {
      task,
      file("model", true,
           "Folder of the pretrained model: config.json, tokenizer.json and one safetensors file."),
      file("train_data", true, "Labelled rows to learn from: .jsonl or .csv."),
      file("validation_data", true, "Labelled rows that eval_* metrics are measured on."),
      file("test_data", false, "Labelled rows that no search sees; for evaluate_test only."),
      text("text_column", "text", "Name of the column or key with the text.",
           "the usual name in published data sets"),
      text("label_column", "label", "Name of the column or key with the label.",
           "the usual name in published data sets"),
      integer("max_length", 128, 3, 512,
              "Longest row in tokens, [CLS] and [SEP] included; what is longer is cut off.",
              "the length written into the tokenizer of all-MiniLM-L6-v2; 512 positions is BERT's "
              "limit, 3 the shortest row with any text"),
      choice("pooling", "mean", {"mean", "cls"},
             "What the head sees of a row: the mean over its tokens, or the first token.",
             "sentence encoders such as MiniLM are trained with the mean (Reimers and Gurevych "
             "2019)"),
      choice("class_weights", "none", {"none", "balanced"},
             "Weight of a class in the loss: all equal, or rows / (classes × rows of the class).",
             "unweighted loss is the plain objective"),
  };
}

std::vector<Setting> optimisation() {
  return {
      real("learning_rate", 5e-5, {0.0, true}, {1.0}, "Peak step size.", "transformers"),
      integer("batch_size", 16, 1, 4096, "Rows of an optimiser step.",
              "smaller of the two sizes recommended by Devlin et al. 2018, appendix A.3"),
      real("epochs", 3.0, {0.0, true}, {many}, "Passes over the training rows; may be fractional.",
           "transformers"),
      integer("max_steps", json(), 1, many, "Ends training after this many optimiser steps.",
              "absent: epochs decide"),
      choice("optimizer", "adamw", {"sgd", "adam", "adamw"},
             "SGD with momentum, Adam (L2 term in the gradient) or AdamW (decoupled decay).",
             "transformers"),
      real("momentum", 0.9, {0.0}, {1.0, true}, "Share of the last step kept; sgd only.",
           "customary since Sutskever et al. 2013"),
      real("beta1", 0.9, {0.0}, {1.0, true}, "Decay of the gradient's average; adam and adamw.",
           "Kingma and Ba 2015, algorithm 1"),
      real("beta2", 0.999, {0.0}, {1.0, true},
           "Decay of the squared gradient's average; adam and adamw.",
           "Kingma and Ba 2015, algorithm 1"),
      real("epsilon", 1e-8, {0.0, true}, {1.0},
           "Added to the root of the squared gradient's average; adam and adamw.",
           "Kingma and Ba 2015, algorithm 1"),
      real("weight_decay", 0.0, {0.0}, {1.0}, "Strength of the decay of weights.", "transformers"),
      choice("schedule", "linear", {"constant", "linear", "cosine"},
             "Course of the step size after warm-up: constant, or down to zero at the last step.",
             "transformers"),
      real("warmup_fraction", 0.0, {0.0}, {1.0},
           "Share of all steps in which the step size rises linearly from zero.", "transformers"),
      real("gradient_clip", 1.0, {0.0}, {many},
           "Largest norm of the whole gradient; 0 turns clipping off.", "transformers"),
      real("dropout", 0.1, {0.0}, {1.0, true},
           "Share of activations dropped in trained layers and in the head; frozen layers have "
           "none.",
           "Devlin et al. 2018, appendix A.2"),
      integer("trainable_layers", json(), 0, 48,
              "Number of top layers that are trained; 0 trains the head only.",
              "absent: the whole model is trained; 48 layers are more than any BERT has"),
  };
}

std::vector<Setting> evaluation_and_run() {
  return {
      integer("seed", json(), 0, max_exact_integer, "Seed of initial weights and dropout.",
              "absent: the environment variable WINNOW_SEED"),
      integer("data_seed", json(), 0, max_exact_integer, "Seed of the order of training rows.",
              "absent: the environment variable WINNOW_DATA_SEED, else the seed"),
      integer("eval_every_steps", 0, 0, many,
              "Optimiser steps between evaluations; 0 evaluates at the end of each epoch.",
              "an epoch is the natural unit of small data sets"),
      integer("early_stopping_patience", 0, 0, many,
              "Evaluations without improvement after which training ends; 0 never ends it early.",
              "off: how long a trial runs is the study's decision"),
      text("early_stopping_metric", "eval_loss",
           "The metric that must improve, also the one by which the best checkpoint is chosen.",
           "the loss exists in every task"),
      real("early_stopping_min_delta", 0.0, {0.0}, {many},
           "An improvement smaller than this does not count.", "every improvement counts"),
      integer("checkpoint_every_steps", 0, 0, many,
              "Optimiser steps between checkpoints; 0 writes one at each evaluation.",
              "only at an evaluation is it known what a checkpoint is worth"),
      integer("keep_checkpoints", 2, 1, 1000,
              "Latest checkpoints that are kept; the best one is kept besides.",
              "two: one whole checkpoint survives when the newest is damaged"),
      flag("restore_best", true, "Ends with the best checkpoint's weights instead of the last.",
           "what a study compares is the best evaluation"),
      flag("evaluate_test", false, "Measures test_* metrics on test_data at the end.",
           "off: test rows are for the chosen model only"),
      integer("threads", 1, 1, 1024, "Threads of the numerical library.",
              "one a trial: a study runs several trials side by side"),
      file("cache_dir", false,
           "Folder of files shared between trials, such as activations of frozen layers."),
  };
}

}  // namespace

std::vector<Setting> settings_table() {
  std::vector<Setting> table;
  append(table, task_and_data());
  append(table, optimisation());
  append(table, evaluation_and_run());
  return table;
}

}  // namespace winnow::protocol
