// exp of the mean cross-entropy per token: how many equally likely tokens the model hesitates
// between. Depends on the tokenizer: only models with the same one can be compared.
#include <cmath>

#include "trainer/metrics/metric.hpp"

namespace winnow::train {
namespace {

double value(const EvaluationPass& pass) { return std::exp(pass.mean_loss); }

const MetricRegistration registration({"perplexity", Better::lower, Needs::tokens, value});

}  // namespace
}  // namespace winnow::train
