// One pass over a dataset without training.
#pragma once

#include "trainer/data/label_sets.hpp"
#include "trainer/loop/frozen_part.hpp"
#include "trainer/metrics/metric.hpp"

namespace winnow::train {

/// Draws no random numbers and changes nothing.
EvaluationPass evaluate(const TextClassifier& model, const FrozenPart& data);

/// Of rows with any number of classes, whose labels are `sets`: a class is predicted where its
/// probability is above one half. The loss is the mean over rows and classes.
EvaluationPass evaluate(const TextClassifier& model, const FrozenPart& data, const LabelSets& sets);

/// (B, K): 1 where a row is of a class, else 0.
at::Tensor memberships(const LabelSets& sets, std::span<const std::uint32_t> rows,
                       std::size_t classes);

}  // namespace winnow::train
