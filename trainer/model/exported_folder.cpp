#include "trainer/model/exported_folder.hpp"

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>

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

constexpr const char* multi_label_type = "multi_label_classification";
constexpr const char* winnow_file = "winnow.json";

std::string class_with_head(BertFamily family) {
  switch (family) {
    case BertFamily::bert:
      return "BertForSequenceClassification";
    case BertFamily::roberta:
      return "RobertaForSequenceClassification";
    case BertFamily::distilbert:
      return "DistilBertForSequenceClassification";
  }
  throw BrokenExpectation("the family is one of the three");
}

/// What PEFT saves whole: the head, by the names of its modules.
std::vector<std::string> head_modules(const TextClassifier& model) {
  const BertFamily family = model.config().family;
  std::vector<std::string> modules = {"classifier"};
  if (model.options().pooling == Pooling::mean) return modules;
  if (family == BertFamily::bert) modules.push_back("pooler");
  if (family == BertFamily::distilbert) modules.push_back("pre_classifier");
  return modules;
}

json config_json(const ExportedModel& exported) {
  json config = read_config_json(exported.base);
  config["architectures"] = {class_with_head(exported.model.config().family)};
  config["problem_type"] = exported.multi_label ? multi_label_type : "single_label_classification";
  config["torch_dtype"] = "float32";
  config.erase("dtype");  // the same by its newer name
  config.erase("_name_or_path");
  config["id2label"] = json::object();
  config["label2id"] = json::object();
  for (std::size_t id = 0; id < exported.labels.size(); ++id) {
    config["id2label"][std::to_string(id)] = exported.labels[id];
    config["label2id"][exported.labels[id]] = id;
  }
  config["num_labels"] = exported.labels.size();
  config["winnow"] = {{"pooling", text(exported.model.options().pooling)},
                      {"max_length", exported.max_length}};
  return config;
}

/// A few rows of known tokens: the shortest, the longest, and some between, so that padding plays a
/// part.
TokenDataset probe_rows(const BertConfig& config, std::int64_t max_length) {
  std::vector<std::int32_t> tokens;
  std::vector<std::uint64_t> offsets = {0};
  for (const std::int64_t length : {max_length, std::int64_t{3}, (max_length + 3) / 2}) {
    for (std::int64_t i = 0; i < length; ++i) {
      // A stride that is prime visits tokens from all over the vocabulary.
      const std::int64_t spread = static_cast<std::int64_t>(tokens.size() + 1) * 7919;
      tokens.push_back(static_cast<std::int32_t>(spread % config.vocabulary_size));
    }
    offsets.push_back(tokens.size());
  }
  return {std::move(tokens), std::move(offsets), {0, 0, 0}};
}

void check_reload(const ExportedModel& exported, const fs::path& folder) {
  const LoadedClassifier loaded = load_classifier(folder, exported.model.device());
  const TokenDataset probe = probe_rows(exported.model.config(), exported.max_length);
  const std::vector<std::uint32_t> rows = {0, 1, 2};
  const ClassifierInput input{pack(probe, rows, exported.model.device()), {}, {}};
  const at::NoGradGuard no_gradients;
  const bool is_same = at::equal(exported.model.logits(input, Mode::evaluation),
                                 loaded.model->logits(input, Mode::evaluation));
  expect(is_same && loaded.labels == exported.labels && loaded.max_length == exported.max_length &&
             loaded.multi_label == exported.multi_label,
         "the exported folder computes what the model in memory computes");
}

bool is_adapted(const TextClassifier& model) {
  return is_addition(model.options().adaptation.kind);
}

void write_whole(const ExportedModel& exported, const fs::path& folder) {
  write_tensors(folder / "model.safetensors", exported.model.tensors());
  write_durably(folder / "config.json", config_json(exported).dump(2) + "\n");
}

void write_adapter(const ExportedModel& exported, const fs::path& folder) {
  const ClassifierOptions& options = exported.model.options();
  AdapterConfig config;
  config.adaptation = options.adaptation;
  config.adaptation.lora.targets = fmt::format("{}", fmt::join(exported.model.lora_targets(), ","));
  config.base = fs::absolute(exported.base).lexically_normal();
  config.task_type = "SEQ_CLS";
  config.modules_to_save = head_modules(exported.model);
  write_adapter_tensors(folder, config.adaptation.kind, exported.model.trained());
  const BertConfig& bert = exported.model.config();
  write_durably(folder / "adapter_config.json",
                adapter_config_text(config, {bert.layers, bert.heads, bert.hidden_size}));
  const json ours = {{"labels", exported.labels},
                     {"pooling", text(options.pooling)},
                     {"max_length", exported.max_length},
                     {"multi_label", exported.multi_label}};
  write_durably(folder / winnow_file, ours.dump(2) + "\n");
}

/// What both kinds of folders say besides the tensors.
struct Described {
  std::vector<std::string> labels;
  std::int64_t max_length = 0;
  Pooling pooling = Pooling::mean;
  bool multi_label = false;
};

Described described_by_config(const json& config, const std::string& source) {
  Described described;
  for (std::size_t id = 0; id < config.at("id2label").size(); ++id) {
    described.labels.push_back(config.at("id2label").at(std::to_string(id)).get<std::string>());
  }
  described.max_length = config.at("winnow").at("max_length").get<std::int64_t>();
  described.pooling = parse_pooling(config.at("winnow").at("pooling").get<std::string>(),
                                    source + ": winnow.pooling");
  described.multi_label = config.value("problem_type", json()) == multi_label_type;
  return described;
}

Described described_by_winnow(const json& ours, const std::string& source) {
  return {ours.at("labels").get<std::vector<std::string>>(),
          ours.at("max_length").get<std::int64_t>(),
          parse_pooling(ours.at("pooling").get<std::string>(), source + ": pooling"),
          ours.value("multi_label", false)};
}

LoadedClassifier build(const ModelFolder& files, const Described& described,
                       const Adaptation& adaptation, at::Device device) {
  const BertConfig bert = parse_bert_config(read_config_json(files.path), files.config.string());
  ClassifierOptions options;
  options.classes = static_cast<std::int64_t>(described.labels.size());
  options.pooling = described.pooling;
  options.adaptation = adaptation;
  auto model = std::make_unique<TextClassifier>(bert, load_bert_weights(files.weights, bert),
                                                options, /*seed=*/0, device);
  return {std::move(model), described.labels, described.max_length, described.multi_label, files};
}

LoadedClassifier load_whole(const fs::path& folder, at::Device device) {
  const json config = read_config_json(folder);
  const ModelFolder files = find_model(folder);
  LoadedClassifier loaded =
      build(files, described_by_config(config, files.config.string()), {}, device);
  copy_values(read_tensors(files.weights.front()), loaded.model->tensors(),
              files.weights.front().string());
  return loaded;
}

LoadedClassifier load_adapted(const fs::path& folder, at::Device device,
                              const std::optional<fs::path>& base) {
  const AdapterConfig config = read_adapter_config(folder);
  const Described described =
      described_by_winnow(read_json_file(folder / winnow_file), (folder / winnow_file).string());
  LoadedClassifier loaded =
      build(find_model(base.value_or(config.base)), described, config.adaptation, device);
  read_adapter_tensors(folder, config.adaptation.kind, loaded.model->trained());
  return loaded;
}

}  // namespace

void export_folder(const ExportedModel& exported, const fs::path& folder) {
  UnfinishedFolder unfinished(folder);
  if (is_adapted(exported.model)) {
    write_adapter(exported, unfinished.path());
  } else {
    write_whole(exported, unfinished.path());
  }
  copy_tokenizer(exported.base, unfinished.path());
  write_durably(unfinished.path() / "README.md", exported.card);
  check_reload(exported, unfinished.path());
  unfinished.keep();
}

LoadedClassifier load_classifier(const fs::path& folder, at::Device device,
                                 const std::optional<fs::path>& base) {
  const bool adapted = is_adapter_folder(folder);
  try {
    return adapted ? load_adapted(folder, device, base) : load_whole(folder, device);
  } catch (const json::exception&) {
    throw ConfigError((folder / (adapted ? winnow_file : "config.json")).string(),
                      "lacks the labels, the pooling or the greatest length; the folder was not "
                      "exported by `winnow-trainer export`");
  }
}

}  // namespace winnow::train
