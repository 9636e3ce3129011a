#include "searchers/models/held_out_combination.hpp"

#include <algorithm>
#include <numeric>

#include "searchers/numerics/rng.hpp"
#include "searchers/problem/error.hpp"

namespace winnow::search {

Eigen::MatrixXd cross_validated(const PredictionTable& table, const Combiner& fit) {
  constexpr std::size_t parts = 5;
  expect(table.rows.size() >= fewest_rows_to_combine, "rows for every part");
  std::vector<std::size_t> order(table.rows.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  Rng rng(0, 0, "parts of the rows");
  rng.shuffle(std::span(order));
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return table.labels[i]; });
  Eigen::MatrixXd held_out(std::ssize(table.rows), std::ssize(table.classes));
  for (std::size_t part = 0; part < parts; ++part) {
    std::vector<std::size_t> inside, outside;
    for (std::size_t k = 0; k < order.size(); ++k) {
      (k % parts == part ? outside : inside).push_back(order[k]);
    }
    const Eigen::MatrixXd predicted = fit(rows_of(table, inside))(rows_of(table, outside));
    for (std::size_t k = 0; k < outside.size(); ++k) {
      held_out.row(static_cast<Eigen::Index>(outside[k])) =
          predicted.row(static_cast<Eigen::Index>(k));
    }
  }
  return held_out;
}

}  // namespace winnow::search
