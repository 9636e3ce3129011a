#include "trainer/protocol/nearest_name.hpp"

#include <algorithm>
#include <vector>

namespace winnow::protocol {
namespace {

std::string without_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

/// Optimal string alignment distance (Damerau 1964, restricted to one edit a place).
std::size_t edit_distance(std::string_view a, std::string_view b) {
  const std::size_t width = b.size() + 1;
  std::vector<std::size_t> d((a.size() + 1) * width);  // (|a|+1) × (|b|+1)
  for (std::size_t i = 0; i <= a.size(); ++i) {
    for (std::size_t j = 0; j <= b.size(); ++j) {
      std::size_t& here = d[i * width + j];
      if (i == 0 || j == 0) {
        here = i + j;
        continue;
      }
      const std::size_t replaced = d[(i - 1) * width + j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      here = std::min({replaced, d[(i - 1) * width + j] + 1, d[i * width + j - 1] + 1});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) here = std::min(here, d[(i - 2) * width + j - 2] + 1);
    }
  }
  return d.back();
}

}  // namespace

std::string nearest_name(std::string_view name, std::span<const std::string> candidates) {
  // No name of ours is near this long; a longer one is not a slip of the finger.
  constexpr std::size_t longest_name = 200;
  if (name.size() > longest_name) return {};
  const std::string wanted = without_case(name);
  std::string best;
  std::size_t best_distance = 0;
  for (const std::string& candidate : candidates) {
    if (candidate.size() > longest_name) continue;
    const std::size_t distance = edit_distance(wanted, without_case(candidate));
    if (distance > (std::max(name.size(), candidate.size()) + 2) / 3) continue;
    if (!best.empty() && distance >= best_distance) continue;
    best = candidate;
    best_distance = distance;
  }
  return best;
}

}  // namespace winnow::protocol
