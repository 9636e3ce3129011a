#include <ATen/ATen.h>
#include <fmt/format.h>

#include <iostream>
#include <nlohmann/json.hpp>

#include "trainer/arguments.hpp"
#include "trainer/loop/device.hpp"
#include "trainer/loop/machine.hpp"
#include "trainer/loop/training_data.hpp"
#include "trainer/model/text_classifier.hpp"
#include "trainer/verbs/verb.hpp"

namespace winnow::train {

int run_encode(Words words) {
  const Arguments arguments({{"MODEL"}, {"max-length", "pooling", "threads"}, {}}, words);
  set_threads(static_cast<int>(arguments.integer("threads", 1, 1, 1024)));
  const ModelFolder folder = find_model(arguments.positional(0));
  const BertConfig bert = parse_bert_config(read_config_json(folder.path), folder.config.string());
  const auto max_length =
      static_cast<std::size_t>(arguments.integer("max-length", 128, 1, bert.max_positions));
  const Tokenizer tokenizer = load_fitting_tokenizer(folder, bert, max_length);
  ClassifierOptions options;
  options.trainable_layers = 0;
  options.pooling = parse_pooling(arguments.option("pooling").value_or("mean"), "--pooling");
  const TextClassifier model(bert, load_bert_weights(folder.weights, bert), options, /*seed=*/0,
                             choose_device());
  const std::vector<std::uint32_t> first_row = {0};
  for (std::string line; std::getline(std::cin, line);) {
    std::vector<std::int32_t> tokens = tokenizer.encode(line, max_length);
    const std::uint64_t count = tokens.size();
    const TokenDataset dataset(std::move(tokens), {0, count}, {0});
    const PackedBatch batch = pack(dataset, first_row, model.device());
    const at::Tensor pooled =
        model.pool(batch, model.frozen_hidden(batch)).to(at::kCPU).contiguous();
    const float* numbers = pooled.data_ptr<float>();
    fmt::print("{}\n",
               nlohmann::json(std::vector<float>(numbers, numbers + pooled.numel())).dump());
  }
  return 0;
}

}  // namespace winnow::train
