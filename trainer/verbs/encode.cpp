#include <ATen/ATen.h>
#include <fmt/format.h>

#include <iostream>
#include <nlohmann/json.hpp>

#include "trainer/loop/device.hpp"
#include "trainer/loop/machine.hpp"
#include "trainer/model/text_classifier.hpp"
#include "trainer/verbs/opened_encoder.hpp"
#include "trainer/verbs/verb.hpp"

namespace winnow::train {

int run_encode(Words words) {
  const Arguments arguments({{"MODEL"}, {"max-length", "pooling", "threads"}, {}}, words);
  set_threads(static_cast<int>(arguments.integer("threads", 1, 1, 1024)));
  const OpenedEncoder opened = open_encoder(arguments);
  ClassifierOptions options;
  options.adaptation.trainable_layers = 0;
  options.pooling = parse_pooling(arguments.option("pooling").value_or("mean"), "--pooling");
  const TextClassifier model(opened.bert, load_bert_weights(opened.folder.weights, opened.bert),
                             options, /*seed=*/0, choose_device());
  const std::vector<std::uint32_t> first_row = {0};
  for (std::string line; std::getline(std::cin, line);) {
    std::vector<std::int32_t> tokens = opened.tokenizer.encode(line, opened.max_length);
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
