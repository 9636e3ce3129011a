#include "searchers/numerics/hypervolume_subset.hpp"

#include <algorithm>

#include "searchers/numerics/hypervolume.hpp"
#include "searchers/problem/error.hpp"

namespace winnow::search {

std::vector<std::size_t> hypervolume_subset(std::span<const Losses> losses, std::size_t count,
                                            std::span<const double> reference) {
  struct Candidate {
    std::size_t index;
    double gain;  // an upper bound: what it was when fewer had been chosen
  };
  std::vector<Candidate> candidates;
  for (std::size_t i = 0; i < losses.size(); ++i)
    candidates.push_back({i, hypervolume(losses.subspan(i, 1), reference)});
  std::vector<std::size_t> chosen;
  std::vector<Losses> chosen_losses;
  double volume = 0;
  while (chosen.size() < count && !candidates.empty()) {
    auto best = candidates.end();
    double best_gain = -1;
    // From the highest bound down, until the bounds are below what was found.
    std::stable_sort(candidates.begin(), candidates.end(), [](const auto& a, const auto& b) {
      return a.gain > b.gain || (a.gain == b.gain && a.index < b.index);
    });
    for (auto each = candidates.begin(); each != candidates.end() && each->gain >= best_gain;
         ++each) {
      chosen_losses.push_back(losses[each->index]);
      each->gain = hypervolume(chosen_losses, reference) - volume;
      chosen_losses.pop_back();
      const bool is_tie = each->gain == best_gain && each->index < best->index;
      if (each->gain <= best_gain && !is_tie) continue;
      best = each;
      best_gain = each->gain;
    }
    expect(best != candidates.end(), "finite volumes");
    chosen.push_back(best->index);
    chosen_losses.push_back(losses[best->index]);
    volume += best_gain;
    candidates.erase(best);
  }
  return chosen;
}

}  // namespace winnow::search
