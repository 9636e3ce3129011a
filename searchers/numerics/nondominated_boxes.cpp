#include "searchers/numerics/nondominated_boxes.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "searchers/problem/error.hpp"

namespace winnow::search {
namespace {

constexpr double minus_infinity = -std::numeric_limits<double>::infinity();

/// In the plane of the first two losses: from x to the next strip's x everything below `ceiling` is
/// not dominated, and the ceiling has been that since the third loss passed `since`.
struct Strip {
  double x, ceiling, since;
};

class Sweep {
 public:
  explicit Sweep(std::span<const double> reference)
      : reference_(reference), strips_{{minus_infinity, reference[1], minus_infinity}} {}

  /// A vector at height z, not below those before it: strips end there as far as it dominates them.
  void insert(double x, double y, double z) {
    const auto right_of = [](double at, const Strip& strip) { return at < strip.x; };
    const auto first = std::upper_bound(strips_.begin(), strips_.end(), x, right_of) - 1;
    if (first->ceiling <= y) return;  // dominated
    auto last = first;
    for (; last != strips_.end() && last->ceiling > y; ++last)
      close({std::max(last->x, x), last->ceiling, last->since}, end_of(last), z);
    const auto begin = first->x < x ? first + 1 : first;
    strips_.insert(strips_.erase(begin, last), {x, y, z});
  }

  /// Boxes of two losses: the strips as they are.
  std::vector<LossBox> areas() const {
    std::vector<LossBox> areas;
    for (auto strip = strips_.begin(); strip != strips_.end(); ++strip)
      areas.push_back({{strip->x, minus_infinity}, {end_of(strip), strip->ceiling}});
    return areas;
  }

  /// Boxes of three losses, all strips ending at the reference.
  std::vector<LossBox> volumes() {
    for (auto strip = strips_.begin(); strip != strips_.end(); ++strip)
      close(*strip, end_of(strip), reference_[2]);
    return std::move(boxes_);
  }

 private:
  double end_of(std::vector<Strip>::const_iterator strip) const {
    return std::next(strip) == strips_.end() ? reference_[0] : std::next(strip)->x;
  }

  void close(const Strip& strip, double end, double z) {
    if (strip.since < z)
      boxes_.push_back({{strip.x, minus_infinity, strip.since}, {end, strip.ceiling, z}});
  }

  std::span<const double> reference_;
  std::vector<Strip> strips_;  // by x; ceilings fall
  std::vector<LossBox> boxes_;
};

}  // namespace

std::vector<LossBox> nondominated_boxes(std::span<const Losses> losses,
                                        std::span<const double> reference) {
  const std::size_t objectives = reference.size();
  expect(objectives >= 1 && objectives <= 3, "a reference of one to three objectives");
  std::vector<const Losses*> below;
  for (const Losses& each : losses)
    if (std::equal(each.begin(), each.end(), reference.begin(), reference.end(), std::less<>()))
      below.push_back(&each);
  // By the last loss; of equal ones so that what dominates comes before what it dominates.
  std::sort(below.begin(), below.end(), [](const Losses* a, const Losses* b) {
    return a->back() != b->back() ? a->back() < b->back() : *a < *b;
  });
  if (objectives == 1)
    return {{{minus_infinity}, {below.empty() ? reference[0] : below.front()->front()}}};
  Sweep sweep(reference);
  for (const Losses* each : below) sweep.insert((*each)[0], (*each)[1], each->back());
  return objectives == 2 ? sweep.areas() : sweep.volumes();
}

}  // namespace winnow::search
