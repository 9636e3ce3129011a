// A model folder that a verb uses as it is: what the words after the verb say of it.
#pragma once

#include "trainer/arguments.hpp"
#include "trainer/model/bert_config.hpp"
#include "trainer/model/model_folder.hpp"
#include "trainer/text/tokenizer.hpp"

namespace winnow::train {

struct OpenedEncoder {
  ModelFolder folder;
  BertConfig bert;
  std::size_t max_length = 0;  // tokens
  Tokenizer tokenizer;
};

/// The first positional word names the folder, --max-length the longest row; left out, it is that
/// of training, or as many positions as the model has. Throws ConfigError.
OpenedEncoder open_encoder(const Arguments& arguments);

}  // namespace winnow::train
