#include "trainer/loop/training_data.hpp"

#include "trainer/loop/training_rows.hpp"
#include "trainer/model/fitting_tokenizer.hpp"

namespace winnow::train {

LabelVocabulary label_vocabulary(const TrainConfig& config,
                                 const std::vector<LabelledText>& training_rows) {
  const std::string source = config.train_data.string();
  return config.multi_label ? LabelSets::vocabulary(training_rows, source)
                            : LabelVocabulary::of_training_rows(training_rows, source);
}

TrainingData load_training_data(const TrainConfig& config) {
  TrainingData data;
  data.model = find_model(config.model, config.initial_weights);
  data.bert = parse_bert_config(read_config_json(config.model), data.model.config.string());
  const Tokenizer tokenizer = load_fitting_tokenizer(
      data.model, {data.bert.vocabulary_size, data.bert.max_positions}, config.max_length);
  DividedRows divided = read_divided_rows(config);
  print(require_fit(config, divided, &tokenizer));
  divided = written_prompts(config, std::move(divided));
  data.labels = label_vocabulary(config, divided.train);
  const RowLength longest{config.max_length,
                          config.truncation_side.value_or(TruncationSide::right)};
  const auto tokenised = [&](const std::vector<LabelledText>& rows,
                             const std::filesystem::path& path, LabelSets& sets) {
    if (!config.multi_label) {
      return TokenDataset::tokenised(rows, tokenizer, data.labels, longest, path.string());
    }
    sets = LabelSets(rows, data.labels, path.string());
    return TokenDataset::tokenised(rows, tokenizer, longest);
  };
  data.train = tokenised(divided.train, config.train_data, data.train_sets);
  data.validation = tokenised(divided.validation, validation_source(config), data.validation_sets);
  if (config.evaluate_test) {
    data.test = tokenised(divided.test, test_source(config), data.test_sets);
  }
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
