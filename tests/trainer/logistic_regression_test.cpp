#include "trainer/baseline/logistic_regression.hpp"

#include <ATen/ATen.h>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/support/temporary_folder.hpp"
#include "trainer/baseline/strength.hpp"
#include "trainer/errors.hpp"

using namespace winnow;
using namespace winnow::train;

namespace {

/// 40 rows of 3 features in 3 classes; the same formula as in golden/logistic_regression.py.
at::Tensor features() {
  at::Tensor values = at::empty({40, 3}, at::kDouble);
  for (std::int64_t i = 0; i < values.numel(); ++i) {
    values.data_ptr<double>()[i] = std::sin(1.3 * static_cast<double>(i * i % 101));
  }
  return values;
}

at::Tensor labels() {
  std::vector<std::int64_t> values;
  for (std::int64_t row = 0; row < 40; ++row) values.push_back(row * row % 7 % 3);
  return at::tensor(values);
}

}  // namespace

TEST_CASE("weights equal those of a second implementation, for weak and strong penalties") {
  const auto golden = nlohmann::json::parse(tests::read_text(
      std::string(WINNOW_SOURCE_DIR) + "/tests/trainer/golden/logistic_regression.json"));
  for (const auto& expected : golden["fits"]) {
    const double penalty = expected["penalty"];
    const LogisticModel model = fit_logistic(features(), labels(), 3, penalty);
    INFO("penalty " << penalty);
    CHECK(logistic_objective(model, features(), labels(), penalty) ==
          Approx(expected["objective"].get<double>()).epsilon(1e-9));
    for (std::int64_t k = 0; k < 3; ++k) {
      for (std::int64_t c = 0; c < 3; ++c) {
        const double want =
            expected["weight"][static_cast<std::size_t>(k)][static_cast<std::size_t>(c)];
        CHECK(model.weight[k][c].item<double>() == Approx(want).margin(1e-4));
      }
    }
  }
}

TEST_CASE("starting from another solution leads to the same one") {
  const LogisticModel cold = fit_logistic(features(), labels(), 3, 0.1);
  const LogisticModel warm =
      fit_logistic(features(), labels(), 3, 0.1, fit_logistic(features(), labels(), 3, 100.0));
  CHECK(at::max(at::abs(cold.weight - warm.weight)).item<double>() < 1e-4);
}

TEST_CASE("classes that can be separated are separated, with finite weights") {
  const at::Tensor x = at::tensor(std::vector<double>{-2, -1, -1.5, 1, 2, 1.5}, at::kDouble);
  const at::Tensor y = at::tensor(std::vector<std::int64_t>{0, 0, 0, 1, 1, 1});
  const LogisticModel model = fit_logistic(x.view({6, 1}), y, 2, 1e-3);
  CHECK(at::equal(apply(model, x.view({6, 1})).argmax(1), y));
  CHECK(at::isfinite(model.weight).all().item<bool>());
  CHECK_THROWS_AS(fit_logistic(x.view({6, 1}), y, 2, 0.0), BrokenExpectation);
}

TEST_CASE("cross-validation prefers a strong penalty where labels are noise") {
  // A feature that decides the class, alone or drowned in 30 that say nothing.
  at::manual_seed(1);
  const at::Tensor signal = at::randn({60, 1}, at::kDouble);
  const at::Tensor decided = signal.select(1, 0).gt(0).to(at::kLong);
  const StrengthChoice clear = choose_strength(signal, decided, 2);
  CHECK(clear.scores.size() == 7);
  CHECK(clear.scores.front().penalty == Approx(1e3));
  const double best = std::max_element(clear.scores.begin(), clear.scores.end(),
                                       [](const StrengthScore& a, const StrengthScore& b) {
                                         return a.accuracy < b.accuracy;
                                       })
                          ->accuracy;
  CHECK(best > 0.95);
  for (const StrengthScore& score : clear.scores) {
    if (score.penalty > clear.penalty) CHECK(score.accuracy < best);
    if (score.penalty == clear.penalty) CHECK(score.accuracy == best);
  }
}
