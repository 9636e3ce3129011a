#include "trainer/loop/training_data.hpp"

#include <fmt/format.h>

#include "trainer/data/rows.hpp"
#include "trainer/errors.hpp"

namespace winnow::train {

Tokenizer load_fitting_tokenizer(const ModelFolder& model, const BertConfig& bert,
                                 std::size_t max_length) {
  Tokenizer tokenizer = Tokenizer::load(model.tokenizer);
  std::vector<Fault> faults;
  if (static_cast<std::int64_t>(tokenizer.vocabulary_size()) > bert.vocabulary_size) {
    faults.push_back(
        {model.tokenizer.string(),
         fmt::format("has ids up to {}, but the model has {} embeddings; they belong to "
                     "different models",
                     tokenizer.vocabulary_size() - 1, bert.vocabulary_size)});
  }
  if (static_cast<std::int64_t>(max_length) > bert.max_positions) {
    faults.push_back({"max_length", fmt::format("is {}, but the model has {} positions", max_length,
                                                bert.max_positions)});
  }
  if (max_length < tokenizer.special_tokens() + 1) {
    faults.push_back(
        {"max_length",
         fmt::format("is {}; the tokenizer puts {} special tokens around "
                     "every text, so at least {} are needed",
                     max_length, tokenizer.special_tokens(), tokenizer.special_tokens() + 1)});
  }
  if (!faults.empty()) throw ConfigError(std::move(faults));
  return tokenizer;
}

TrainingData load_training_data(const TrainConfig& config) {
  TrainingData data;
  data.model = find_model(config.model);
  data.bert = parse_bert_config(read_config_json(config.model), data.model.config.string());
  const Tokenizer tokenizer = load_fitting_tokenizer(data.model, data.bert, config.max_length);
  const auto read = [&](const std::filesystem::path& path) {
    return read_rows(path, config.text_column, config.label_column);
  };
  const DividedRows divided =
      divide({read(config.train_data), read(config.validation_data)}, division_of(config));
  data.labels = LabelVocabulary::of_training_rows(divided.train, config.train_data.string());
  const auto tokenised = [&](const std::vector<LabelledText>& rows,
                             const std::filesystem::path& path) {
    return TokenDataset::tokenised(rows, tokenizer, data.labels, config.max_length, path.string());
  };
  data.train = tokenised(divided.train, config.train_data);
  data.validation = tokenised(divided.validation, config.validation_data);
  if (config.test_data) data.test = tokenised(read(*config.test_data), *config.test_data);
  return data;
}

std::vector<float> class_weights(ClassWeights kind, const TokenDataset& train,
                                 std::size_t classes) {
  if (kind == ClassWeights::none) return {};
  std::vector<double> counts(classes, 0.0);
  for (const std::int32_t label : train.labels()) counts[static_cast<std::size_t>(label)] += 1.0;
  std::vector<float> weights;
  for (const double count : counts) {
    weights.push_back(static_cast<float>(static_cast<double>(train.size()) /
                                         (static_cast<double>(classes) * count)));
  }
  return weights;
}

}  // namespace winnow::train
