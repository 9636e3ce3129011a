#include "searchers/models/ped_anova.hpp"

#include <catch2/catch.hpp>

#include "searchers/numerics/rng.hpp"
#include "tests/support/golden.hpp"

using namespace winnow;
using namespace winnow::search;

namespace {

/// Three axes of which the first alone decides, but for noise of the given size.
std::vector<CellTrial> trials_of_one_cause(std::uint64_t seed, int count, double noise) {
  std::vector<CellTrial> trials;
  for (int t = 0; t < count; ++t) {
    Rng rng(seed, t, "trial");
    CellTrial trial;
    for (int axis = 0; axis < 3; ++axis) trial.cells.push_back(static_cast<int>(rng.below(10)));
    trial.loss = trial.cells[0] + noise * rng.normal();
    trials.push_back(trial);
  }
  return trials;
}

const std::vector<CellAxis> three_axes(3, CellAxis{10, true});

}  // namespace

TEST_CASE("divergences and the quality of the model are those of a second implementation") {
  const nlohmann::json& all = tests::golden("importance");
  std::vector<CellAxis> axes;
  for (const auto& axis : all.at("axes")) axes.push_back({axis[0], axis[1]});
  for (const auto& set : all.at("sets")) {
    std::vector<CellTrial> trials;
    for (std::size_t t = 0; t < set.at("losses").size(); ++t) {
      trials.push_back({set.at("cells")[t], set.at("losses")[t]});
    }
    CAPTURE(trials.size());
    const PedAnova found = ped_anova(axes, trials);
    CHECK(found.best == set.at("best"));
    CHECK(found.held_out_auc == tests::near(set.at("auc")));
    for (std::size_t axis = 0; axis < axes.size(); ++axis) {
      CHECK(found.axes[axis].divergence == tests::near(set.at("divergence")[axis], 1e-9));
    }
  }
}

TEST_CASE("the parameter that decides is the important one, and the model says that it predicts") {
  const PedAnova found = ped_anova(three_axes, trials_of_one_cause(1, 200, 0.5));
  CHECK(found.axes[0].share > 0.8);
  CHECK(found.axes[0].p == 1.0 / 500);
  CHECK(found.held_out_auc > 0.9);
}

TEST_CASE("of pure noise the model says that it predicts nothing") {
  double sum = 0;
  int announced = 0;
  constexpr int studies = 20;
  for (std::uint64_t seed = 0; seed < studies; ++seed) {
    const PedAnova found = ped_anova(three_axes, trials_of_one_cause(seed, 100, 1e6));
    sum += found.held_out_auc;
    for (const AxisImportance& axis : found.axes) announced += axis.p < 0.05;
  }
  // Ten of a hundred are the best: one area has a standard error of 0.1, twenty of 0.022.
  CHECK(sum / studies < 0.5 + 3 * 0.022);
  CHECK(announced <= 8);  // of 60; three are to be expected, above 8 one in 200 times
}

TEST_CASE("a parameter that few of the best trials have is no cause by that") {
  std::vector<CellTrial> trials = trials_of_one_cause(7, 150, 0.5);
  // Active in a third of the trials, whatever their loss.
  for (std::size_t t = 0; t < trials.size(); ++t) {
    if (t % 3 != 0) trials[t].cells[2] = no_cell;
  }
  const PedAnova found = ped_anova(three_axes, trials);
  CHECK(found.axes[2].trials == 50);
  CHECK(found.axes[2].by_chance > 0);
  CHECK(found.axes[2].share < 0.1);
}

TEST_CASE("nothing matters where all trials are alike or no best trial has the parameter") {
  std::vector<CellTrial> trials = trials_of_one_cause(4, 40, 0);
  for (CellTrial& trial : trials) trial.cells[2] = trial.loss < 5 ? no_cell : trial.cells[2];
  CHECK(ped_anova(three_axes, trials).axes[2].divergence == Approx(0).margin(1e-12));
  for (CellTrial& trial : trials) trial.loss = 1;
  const PedAnova found = ped_anova(three_axes, trials);
  CHECK(found.best == 40);
  for (const AxisImportance& axis : found.axes) CHECK(axis.share == 0);
  CHECK(found.held_out_auc == 0.5);
}
