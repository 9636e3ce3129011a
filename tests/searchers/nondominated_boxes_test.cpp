#include "searchers/numerics/nondominated_boxes.hpp"

#include <catch2/catch.hpp>

#include "searchers/numerics/hypervolume.hpp"
#include "tests/searchers/loss_sets.hpp"

using namespace winnow::search;

namespace {

// How much `probe` adds to the dominated volume, by the boxes: of each the part it dominates.
double gain_by_boxes(const std::vector<LossBox>& boxes, const Losses& probe) {
  double gain = 0;
  for (const LossBox& box : boxes) {
    double part = 1;
    for (std::size_t j = 0; j < probe.size(); ++j)
      part *= std::max(0.0, box.high[j] - std::max(box.low[j], probe[j]));
    gain += part;
  }
  return gain;
}

}  // namespace

TEST_CASE("boxes give what a vector adds to the hypervolume, and are as few as they can be") {
  for (const std::size_t objectives : {std::size_t{1}, std::size_t{2}, std::size_t{3}}) {
    const Losses reference(objectives, 0.8);  // some vectors are beyond it
    for (std::int64_t set = 0; set < 30; ++set) {
      const std::vector<Losses> losses = loss_set(static_cast<std::size_t>(set), objectives, set);
      const std::vector<LossBox> boxes = nondominated_boxes(losses, reference);
      CHECK(boxes.size() <= (objectives - 1) * pareto_front(losses).size() + 1);
      for (const Losses& probe : loss_set(20, objectives, 100 + set)) {
        std::vector<Losses> with = losses;
        with.push_back(probe);
        CHECK(gain_by_boxes(boxes, probe) ==
              Approx(hypervolume(with, reference) - hypervolume(losses, reference)).margin(1e-12));
      }
    }
  }
}
