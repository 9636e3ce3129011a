#include "trainer/model/fitting_tokenizer.hpp"

#include <fmt/format.h>

#include <vector>

#include "trainer/errors.hpp"

namespace winnow::train {

Tokenizer load_fitting_tokenizer(const ModelFolder& model, const TokenLimits& limits,
                                 std::size_t max_length) {
  Tokenizer tokenizer = Tokenizer::load(model.tokenizer);
  std::vector<Fault> faults;
  if (static_cast<std::int64_t>(tokenizer.vocabulary_size()) > limits.vocabulary_size) {
    faults.push_back(
        {model.tokenizer.string(),
         fmt::format("has ids up to {}, but the model has {} embeddings; they belong to "
                     "different models",
                     tokenizer.vocabulary_size() - 1, limits.vocabulary_size)});
  }
  if (static_cast<std::int64_t>(max_length) > limits.max_positions) {
    faults.push_back({"max_length", fmt::format("is {}, but the model has {} positions", max_length,
                                                limits.max_positions)});
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

}  // namespace winnow::train
