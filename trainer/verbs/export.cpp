#include <fmt/format.h>

#include "trainer/arguments.hpp"
#include "trainer/data/chat.hpp"
#include "trainer/errors.hpp"
#include "trainer/loop/checkpoint.hpp"
#include "trainer/loop/classification.hpp"
#include "trainer/loop/language_modelling.hpp"
#include "trainer/model/causal_folder.hpp"
#include "trainer/model/exported_folder.hpp"
#include "trainer/model/model_folder.hpp"
#include "trainer/protocol/settings.hpp"
#include "trainer/text/tokenizer.hpp"
#include "trainer/verbs/verb.hpp"
#include "trainer/weights/mapped_file.hpp"

namespace winnow::train {
namespace {

constexpr const char* mean_pooling_note =
    "A row is represented by the mean of its tokens' last hidden states (attention mask applied), "
    "which then\nenters the classifier. The class that config.json names pools differently: take "
    "the "
    "encoder and the\nclassifier's weights from it, and pool this way.\n";

/// Markdown takes a bar for the border of a cell; a template may have some.
std::string in_table(const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '|') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

std::string card(const RunState& state, const std::string& introduction) {
  const bool classifies = !state.labels.empty();
  std::string text = introduction;
  if (introduction.empty()) {
    text = classifies ? "# Fine-tuned text classifier\n" : "# Fine-tuned language model\n";
  }
  text += fmt::format("\n## Model\n\nFine-tuned from `{}`; checkpoint of step {}.\n\n",
                      std::filesystem::path(state.model_path).filename().string(), state.step);
  if (classifies && state.settings.at("pooling") == "mean") text += mean_pooling_note;
  if (classifies) text += "\nLabels:";
  for (const std::string& label : state.labels) text += " `" + label + "`";
  text += "\n\n## Evaluation\n\n| metric | value |\n|---|---|\n";
  if (state.history.last && state.history.last->step == state.step) {
    for (const auto& [name, value] : state.history.last->values) {
      text += fmt::format("| {} | {:.6g} |\n", name, value);
    }
  }
  text += "\n## Settings\n\n| setting | value |\n|---|---|\n";
  for (const auto& [name, value] : state.settings.items()) {
    if (name == "model" || name.ends_with("_data") || name == "cache_dir") continue;  // local paths
    text += fmt::format("| {} | {} |\n", name, in_table(value.dump()));
  }
  return text;
}

/// The settings came from a file: they must be what a run writes before they are looked up.
void require_settings(const RunState& state, const std::filesystem::path& folder) {
  std::vector<Fault> faults;
  for (const protocol::SettingFault& fault : protocol::check_settings(state.settings)) {
    faults.push_back({folder.string() + ": state.json: settings: " + fault.name, fault.message});
  }
  if (!faults.empty()) throw ConfigError(std::move(faults));
}

std::string read_card(const Arguments& arguments) {
  const auto path = arguments.option("card");
  if (!path) return {};
  const MappedFile file(*path);
  return {reinterpret_cast<const char*>(file.bytes().data()), file.bytes().size()};
}

/// What conversations were written out as, if the model learned from some.
std::optional<std::string> chat_template_of(const TrainConfig& config, const ModelFolder& base) {
  if (!config.messages_column) return std::nullopt;
  const Tokenizer tokenizer = Tokenizer::load(base.path / "tokenizer.json");
  return jinja_template(config.chat_template, tokenizer.beginning());
}

/// The model of the checkpoint's task with its weights, as a folder.
void export_checkpoint(const TrainConfig& config, const Checkpoint& checkpoint,
                       const ModelFolder& base, const std::string& card,
                       const std::filesystem::path& out) {
  if (config.task == "causal_lm") {
    const auto model = make_causal_model(config, base);
    copy_values(kept_weights(checkpoint), model->trained().tensors, "checkpoint");
    export_causal_folder(*model, base.path, card, out, chat_template_of(config, base));
    return;
  }
  const std::vector<std::string>& labels = checkpoint.state.labels;
  const BertConfig bert = parse_bert_config(read_config_json(base.path), base.config.string());
  const auto model = make_classifier(config, base, bert, labels.size());
  copy_values(kept_weights(checkpoint), model->trained().tensors, "checkpoint");
  export_folder({*model, labels, static_cast<std::int64_t>(config.max_length), base.path, card,
                 config.multi_label},
                out);
}

}  // namespace

int run_export(Words words) {
  const Arguments arguments({{}, {"checkpoint", "out", "card"}, {}}, words);
  const std::filesystem::path folder = arguments.required("checkpoint");
  const std::filesystem::path out = arguments.required("out");
  const std::string introduction = read_card(arguments);
  const Checkpoint checkpoint = read_checkpoint(folder);
  const RunState& state = checkpoint.state;
  require_settings(state, folder);
  nlohmann::json settings = state.settings;
  settings.erase("adapter");    // its rank, scale and places stand among the settings
  settings.erase("precision");  // a checkpoint holds fp32 values, and so does a folder
  const TrainConfig config = parse_config(settings, Environment{});
  const ModelFolder base = find_model(state.model_path, config.initial_weights);
  if (content_hash(base) != state.model_hash) {
    throw ConfigError(state.model_path,
                      "is not the pretrained model that the checkpoint was made from any more");
  }
  export_checkpoint(config, checkpoint, base, card(state, introduction), out);
  fmt::print("{}\n", out.string());
  return 0;
}

}  // namespace winnow::train
