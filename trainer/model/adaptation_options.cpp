#include "trainer/model/adaptation_options.hpp"

#include <fmt/format.h>

#include <cmath>

#include "trainer/errors.hpp"

namespace winnow::train {

AdaptationKind parse_adaptation(const std::string& word, const std::string& place) {
  if (word == "full") return AdaptationKind::full;
  if (word == "lora") return AdaptationKind::lora;
  if (word == "bitfit") return AdaptationKind::bitfit;
  if (word == "adapters") return AdaptationKind::adapters;
  if (word == "prefix") return AdaptationKind::prefix;
  if (word == "prompt") return AdaptationKind::prompt;
  throw ConfigError(
      place, "expected full, lora, bitfit, adapters, prefix or prompt, found \"" + word + "\"");
}

BottleneckPlaces parse_places(const std::string& word, const std::string& place) {
  if (word == "both") return BottleneckPlaces::both;
  if (word == "mlp") return BottleneckPlaces::mlp;
  throw ConfigError(place, "expected both or mlp, found \"" + word + "\"");
}

std::string text(BottleneckPlaces places) {
  return places == BottleneckPlaces::both ? "both" : "mlp";
}

bool is_addition(AdaptationKind kind) {
  return kind != AdaptationKind::full && kind != AdaptationKind::bitfit;
}

std::int64_t places_in_front(const Adaptation& adaptation) {
  const bool virtual_tokens =
      adaptation.kind == AdaptationKind::prefix || adaptation.kind == AdaptationKind::prompt;
  return virtual_tokens ? adaptation.virtual_tokens : 0;
}

double low_rank_scale(const LoraOptions& options) {
  const auto rank = static_cast<double>(options.rank);
  return options.alpha / (options.rank_stabilized ? std::sqrt(rank) : rank);
}

std::optional<std::int64_t> frozen_layer_count(const Adaptation& adaptation, std::int64_t layers) {
  if (adaptation.kind == AdaptationKind::prompt) return std::nullopt;
  if (!adaptation.trainable_layers) {
    if (is_addition(adaptation.kind)) return 0;
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
