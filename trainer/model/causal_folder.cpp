#include "trainer/model/causal_folder.hpp"

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "trainer/errors.hpp"
#include "trainer/model/adapter_config.hpp"
#include "trainer/model/adapter_tensors.hpp"
#include "trainer/model/unfinished_folder.hpp"
#include "trainer/weights/durable_file.hpp"
#include "trainer/weights/json_file.hpp"

namespace winnow::train {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

LoadedCausalModel build(const ModelFolder& files, const Adaptation& adaptation, at::Device device) {
  const DecoderConfig config =
      parse_decoder_config(read_config_json(files.path), files.config.string());
  return {std::make_unique<CausalModel>(config, load_decoder_weights(files.weights, config),
                                        CausalOptions{adaptation, 0.0}, /*seed=*/0, device),
          files};
}

bool is_adapted(const CausalModel& model) { return is_addition(model.options().adaptation.kind); }

AdaptedShape shape_of(const DecoderConfig& config, AdaptationKind kind) {
  const bool keys = kind == AdaptationKind::prefix;
  return {config.layers, config.key_value_heads,
          keys ? config.key_value_heads * config.head_size : config.hidden_size};
}

void write_adapter(const CausalModel& model, const fs::path& base, const fs::path& folder) {
  AdapterConfig config;
  config.adaptation = model.options().adaptation;
  config.adaptation.lora.targets = fmt::format("{}", fmt::join(model.lora_targets(), ","));
  config.base = fs::absolute(base).lexically_normal();
  config.task_type = "CAUSAL_LM";
  config.fan_in_fan_out = model.config().family == DecoderFamily::gpt2;
  const AdaptationKind kind = config.adaptation.kind;
  write_adapter_tensors(folder, kind, model.trained());
  write_durably(folder / "adapter_config.json",
                adapter_config_text(config, shape_of(model.config(), kind)));
}

void write_whole(const CausalModel& model, const fs::path& base, const fs::path& folder) {
  json config = read_config_json(base);
  config["torch_dtype"] = "float32";
  config.erase("dtype");
  config.erase("_name_or_path");
  write_tensors(folder / "model.safetensors", model.tensors());
  write_durably(folder / "config.json", config.dump(2) + "\n");
}

/// Where transformers looks for it: since version 4.43 in a file of its own, before that among the
/// tokenizer's settings.
void write_chat_template(const std::string& chat_template, const fs::path& folder) {
  const fs::path config_path = folder / "tokenizer_config.json";
  json config = {{"tokenizer_class", "PreTrainedTokenizerFast"}};
  if (fs::is_regular_file(config_path)) config = read_json_file(config_path);
  config["chat_template"] = chat_template;
  write_durably(config_path, config.dump(2) + "\n");
  write_durably(folder / "chat_template.jinja", chat_template);
}

void check_reload(const CausalModel& model, const fs::path& folder) {
  // A stride that is prime visits tokens from all over the vocabulary.
  std::vector<std::int32_t> tokens;
  for (std::int64_t i = 1; i <= std::min<std::int64_t>(8, model.max_tokens()); ++i) {
    tokens.push_back(static_cast<std::int32_t>(i * 7919 % model.config().vocabulary_size));
  }
  const LoadedCausalModel loaded = load_causal_model(folder, model.device());
  KeyValueCache ours, theirs;
  expect(at::equal(model.next_logits(tokens, ours), loaded.model->next_logits(tokens, theirs)),
         "the exported folder computes what the model in memory computes");
}

}  // namespace

LoadedCausalModel load_causal_model(const fs::path& folder, at::Device device,
                                    const std::optional<fs::path>& base) {
  if (!is_adapter_folder(folder)) return build(find_model(folder), {}, device);
  const AdapterConfig config = read_adapter_config(folder);
  LoadedCausalModel loaded =
      build(find_model(base.value_or(config.base)), config.adaptation, device);
  read_adapter_tensors(folder, config.adaptation.kind, loaded.model->trained());
  return loaded;
}

void export_causal_folder(const CausalModel& model, const fs::path& base, const std::string& card,
                          const fs::path& folder, const std::optional<std::string>& chat_template) {
  UnfinishedFolder unfinished(folder);
  if (is_adapted(model)) {
    write_adapter(model, base, unfinished.path());
  } else {
    write_whole(model, base, unfinished.path());
  }
  copy_tokenizer(base, unfinished.path());
  for (const char* name : {"generation_config.json", "chat_template.jinja"}) {
    if (fs::is_regular_file(base / name)) fs::copy_file(base / name, unfinished.path() / name);
  }
  if (chat_template) write_chat_template(*chat_template, unfinished.path());
  write_durably(unfinished.path() / "README.md", card);
  check_reload(model, unfinished.path());
  unfinished.keep();
}

}  // namespace winnow::train
