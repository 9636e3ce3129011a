#include "searchers/numerics/hypervolume.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <memory_resource>

#include "searchers/numerics/staircase.hpp"
#include "searchers/problem/error.hpp"

namespace winnow::search {
namespace {

using Row = const double*;  // m losses

// Taken in the order of objective d, vector i adds (r_d − p_id) times what it adds to the volume in
// the first d − 1 objectives of the vectors before it. Every case below is this sentence; they
// differ in how they know that gain.
class Volume {
 public:
  explicit Volume(std::span<const double> reference)
      : reference_(reference), limited_(reference.size() + 1) {}

  /// In the first `d` objectives. Needs: rows below the reference, ascending in objective d.
  double of(std::span<const Row> rows, std::size_t d) {
    if (d == 1) return rows.empty() ? 0 : reference_[0] - rows.front()[0];
    if (d == 2) return in_two(rows);
    if (d == 3) return in_three(rows);
    return by_exclusive_volumes(rows, d);
  }

  /// What `p` adds in the first `d` objectives to `others`, ascending in objective d.
  double gain(Row p, std::span<const Row> others, std::size_t d) {
    double inclusive = 1;
    for (std::size_t j = 0; j < d; ++j) inclusive *= reference_[j] - p[j];
    return std::max(0.0, inclusive - of(limited(p, others, d), d));  // below 0 by rounding only
  }

 private:
  // The others as far as they lie in the box that p dominates; max keeps their order.
  std::span<const Row> limited(Row p, std::span<const Row> others, std::size_t d) {
    auto& [losses, rows] = limited_[d];
    losses.resize(others.size() * d);
    rows.clear();
    double* next = losses.data();
    for (Row other : others) {
      rows.push_back(next);
      for (std::size_t j = 0; j < d; ++j) *next++ = std::max(p[j], other[j]);
    }
    return rows;
  }

  double in_two(std::span<const Row> rows) const {
    double area = 0, best = reference_[0];
    for (Row row : rows) {
      if (row[0] >= best) continue;
      area += (reference_[1] - row[1]) * (best - row[0]);
      best = row[0];
    }
    return area;
  }

  double in_three(std::span<const Row> rows) {
    constexpr std::size_t node_bytes = 64;  // of a tree of pairs: 48, and what alignment may take
    tree_bytes_.resize(std::max(tree_bytes_.size(), (rows.size() + 1) * node_bytes));
    std::pmr::monotonic_buffer_resource memory(tree_bytes_.data(), tree_bytes_.size());
    Staircase staircase(&memory);
    double volume = 0;
    for (Row row : rows)
      volume += (reference_[2] - row[2]) *
                staircase.insert_for_area(row[0], row[1], reference_[0], reference_[1]);
    return volume;
  }

  double by_exclusive_volumes(std::span<const Row> rows, std::size_t d) {
    const auto is_nowhere_worse = [d](Row a, Row b) {  // in the first d − 1
      for (std::size_t j = 0; j + 1 < d; ++j)
        if (a[j] > b[j]) return false;
      return true;
    };
    double volume = 0;
    std::vector<Row> earlier;  // ascending in objective d − 1, none dominated in the first d − 1
    for (Row p : rows) {
      const auto covers = [&](Row other) { return is_nowhere_worse(other, p); };
      if (std::any_of(earlier.begin(), earlier.end(), covers)) continue;
      volume += (reference_[d - 1] - p[d - 1]) * gain(p, earlier, d - 1);
      std::erase_if(earlier, [&](Row other) { return is_nowhere_worse(p, other); });
      const auto place = std::upper_bound(earlier.begin(), earlier.end(), p,
                                          [d](Row a, Row b) { return a[d - 2] < b[d - 2]; });
      earlier.insert(place, p);
    }
    return volume;
  }

  struct Limited {
    std::vector<double> losses;
    std::vector<Row> rows;
  };
  std::span<const double> reference_;
  std::vector<Limited> limited_;  // by number of objectives: a recursion meets each number once
  std::vector<std::byte> tree_bytes_;
};

bool is_below(const Losses& losses, std::span<const double> reference) {
  expect(losses.size() == reference.size(), "losses and reference of the same length");
  for (std::size_t j = 0; j < losses.size(); ++j)
    if (!(losses[j] < reference[j])) return false;
  return true;
}

// Those below the reference, ascending in the last objective.
std::vector<Row> rows_below(std::span<const Losses> losses, std::span<const double> reference) {
  expect(!reference.empty(), "a reference of at least one objective");
  std::vector<Row> rows;
  for (const Losses& each : losses)
    if (is_below(each, reference)) rows.push_back(each.data());
  const std::size_t last = reference.size() - 1;
  std::stable_sort(rows.begin(), rows.end(), [&](Row a, Row b) { return a[last] < b[last]; });
  return rows;
}

/// The same problem in units that are powers of two, so that no difference and no product of ranges
/// leaves the numbers there are: nothing is rounded by it.
struct Scaled {
  std::vector<Losses> losses;
  Losses reference;
  int exponent = 0;  // volumes are 2^exponent as large
};

Scaled scaled(std::span<const Losses> losses, std::span<const double> reference) {
  Scaled result{{losses.begin(), losses.end()}, {reference.begin(), reference.end()}};
  for (std::size_t j = 0; j < reference.size(); ++j) {
    double half_range = 0;  // of those below the reference; halves, because it may overflow
    for (const Losses& each : losses)
      if (is_below(each, reference))
        half_range = std::max(half_range, reference[j] / 2 - each[j] / 2);
    int exponent = 0;
    std::frexp(half_range, &exponent);
    result.reference[j] = std::ldexp(reference[j], -exponent);
    // What lies far below the reference elsewhere may overflow, and adds nothing.
    for (Losses& each : result.losses) each[j] = std::ldexp(each[j], -exponent);
    result.exponent += exponent;
  }
  return result;
}

}  // namespace

double hypervolume(std::span<const Losses> losses, std::span<const double> reference) {
  const Scaled all = scaled(losses, reference);
  const double volume =
      Volume(all.reference).of(rows_below(all.losses, all.reference), reference.size());
  return std::ldexp(volume, all.exponent);
}

std::vector<double> hypervolume_contributions(std::span<const Losses> losses,
                                              std::span<const double> reference) {
  const Scaled all = scaled(losses, reference);
  const std::vector<Row> rows = rows_below(all.losses, all.reference);
  Volume volume(all.reference);
  std::vector<double> contributions;
  for (const Losses& each : all.losses) {
    std::vector<Row> others = rows;
    const bool counts = std::erase(others, each.data()) > 0;
    const double gain = counts ? volume.gain(each.data(), others, reference.size()) : 0;
    contributions.push_back(std::ldexp(gain, all.exponent));
  }
  return contributions;
}

Losses reference_behind(std::span<const Losses> front) {
  expect(!front.empty(), "a front that is not empty");
  constexpr double margin = 0.1;  // of the range; shared/design/algorithms.md 4.9
  Losses best = front[0], worst = front[0];
  for (const Losses& losses : front)
    for (std::size_t j = 0; j < losses.size(); ++j) {
      best[j] = std::min(best[j], losses[j]);
      worst[j] = std::max(worst[j], losses[j]);
    }
  Losses reference;
  for (std::size_t j = 0; j < best.size(); ++j) {
    const double own_size = worst[j] == 0 ? 1 : std::abs(worst[j]);
    // Margins are taken before the difference, which may overflow.
    const double behind =
        best[j] < worst[j] ? margin * worst[j] - margin * best[j] : margin * own_size;
    // The largest number where that is beyond it.
    reference.push_back(std::min(worst[j] + behind, std::numeric_limits<double>::max()));
  }
  return reference;
}

}  // namespace winnow::search
