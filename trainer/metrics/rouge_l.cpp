// ROUGE-L (Lin 2004, section 3.1): F1 of the longest common subsequence of words of a continued row
// and its reference, each taken as one sentence; the mean over rows.
#include "trainer/metrics/metric.hpp"
#include "trainer/text/word_overlap.hpp"

namespace winnow::train {
namespace {

double value(const EvaluationPass& pass) {
  return mean_over_texts(pass, [](const std::string& generated, const std::string& reference) {
    return rouge_l(words_of(generated), words_of(reference));
  });
}

const MetricRegistration registration({"rouge_l", Better::higher, Needs::texts, value});

}  // namespace
}  // namespace winnow::train
