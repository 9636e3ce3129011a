// One pass of a language model over rows without training.
#pragma once

#include <span>

#include "trainer/data/causal_rows.hpp"
#include "trainer/metrics/metric.hpp"
#include "trainer/model/causal_model.hpp"
#include "trainer/model/generation.hpp"
#include "trainer/text/tokenizer.hpp"

namespace winnow::train {

/// The sum of the losses of the learned tokens of these rows, a number with a graph in training.
at::Tensor causal_loss_sum(const CausalModel& model, const CausalDataset& dataset,
                           std::span<const std::uint32_t> rows, CausalModel::Mode mode,
                           double label_smoothing);

/// Loss and count of learned tokens.
EvaluationPass evaluate(const CausalModel& model, const CausalDataset& dataset);

/// Lets the model continue the prompts of the first `rows` rows and puts what it wrote into the
/// pass, beside what was to follow. Both are the texts of tokens, without the token that ends them,
/// which is the dataset's.
void generate_into(EvaluationPass& pass, const CausalModel& model, const CausalDataset& dataset,
                   const Tokenizer& tokenizer, std::size_t rows, GenerationOptions options);

}  // namespace winnow::train
