// A causal language model as a folder of Hugging Face's layout, or its adapter as one of PEFT's.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "trainer/model/causal_model.hpp"
#include "trainer/model/model_folder.hpp"

namespace winnow::train {

struct LoadedCausalModel {
  std::unique_ptr<CausalModel> model;
  ModelFolder base;  // the folder's own files, or those of the model that an adapter belongs to
};

/// Opens a whole model, or an adapter and its base model, from `base` if given, else from where
/// adapter_config.json says. Throws ConfigError.
LoadedCausalModel load_causal_model(const std::filesystem::path& folder, at::Device device,
                                    const std::optional<std::filesystem::path>& base = {});

/// Writes an adapter if the model has additions, else the whole model, with the config and
/// the tokenizer of the folder `base`, and `chat_template` in place of its own if given. Reloads it
/// and compares logits to the bit before it gets its name. Throws ConfigError when `folder` exists,
/// FileError, BrokenExpectation.
void export_causal_folder(const CausalModel& model, const std::filesystem::path& base,
                          const std::string& card, const std::filesystem::path& folder,
                          const std::optional<std::string>& chat_template = {});

}  // namespace winnow::train
