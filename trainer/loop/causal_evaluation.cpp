#include "trainer/loop/causal_evaluation.hpp"

#include <ATen/ATen.h>

#include <algorithm>

#include "trainer/loop/frozen_part.hpp"
#include "trainer/model/token_loss.hpp"

namespace winnow::train {
namespace {

// Rows at a time: the logits are computed in portions, so that only layers need memory.
constexpr std::size_t rows_per_pass = 8;

/// Of each learned token: its id, and the place (among the N of the batch) of the token before it.
struct Targets {
  at::Tensor ids;
  at::Tensor places;
};

Targets targets_of(const CausalDataset& dataset, std::span<const std::uint32_t> rows,
                   at::Device device) {
  std::vector<std::int64_t> ids, places;
  std::int64_t begin = 0;
  for (const std::uint32_t row : rows) {
    const std::span<const std::int32_t> tokens = dataset.tokens.tokens(row);
    const std::span<const std::uint8_t> learned = dataset.learned_of(row);
    for (std::size_t k = 1; k < tokens.size(); ++k) {
      if (learned[k] == 0) continue;
      ids.push_back(tokens[k]);
      places.push_back(begin + static_cast<std::int64_t>(k) - 1);
    }
    begin += static_cast<std::int64_t>(tokens.size());
  }
  return {at::tensor(ids).to(device), at::tensor(places).to(device)};
}

}  // namespace

at::Tensor causal_loss_sum(const CausalModel& model, const CausalDataset& dataset,
                           std::span<const std::uint32_t> rows, CausalModel::Mode mode,
                           double label_smoothing) {
  const Targets targets = targets_of(dataset, rows, model.device());
  const at::Tensor hidden = model.hidden(pack(dataset.tokens, rows, model.device()), mode);
  return token_loss_sum(hidden.index_select(0, targets.places), model.head(), targets.ids,
                        label_smoothing);
}

EvaluationPass evaluate(const CausalModel& model, const CausalDataset& dataset) {
  const at::NoGradGuard no_gradients;
  double sum = 0.0;
  const std::vector<std::uint32_t> order = rows_by_length(dataset.tokens);
  for (const std::span<const std::uint32_t> rows : pieces(order, rows_per_pass)) {
    sum += causal_loss_sum(model, dataset, rows, CausalModel::Mode::evaluation, 0.0).item<double>();
  }
  EvaluationPass pass;
  pass.rows = dataset.tokens.size();
  pass.predicted_tokens = dataset.targets();
  pass.mean_loss = sum / static_cast<double>(pass.predicted_tokens);
  return pass;
}

void generate_into(EvaluationPass& pass, const CausalModel& model, const CausalDataset& dataset,
                   const Tokenizer& tokenizer, std::size_t rows, GenerationOptions options) {
  options.end = dataset.end;
  for (std::size_t row = 0; row < std::min(rows, dataset.tokens.size()); ++row) {
    const std::span<const std::int32_t> tokens = dataset.tokens.tokens(row);
    const auto first = static_cast<std::size_t>(dataset.completions[row]);
    std::span<const std::int32_t> expected = tokens.subspan(first);
    if (!expected.empty() && expected.back() == dataset.end) {
      expected = expected.first(expected.size() - 1);
    }
    const auto prompt = tokens.first(first);
    pass.references.push_back(tokenizer.decode(expected));
    pass.generated.push_back(
        tokenizer.decode(continuation(model, {prompt.begin(), prompt.end()}, options)));
  }
}

}  // namespace winnow::train
