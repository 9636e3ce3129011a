// ROUGE-2 (Lin 2004, "ROUGE: A Package for Automatic Evaluation of Summaries", section 2): F1 of
// the pairs of neighbouring words that a continued row shares with its reference, the mean over
// rows.
#include "trainer/metrics/metric.hpp"
#include "trainer/text/word_overlap.hpp"

namespace winnow::train {
namespace {

double value(const EvaluationPass& pass) {
  return mean_over_texts(pass, [](const std::string& generated, const std::string& reference) {
    return rouge_n(words_of(generated), words_of(reference), 2);
  });
}

const MetricRegistration registration({"rouge_2", Better::higher, Needs::texts, value});

}  // namespace
}  // namespace winnow::train
