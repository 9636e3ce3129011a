#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iostream>

#include "trainer/arguments.hpp"
#include "trainer/errors.hpp"
#include "trainer/loop/device.hpp"
#include "trainer/loop/language_modelling.hpp"
#include "trainer/loop/machine.hpp"
#include "trainer/model/causal_folder.hpp"
#include "trainer/model/fitting_tokenizer.hpp"
#include "trainer/model/sampling.hpp"
#include "trainer/verbs/verb.hpp"

namespace winnow::train {
namespace {

double number(const Arguments& arguments, const char* name, double default_value, double most) {
  const auto text = arguments.option(name);
  if (!text) return default_value;
  double value = 0.0;
  const char* end = text->data() + text->size();
  const auto [stopped_at, failure] = std::from_chars(text->data(), end, value);
  if (failure == std::errc() && stopped_at == end && value >= 0.0 && value <= most) return value;
  throw ConfigError(std::string("--") + name,
                    fmt::format("expected a number from 0 to {}, found \"{}\"", most, *text));
}

struct Generation {
  const CausalModel& model;
  const Tokenizer& tokenizer;
  SamplingOptions sampling;
  long new_tokens = 0;
  std::uint64_t seed = 0;
};

/// The continuation of a prompt, up to a token that ends texts or as far as the context goes.
std::string continuation(const Generation& generation, const std::string& prompt) {
  const DecoderConfig& config = generation.model.config();
  const auto positions = static_cast<std::size_t>(config.max_positions);
  std::vector<std::int32_t> tokens =
      generation.tokenizer.encode(prompt, static_cast<std::size_t>(generation.model.max_tokens()));
  if (tokens.empty()) {
    throw ConfigError("prompt", "gives no token to begin with; write one word at least");
  }
  std::mt19937_64 random(generation.seed);
  KeyValueCache cache;
  std::vector<std::int32_t> made;
  const std::size_t in_front = positions - static_cast<std::size_t>(generation.model.max_tokens());
  while (static_cast<long>(made.size()) < generation.new_tokens &&
         std::max(static_cast<std::size_t>(cache.tokens), in_front) + tokens.size() <= positions) {
    const at::Tensor logits =
        generation.model.next_logits(tokens, cache).to(at::kCPU, at::kFloat).contiguous();
    const std::int32_t next =
        sample({logits.data_ptr<float>(), static_cast<std::size_t>(logits.numel())},
               generation.sampling, random);
    if (std::find(config.end_tokens.begin(), config.end_tokens.end(), next) !=
        config.end_tokens.end()) {
      break;
    }
    made.push_back(next);
    tokens = {next};
  }
  return generation.tokenizer.decode(made);
}

}  // namespace

int run_generate(Words words) {
  const Arguments arguments(
      {{"DIR"}, {"prompt", "new-tokens", "temperature", "top-p", "seed", "threads"}, {}}, words);
  set_threads(static_cast<int>(arguments.integer("threads", 1, 1, 1024)));
  const LoadedCausalModel loaded = load_causal_model(arguments.positional(0), choose_device());
  const DecoderConfig& decoder = loaded.model->config();
  const Tokenizer tokenizer =
      load_fitting_tokenizer(loaded.base, {decoder.vocabulary_size, decoder.max_positions},
                             static_cast<std::size_t>(decoder.max_positions));
  // Beyond 100 every token is as likely as any other.
  const SamplingOptions sampling{number(arguments, "temperature", 0.0, 100.0),
                                 number(arguments, "top-p", 1.0, 1.0)};
  const Generation generation{
      *loaded.model, tokenizer, sampling, arguments.integer("new-tokens", 64, 1, 1L << 20),
      static_cast<std::uint64_t>(arguments.integer("seed", 0, 0, 1L << 53))};
  if (const auto prompt = arguments.option("prompt")) {
    fmt::print("{}\n", continuation(generation, *prompt));
    return 0;
  }
  for (std::string line; std::getline(std::cin, line);) {
    fmt::print("{}\n", continuation(generation, line));
  }
  return 0;
}

}  // namespace winnow::train
