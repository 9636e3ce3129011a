// Mean cross-entropy in nats. Class weights of the training objective play no part, so that trials
// with different weights can be compared.
#include "trainer/metrics/metric.hpp"

namespace winnow::train {
namespace {

double value(const EvaluationPass& pass) { return pass.mean_loss; }

const MetricRegistration registration({"loss", Better::lower, Needs::loss, value});

}  // namespace
}  // namespace winnow::train
