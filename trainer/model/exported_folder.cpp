#include "trainer/model/exported_folder.hpp"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "trainer/errors.hpp"
#include "trainer/model/model_folder.hpp"
#include "trainer/weights/durable_file.hpp"
#include "trainer/weights/mapped_file.hpp"

namespace winnow::train {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// The folder while it is made; removed unless it was kept.
class UnfinishedFolder {
 public:
  explicit UnfinishedFolder(const fs::path& final_path)
      : final_path_(final_path),
        path_(final_path.parent_path() /
              fmt::format(".{}.unfinished", final_path.filename().string())) {
    fs::remove_all(path_);
    fs::create_directories(path_);
  }
  ~UnfinishedFolder() {
    std::error_code failure;
    if (!kept_) fs::remove_all(path_, failure);
  }
  UnfinishedFolder(const UnfinishedFolder&) = delete;
  UnfinishedFolder& operator=(const UnfinishedFolder&) = delete;

  const fs::path& path() const { return path_; }
  void keep() {
    sync_folder(path_);
    fs::rename(path_, final_path_);
    kept_ = true;
    sync_folder(final_path_.parent_path());
  }

 private:
  fs::path final_path_;
  fs::path path_;
  bool kept_ = false;
};

json config_json(const ExportedModel& exported) {
  json config = read_config_json(exported.base);
  config["architectures"] = {"BertForSequenceClassification"};
  config["problem_type"] = "single_label_classification";
  config["torch_dtype"] = "float32";
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

void copy_tokenizer(const fs::path& from, const fs::path& to) {
  for (const char* name : {"tokenizer.json", "tokenizer_config.json", "special_tokens_map.json",
                           "added_tokens.json", "vocab.txt"}) {
    if (!fs::is_regular_file(from / name)) continue;
    const MappedFile file(from / name);
    write_durably(to / name,
                  {reinterpret_cast<const char*>(file.bytes().data()), file.bytes().size()});
  }
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
  expect(is_same && loaded.labels == exported.labels && loaded.max_length == exported.max_length,
         "the exported folder computes what the model in memory computes");
}

LoadedClassifier load_described(const fs::path& folder, const json& config, at::Device device) {
  const ModelFolder files = find_model(folder);
  LoadedClassifier loaded;
  for (std::size_t id = 0; id < config.at("id2label").size(); ++id) {
    loaded.labels.push_back(config.at("id2label").at(std::to_string(id)).get<std::string>());
  }
  loaded.max_length = config.at("winnow").at("max_length").get<std::int64_t>();
  const BertConfig bert = parse_bert_config(config, files.config.string());
  ClassifierOptions options;
  options.classes = static_cast<std::int64_t>(loaded.labels.size());
  options.pooling = parse_pooling(config.at("winnow").at("pooling").get<std::string>(),
                                  files.config.string() + ": winnow.pooling");
  loaded.model = std::make_unique<TextClassifier>(bert, load_bert_weights(files.weights, bert),
                                                  options, /*seed=*/0, device);
  copy_values(read_tensors(files.weights), loaded.model->tensors(), files.weights.string());
  return loaded;
}

}  // namespace

void export_folder(const ExportedModel& exported, const fs::path& folder) {
  const fs::path target = fs::absolute(folder).lexically_normal();
  if (fs::exists(target)) throw ConfigError(folder.string(), "exists already; name a new folder");
  UnfinishedFolder unfinished(target);
  write_tensors(unfinished.path() / "model.safetensors", exported.model.tensors());
  write_durably(unfinished.path() / "config.json", config_json(exported).dump(2) + "\n");
  copy_tokenizer(exported.base, unfinished.path());
  write_durably(unfinished.path() / "README.md", exported.card);
  check_reload(exported, unfinished.path());
  unfinished.keep();
}

LoadedClassifier load_classifier(const fs::path& folder, at::Device device) {
  const json config = read_config_json(folder);
  try {
    return load_described(folder, config, device);
  } catch (const json::exception&) {
    throw ConfigError((folder / "config.json").string(),
                      "lacks id2label or winnow.pooling or winnow.max_length; the folder was not "
                      "exported by `winnow-trainer export`");
  }
}

}  // namespace winnow::train
