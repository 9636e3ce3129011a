// The share of continued rows whose text is the expected one, blanks at both ends aside.
#include <string_view>

#include "trainer/metrics/metric.hpp"

namespace winnow::train {
namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

double value(const EvaluationPass& pass) {
  std::int64_t right = 0;
  for (std::size_t row = 0; row < pass.references.size(); ++row) {
    right += trimmed(pass.references[row]) == trimmed(pass.generated[row]) ? 1 : 0;
  }
  return share(right, static_cast<std::int64_t>(pass.references.size()));
}

const MetricRegistration registration({"exact_match", Better::higher, Needs::texts, value});

}  // namespace
}  // namespace winnow::train
