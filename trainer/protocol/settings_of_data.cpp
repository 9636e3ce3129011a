// The settings of task, model and rows.
#include "trainer/protocol/setting_makers.hpp"
#include "trainer/protocol/settings_table.hpp"

namespace winnow::protocol {
namespace {

using nlohmann::json;

std::vector<Setting> task_and_data() {
  Setting task = choice("task", json(), {"text_classification", "causal_lm"},
                        "What is learned: the label of a text, or the next token.",
                        "no default: must be given");
  task.required = true;
  return {
      task,
      file(
          "model", true,
          "Folder of the pretrained model: config.json, tokenizer.json and its safetensors files."),
      choice("initial_weights", "pretrained", {"pretrained", "random"},
             "Whether weights are read from the model's folder, or drawn from the seed; then the "
             "folder needs config.json and tokenizer.json only.",
             "fine-tuning begins with a pretrained model"),
      integer("transferred_layers", json(), 0, 1000,
              "The lowest layers that begin with the pretrained weights; those above begin with "
              "weights drawn from the seed, what is not in a layer is taken over.",
              "absent: all; Yosinski et al. 2014, \"How transferable are features in deep neural "
              "networks?\""),
      file("train_data", true,
           "Rows to learn from: .jsonl or .csv; causal_lm also takes .txt, a row a line."),
      file("validation_data", false,
           "Rows that eval_* metrics are measured on; validation_share or folds may take them from "
           "train_data instead."),
      file("test_data", false, "Rows that no search sees; for evaluate_test only."),
      integer("folds", json(), 2, 100,
              "Divides the rows of train_data and validation_data into so many parts by a hash of "
              "their text and data_seed; a study's selection.folds sets it by itself.",
              "absent: rows are as the files are; more folds than 100 are not paid for"),
      integer("fold", json(), 0, 99, "The part that is held out and measured on, from 0.",
              "goes with folds"),
      real("validation_share", json(), {0.0, true}, {1.0, true},
           "Share of the rows of train_data that is measured on instead, chosen by a hash of their "
           "text and split_seed once repeated rows are dropped.",
           "absent: validation_data or folds say what is measured on; folds take its place"),
      real("test_share", json(), {0.0, true}, {1.0, true},
           "Share of the same rows that is neither learned from nor measured on in a search, but "
           "for evaluate_test.",
           "absent: test_data, or no test"),
      integer("split_seed", 0, 0, max_exact_integer,
              "Decides which rows validation_share and test_share put aside; the same in all "
              "trials of a study, so that none learns from test rows.",
              "0 is a seed like others"),
      flag("drop_repeated_rows", false,
           "Leaves out rows with text and label of an earlier row on the same side; white space is "
           "not compared. Always done before shares are put aside.",
           "off: rows are as the files are"),
      real("train_share", 1.0, {0.0, true}, {1.0},
           "Share of the training rows that is learned from, alike of every label; under one "
           "data_seed a larger one adds rows to a smaller one.",
           "all rows"),
      text("text_column", "text", "Name of the column or key with the text.",
           "the usual name in published data sets"),
      text("label_column", "label", "Name of the column or key with the label.",
           "the usual name in published data sets"),
      flag(
          "multi_label", false,
          "A row has any number of labels, a JSON list (in a CSV field as its text); each class is "
          "judged by itself, with a sigmoid. text_classification only.",
          "off: one label a row"),
      text("prompt_column", json(),
           "Name of the column with what a completion follows; causal_lm only. Its tokens are read "
           "but not learned.",
           "absent: all of text_column is learned"),
      text("completion_column", json(),
           "Name of the column with what is learned to follow the prompt; causal_lm only.",
           "absent: all of text_column is learned"),
      text("messages_column", json(),
           "Name of the column with a conversation, a list of {role, content} (in a CSV field as "
           "its text); the assistant's answers are learned; causal_lm only.",
           "absent: rows are no conversations"),
      choice("chat_template", "chatml", {"chatml", "llama2", "llama3", "zephyr"},
             "The text that a conversation becomes, that of the model's own training; "
             "messages_column only.",
             "ChatML is Qwen's, and has a token of its own for every border"),
      text("prompt_template", json(),
           "What a prompt looks like: text with the slots {text}, {instruction}, {examples} and "
           "{COLUMN}, or plain, question_answer, input_output, instruction_input_output or alpaca; "
           "of text_classification and of causal_lm with prompt_column.",
           "absent: the row's text alone; three parts of a prompt: Liu et al. 2023, \"Pre-train, "
           "Prompt, and Predict\""),
      text("instruction", json(), "What stands in the slot {instruction} of prompt_template.",
           "absent: the template has no such slot"),
      integer("few_shot_rows", 0, 0, 100,
              "Solved training rows that stand in front of each prompt; causal_lm with "
              "prompt_column.",
              "none; 10 to 100 fit into a context: Brown et al. 2020, section 2"),
      choice("few_shot_choice", "random", {"first", "random", "balanced", "similar"},
             "Which rows these are: the first ones, others for each prompt drawn by data_seed, "
             "drawn ones with each completion in turn, or those with the most alike words (BM25).",
             "Brown et al. 2020, section 2"),
      flag(
          "packing", false,
          "Puts short training rows together up to max_length tokens and counts them as one row of "
          "batch_size, so that every step learns about as many tokens; none sees anything of "
          "another; causal_lm only.",
          "off: batch_size counts rows of the data"),
      integer(
          "generation_rows", 0, 0, many,
          "Rows, the first ones, whose prompts the model continues at each evaluation, always with "
          "the likeliest token, for eval_bleu, eval_rouge_l, eval_exact_match and their like.",
          "off: a token takes as long as a row of an evaluation"),
      integer("generation_tokens", 64, 1, 1 << 20, "Longest continuation; generation_rows only.",
              "that of winnow-trainer generate"),
      integer(
          "max_length", 128, 3, 1 << 20,
          "Longest row in tokens, special ones included. Longer plain text of causal_lm becomes "
          "several rows; of other rows truncation_side says what is cut off.",
          "the length written into the tokenizer of all-MiniLM-L6-v2; 3 is the shortest row "
          "with any text, 2^20 the longest context of published models"),
      choice(
          "truncation_side", json(), {"right", "left", "middle"},
          "What is cut off a row that is too long; middle keeps its first quarter and its end. Of "
          "a language model: of what stands before a completion.",
          "absent: right in text_classification, left in causal_lm"),
      integer("length_bucketing", 0, 0, 1000,
              "Batches whose rows are sorted by length before they are divided, so that rows of "
              "about one length come together; 0: they stay as they are shuffled.",
              "off; group_by_length of transformers takes 50"),
      choice("pooling", "mean", {"mean", "cls"},
             "What the head sees of a row: the mean over its tokens, or the first token.",
             "sentence encoders such as MiniLM are trained with the mean (Reimers and Gurevych "
             "2019)"),
      choice("class_weights", "none", {"none", "balanced"},
             "Weight of a class in the loss: all equal, or rows / (classes × rows of the class).",
             "unweighted loss is the plain objective"),
  };
}

/// Shares beyond which a run refuses its data; `what` ends the sentence.
Setting most_rows(std::string name, const std::string& what) {
  return real(std::move(name), 1.0, {0.0}, {1.0},
              "Largest share of " + what + " with which a run begins.",
              "off: what is fit to learn from differs by task");
}

std::vector<Setting> limits_of_data() {
  return {
      most_rows("max_empty_rows", "training rows without any text"),
      most_rows("max_repeated_rows", "training rows that repeat text and label of an earlier one"),
      most_rows("max_conflicting_rows", "training rows whose text is there with another label too"),
      most_rows("max_leaked_rows",
                "validation rows whose text is among the training rows, and of test rows whose "
                "text is among either,"),
      most_rows("max_cut_rows", "training rows longer than max_length"),
      integer("min_rows_of_label", 1, 1, many,
              "Fewest training rows that each label must have for a run to begin.",
              "a label without a row is none"),
  };
}

}  // namespace

std::vector<Setting> settings_of_data() {
  std::vector<Setting> table = task_and_data();
  for (Setting& limit : limits_of_data()) table.push_back(std::move(limit));
  return table;
}

}  // namespace winnow::protocol
