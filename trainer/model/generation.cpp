#include "trainer/model/generation.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <random>

#include "trainer/errors.hpp"

namespace winnow::train {

std::vector<std::int32_t> continuation(const CausalModel& model, std::vector<std::int32_t> prompt,
                                       const GenerationOptions& options) {
  expect(!prompt.empty(), "a prompt has a token");
  std::vector<std::int32_t> ends = model.config().end_tokens;
  if (options.end) ends.push_back(*options.end);
  std::mt19937_64 random(options.seed);
  KeyValueCache cache;
  std::vector<std::int32_t> made;
  std::vector<std::int32_t> tokens = std::move(prompt);
  // Before the first token the cache does not count what stands in front of it.
  const std::int64_t in_front = model.config().max_positions - model.max_tokens();
  while (static_cast<std::int64_t>(made.size()) < options.new_tokens &&
         std::max(cache.tokens, in_front) + static_cast<std::int64_t>(tokens.size()) <=
             model.config().max_positions) {
    const at::Tensor logits =
        model.next_logits(tokens, cache).to(at::kCPU, at::kFloat).contiguous();
    const std::int32_t next =
        sample({logits.data_ptr<float>(), static_cast<std::size_t>(logits.numel())},
               options.sampling, random);
    if (std::find(ends.begin(), ends.end(), next) != ends.end()) break;
    made.push_back(next);
    tokens = {next};
  }
  return made;
}

}  // namespace winnow::train
