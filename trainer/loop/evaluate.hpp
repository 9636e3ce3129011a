// One pass over a dataset without training.
#pragma once

#include "trainer/loop/frozen_part.hpp"
#include "trainer/metrics/metric.hpp"

namespace winnow::train {

/// Draws no random numbers and changes nothing.
EvaluationPass evaluate(const TextClassifier& model, const FrozenPart& data);

}  // namespace winnow::train
