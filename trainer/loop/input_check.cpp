#include "trainer/loop/input_check.hpp"

#include <optional>

#include "trainer/data/label_sets.hpp"
#include "trainer/loop/training_data.hpp"
#include "trainer/loop/training_rows.hpp"
#include "trainer/model/adapter_tensors.hpp"
#include "trainer/model/bert_config.hpp"
#include "trainer/model/bert_weights.hpp"
#include "trainer/model/decoder_weights.hpp"
#include "trainer/model/fitting_tokenizer.hpp"
#include "trainer/model/model_folder.hpp"
#include "trainer/protocol/settings.hpp"

namespace winnow::train {
namespace {

using nlohmann::json;
using Rows = std::vector<LabelledText>;

/// What some of the settings are, as one text.
std::string text_of(const json& settings, const std::vector<const char*>& names) {
  json chosen = json::object();
  for (const char* name : names) chosen[name] = settings.value(name, json());
  return chosen.dump();
}

const std::vector<const char*> of_models = {"task",
                                            "model",
                                            "initial_weights",
                                            "max_length",
                                            "adapter",
                                            "adaptation",
                                            "trainable_layers",
                                            "lora_rank",
                                            "lora_targets",
                                            "pooling",
                                            "virtual_tokens",
                                            "messages_column",
                                            "chat_template",
                                            "transferred_layers"};
const std::vector<const char*> of_rows = {
    "task",          "train_data",    "validation_data",   "test_data",  "text_column",
    "label_column",  "prompt_column", "completion_column", "folds",      "fold",
    "evaluate_test", "train_share",   "data_seed",         "multi_label"};
const std::vector<const char*> of_divisions = {"validation_share", "test_share", "split_seed",
                                               "drop_repeated_rows"};
const std::vector<const char*> of_conversations = {"messages_column", "chat_template"};
const std::vector<const char*> of_prompts = {"prompt_template", "instruction", "few_shot_rows",
                                             "few_shot_choice"};
const std::vector<const char*> of_limits = {"max_empty_rows",       "max_repeated_rows",
                                            "max_conflicting_rows", "max_leaked_rows",
                                            "max_cut_rows",         "min_rows_of_label"};

}  // namespace

void InputCheck::add(InputFault fault) {
  const json text = {fault.setting, fault.fault.place, fault.fault.message};
  if (seen_.insert(text.dump(-1, ' ', false, json::error_handler_t::replace)).second) {
    faults_.push_back(std::move(fault));
  }
}

bool InputCheck::attempt(const std::string& setting, const std::function<void()>& look) {
  try {
    look();
    return true;
  } catch (const ConfigError& error) {
    for (const Fault& fault : error.faults()) {
      const bool names_setting = protocol::find_setting(fault.place) != nullptr;
      add({names_setting ? fault.place : setting, fault});
    }
  } catch (const FileError& error) {
    add({setting, {setting, error.what()}});
  }
  return false;
}

void InputCheck::look_at(const json& settings) {
  std::optional<TrainConfig> config;
  // What an adapter's folder says is part of the settings.
  attempt("adapter", [&] { config = parse_config(settings, Environment{}); });
  if (!config) return;
  if (seen_.insert(text_of(config->settings, of_models)).second) look_at_model(*config);
  std::string rows_named =
      text_of(config->settings, of_rows) + text_of(config->settings, of_divisions) +
      text_of(config->settings, of_conversations) + text_of(config->settings, of_prompts) +
      text_of(config->settings, of_limits);
  if (counts_tokens(config->data_limits)) {
    rows_named += text_of(config->settings, {"model", "max_length"});
  }
  if (!seen_.insert(rows_named).second) return;
  const std::optional<DividedRows> rows = look_at_rows(*config);
  if (rows && config->task != "causal_lm") look_at_labels(*config, *rows);
}

void InputCheck::look_at_model(const TrainConfig& config) {
  std::optional<ModelFolder> model;
  attempt("model", [&] { model = find_model(config.model, config.initial_weights); });
  if (model && config.task == "causal_lm") look_at_decoder(config, *model);
  if (model && config.task != "causal_lm") look_at_encoder(config, *model);
  if (config.adapter) attempt("adapter", [&] { check_adapter_file(*config.adapter); });
}

void InputCheck::look_at_encoder(const TrainConfig& config, const ModelFolder& model) {
  std::optional<BertConfig> bert;
  attempt("model",
          [&] { bert = parse_bert_config(read_config_json(config.model), model.config.string()); });
  if (!bert) return;
  look_at_tokenizer(config, model, {bert->vocabulary_size, bert->max_positions});
  if (config.initial_weights == InitialWeights::pretrained) {
    attempt("model", [&] { check_bert_weights(model.weights, *bert); });
  }
  attempt("trainable_layers", [&] { frozen_layer_count(config.adaptation, bert->layers); });
  attempt("transferred_layers", [&] { pretrained_layers(config, bert->layers); });
  BertWeights weights;
  look_at_targets(config, bert_slots(weights, *bert).linears);
}

void InputCheck::look_at_decoder(const TrainConfig& config, const ModelFolder& model) {
  std::optional<DecoderConfig> decoder;
  attempt("model", [&] {
    decoder = parse_decoder_config(read_config_json(config.model), model.config.string());
  });
  if (!decoder) return;
  look_at_tokenizer(config, model, {decoder->vocabulary_size, decoder->max_positions});
  if (config.initial_weights == InitialWeights::pretrained) {
    attempt("model", [&] { check_decoder_weights(model.weights, *decoder); });
  }
  attempt("trainable_layers", [&] { frozen_layer_count(config.adaptation, decoder->layers); });
  attempt("transferred_layers", [&] { pretrained_layers(config, decoder->layers); });
  DecoderWeights weights;
  look_at_targets(config, decoder_slots(weights, *decoder).linears);
}

void InputCheck::look_at_tokenizer(const TrainConfig& config, const ModelFolder& model,
                                   const TokenLimits& limits) {
  const bool fits = attempt("model", [&] {
    const Tokenizer tokenizer = load_fitting_tokenizer(model, limits, config.max_length);
    if (config.messages_column) chat_end(tokenizer, config.chat_template);
  });
  if (fits) attempt("max_length", [&] { require_positions(config, limits.max_positions); });
}

void InputCheck::look_at_targets(const TrainConfig& config,
                                 const std::vector<LinearSlot>& linears) {
  if (config.adaptation.kind != AdaptationKind::lora) return;
  attempt("lora_targets", [&] { lora_targets(config.adaptation.lora, linears, {}); });
}

std::optional<DividedRows> InputCheck::look_at_rows(const TrainConfig& config) {
  const auto read = [&](const char* setting, const std::filesystem::path& path, Rows& rows) {
    return attempt(setting, [&] { rows = read_file_of(config, path); });
  };
  DividedRows rows;
  bool all = read("train_data", config.train_data, rows.train);
  if (config.validation_data) {
    all = read("validation_data", *config.validation_data, rows.validation) && all;
  }
  if (config.test_data) all = read("test_data", *config.test_data, rows.test) && all;
  if (!all) return std::nullopt;
  const bool divided =
      attempt("train_data", [&] { rows = divide(std::move(rows), division_of(config)); });
  if (!divided) return std::nullopt;
  attempt("train_data", [&] {
    std::optional<Tokenizer> tokenizer;
    if (counts_tokens(config.data_limits)) tokenizer = tokenizer_of(config);
    require_fit(config, rows, tokenizer ? &*tokenizer : nullptr);
    written_prompts(config, rows);
  });
  return rows;
}

void InputCheck::look_at_labels(const TrainConfig& config, const DividedRows& rows) {
  std::optional<LabelVocabulary> labels;
  attempt("train_data", [&] { labels = label_vocabulary(config, rows.train); });
  if (!labels) return;
  const auto look_up = [&](const char* setting, const Rows& of, const std::filesystem::path& path) {
    attempt(setting, [&] {
      if (config.multi_label) {
        LabelSets(of, *labels, path.string());
      } else {
        labels->ids(of, path.string());
      }
    });
  };
  look_up(config.validation_data ? "validation_data" : "train_data", rows.validation,
          validation_source(config));
  if (config.evaluate_test) {
    look_up(config.test_data ? "test_data" : "train_data", rows.test, test_source(config));
  }
}

}  // namespace winnow::train
