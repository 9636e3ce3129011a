// A fine-tuned model as a folder that Hugging Face tools open: model.safetensors and config.json
// under the names of the family's class (BertForSequenceClassification), the tokenizer's files, a
// model card. What those
// names cannot say (how a row is pooled, its greatest length) stands in config.json under the key
// "winnow". A model with additions becomes a folder in PEFT's layout instead: adapter_config.json
// and adapter_model.safetensors, and winnow.json for what PEFT has no place for.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "trainer/model/model_folder.hpp"
#include "trainer/model/text_classifier.hpp"

namespace winnow::train {

struct ExportedModel {
  const TextClassifier& model;
  std::vector<std::string> labels;  // by class number
  std::int64_t max_length = 0;      // tokens
  std::filesystem::path base;       // folder of the pretrained model
  std::string card;                 // README.md
  bool multi_label = false;         // a row has any number of labels
};

/// Writes an adapter if the model has additions, else the whole model. Writes under
/// another name, reloads from disk, compares logits with the model in memory to the bit, and only
/// then renames to `folder`. Throws ConfigError when `folder` exists, FileError, and
/// BrokenExpectation when the reloaded model computes something else; in each case nothing is left.
void export_folder(const ExportedModel& exported, const std::filesystem::path& folder);

struct LoadedClassifier {
  std::unique_ptr<TextClassifier> model;
  std::vector<std::string> labels;
  std::int64_t max_length = 0;
  bool multi_label = false;
  ModelFolder base;  // the folder's own files, or those of the model that an adapter belongs to
};

/// Opens what export_folder() wrote; for an adapter also its base model, from `base` if given, else
/// from where adapter_config.json says. Throws ConfigError.
LoadedClassifier load_classifier(const std::filesystem::path& folder, at::Device device,
                                 const std::optional<std::filesystem::path>& base = {});

}  // namespace winnow::train
