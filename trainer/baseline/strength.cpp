#include "trainer/baseline/strength.hpp"

#include <ATen/ATen.h>

#include <cmath>

#include "trainer/baseline/logistic_regression.hpp"
#include "trainer/data/batches.hpp"
#include "trainer/errors.hpp"

namespace winnow::train {
namespace {

constexpr std::size_t folds = 5;
constexpr int strongest_exponent = 3;
constexpr int weakest_exponent = -3;

struct Fold {
  at::Tensor fitted_on;  // row numbers
  at::Tensor left_out;
};

std::vector<Fold> make_folds(std::size_t rows) {
  const std::vector<std::uint32_t> order = epoch_order(rows, /*seed=*/0, /*epoch=*/0);
  std::vector<Fold> result;
  for (std::size_t fold = 0; fold < folds; ++fold) {
    std::vector<std::int64_t> fitted_on, left_out;
    for (std::size_t i = 0; i < rows; ++i)
      (i % folds == fold ? left_out : fitted_on).push_back(order[i]);
    result.push_back({at::tensor(fitted_on), at::tensor(left_out)});
  }
  return result;
}

}  // namespace

StrengthChoice choose_strength(const at::Tensor& features, const at::Tensor& labels,
                               std::int64_t classes) {
  expect(features.size(0) >= static_cast<std::int64_t>(folds), "every fold has rows");
  StrengthChoice choice;
  for (int e = strongest_exponent; e >= weakest_exponent; --e) {
    choice.scores.push_back({std::pow(10.0, e), 0.0});
  }
  for (const Fold& fold : make_folds(static_cast<std::size_t>(features.size(0)))) {
    const at::Tensor fitted_features = features.index_select(0, fold.fitted_on);
    const at::Tensor fitted_labels = labels.index_select(0, fold.fitted_on);
    const at::Tensor left_out_labels = labels.index_select(0, fold.left_out);
    LogisticModel model;  // each strength starts from the solution of the one before
    for (StrengthScore& score : choice.scores) {
      model = fit_logistic(fitted_features, fitted_labels, classes, score.penalty, model);
      const at::Tensor predicted = apply(model, features.index_select(0, fold.left_out)).argmax(1);
      score.accuracy +=
          predicted.eq(left_out_labels).sum().item<double>() / static_cast<double>(labels.size(0));
    }
  }
  const StrengthScore* best = &choice.scores.front();
  for (const StrengthScore& score : choice.scores) {
    if (score.accuracy > best->accuracy) best = &score;
  }
  choice.penalty = best->penalty;
  return choice;
}

}  // namespace winnow::train
