// BLEU of all continued rows together (Papineni, Roukos, Ward, Zhu 2002, "BLEU: a Method for
// Automatic Evaluation of Machine Translation", section 2.3): the geometric mean of the precisions
// of 1 to 4 words in a row, times a penalty for brevity; one reference a row, no smoothing.
// Words and marks keep their case.
#include <algorithm>
#include <cmath>

#include "trainer/metrics/metric.hpp"
#include "trainer/text/word_overlap.hpp"

namespace winnow::train {
namespace {

constexpr std::size_t longest = 4;

double value(const EvaluationPass& pass) {
  std::int64_t matches[longest] = {}, candidates[longest] = {};
  double generated_words = 0.0, reference_words = 0.0;
  for (std::size_t row = 0; row < pass.references.size(); ++row) {
    const WordList ours = words_and_marks_of(pass.generated[row]);
    const WordList theirs = words_and_marks_of(pass.references[row]);
    generated_words += static_cast<double>(ours.size());
    reference_words += static_cast<double>(theirs.size());
    for (std::size_t n = 1; n <= longest; ++n) {
      matches[n - 1] += shared_sequences(ours, theirs, n);
      candidates[n - 1] += sequences_in(ours, n);
    }
  }
  double logarithms = 0.0;
  for (std::size_t n = 0; n < longest; ++n) {
    if (matches[n] == 0) return 0.0;
    logarithms += std::log(share(matches[n], candidates[n])) / static_cast<double>(longest);
  }
  const double brevity = std::min(0.0, 1.0 - reference_words / generated_words);
  return std::exp(brevity + logarithms);
}

const MetricRegistration registration({"bleu", Better::higher, Needs::texts, value});

}  // namespace
}  // namespace winnow::train
