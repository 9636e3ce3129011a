#include "trainer/model/adaptation_options.hpp"

#include <fmt/format.h>

#include <cmath>

#include "trainer/errors.hpp"

namespace winnow::train {

AdaptationKind parse_adaptation(const std::string& word, const std::string& place) {
  if (word == "full") return AdaptationKind::full;
  if (word == "lora") return AdaptationKind::lora;
  if (word == "bitfit") return AdaptationKind::bitfit;
  throw ConfigError(place, "expected full, lora or bitfit, found \"" + word + "\"");
}

double low_rank_scale(const LoraOptions& options) {
  const auto rank = static_cast<double>(options.rank);
  return options.alpha / (options.rank_stabilized ? std::sqrt(rank) : rank);
}

std::optional<std::int64_t> frozen_layer_count(const Adaptation& adaptation, std::int64_t layers) {
  if (!adaptation.trainable_layers) {
    if (adaptation.kind == AdaptationKind::lora) return 0;
    return std::nullopt;
  }
  if (*adaptation.trainable_layers > layers) {
    throw ConfigError(
        "trainable_layers",
        fmt::format("is {}, but the model has {} layers; leave it out to train all of "
                    "them and the embeddings",
                    *adaptation.trainable_layers, layers));
  }
  return layers - *adaptation.trainable_layers;
}

}  // namespace winnow::train
