#include "trainer/verbs/opened_encoder.hpp"

#include <algorithm>

#include "trainer/model/fitting_tokenizer.hpp"
#include "trainer/protocol/settings.hpp"

namespace winnow::train {

OpenedEncoder open_encoder(const Arguments& arguments) {
  const ModelFolder folder = find_model(arguments.positional(0));
  const BertConfig bert = parse_bert_config(read_config_json(folder.path), folder.config.string());
  const long usual = protocol::find_setting("max_length")->default_value.get<long>();
  const long length = arguments.integer("max-length", std::min<long>(usual, bert.max_positions), 1,
                                        bert.max_positions);
  const auto max_length = static_cast<std::size_t>(length);
  return {folder, bert, max_length,
          load_fitting_tokenizer(folder, {bert.vocabulary_size, bert.max_positions}, max_length)};
}

}  // namespace winnow::train
