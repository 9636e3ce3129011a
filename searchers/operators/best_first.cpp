#include "searchers/operators/best_first.hpp"

#include <algorithm>
#include <numeric>

namespace winnow::search {

std::vector<std::size_t> best_first(const PriorStudy& study) {
  std::vector<std::size_t> order(study.trials.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return study.trials[a].losses[0] < study.trials[b].losses[0];
  });
  return order;
}

std::vector<std::size_t> telling(const PriorStudy& study, std::size_t most) {
  std::vector<std::size_t> order = best_first(study);
  if (order.size() > most) {
    const std::size_t best = (most + 1) / 2, others = most - best;
    const std::size_t rest = order.size() - best;
    for (std::size_t k = 0; k < others; ++k) {
      // The middles of `others` equal parts of the rest: ascending, so none is overwritten unread.
      order[best + k] = order[best + (2 * k + 1) * rest / (2 * others)];
    }
    order.resize(most);
  }
  std::sort(order.begin(), order.end());
  return order;
}

}  // namespace winnow::search
