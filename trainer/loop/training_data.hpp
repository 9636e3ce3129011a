// Everything a run reads before it begins: the pretrained model's folder and the rows, tokenised.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "trainer/config.hpp"
#include "trainer/data/dataset.hpp"
#include "trainer/data/label_sets.hpp"
#include "trainer/model/bert_config.hpp"
#include "trainer/model/model_folder.hpp"

namespace winnow::train {

struct TrainingData {
  ModelFolder model;
  BertConfig bert;
  LabelVocabulary labels;
  TokenDataset train;
  TokenDataset validation;
  std::optional<TokenDataset> test;
  /// With multi_label the labels of the same rows; else empty, and the datasets have labels.
  LabelSets train_sets, validation_sets, test_sets;
};

/// The labels of the training rows. Throws ConfigError when there are fewer than two.
LabelVocabulary label_vocabulary(const TrainConfig& config,
                                 const std::vector<LabelledText>& training_rows);

/// Throws ConfigError for what is missing, malformed or does not fit together.
TrainingData load_training_data(const TrainConfig& config);

/// The weight of each class in the training loss; empty: all equal.
std::vector<float> class_weights(ClassWeights kind, const TokenDataset& train, std::size_t classes);

}  // namespace winnow::train
