#include "orchestrator/failure_backoff.hpp"

#include <algorithm>
#include <array>

namespace winnow::run {
namespace {

/// Ends by which a program, not a point, is likely to be wrong.
constexpr std::array<std::string_view, 4> endings = {"crashed", "config_wrong", "no_metric",
                                                     "no_progress"};

/// So many may be chance. From then on fewer than ten attempts start in the first minute, which is
/// the reliability note's figure (row 38).
constexpr int free_of_charge = 3;
constexpr auto first_pause = std::chrono::seconds(1);
constexpr auto longest_pause = std::chrono::seconds(60);

}  // namespace

std::chrono::seconds FailureBackoff::note(const store::AttemptEndRow& end) {
  std::string words = end.ending + ": " + end.message;
  if (std::ranges::find(endings, end.ending) == endings.end()) {
    in_a_row_ = 0;
    last_.clear();
    return {};
  }
  in_a_row_ = words == last_ ? in_a_row_ + 1 : 1;
  last_ = std::move(words);
  if (in_a_row_ < free_of_charge) return {};
  std::chrono::seconds pause = first_pause;
  for (int i = free_of_charge; i < in_a_row_ && pause < longest_pause; ++i) pause *= 2;
  return std::min(pause, std::chrono::seconds(longest_pause));
}

}  // namespace winnow::run
