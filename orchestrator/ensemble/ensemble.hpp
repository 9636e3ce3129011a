// Finished models as one: which way of combining them is best is decided on some labelled rows, and
// whether it is better than the best single model on others.
#pragma once

#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "searchers/models/combination_weights.hpp"
#include "searchers/models/stacking.hpp"
#include "searchers/stats/paired_proportions.hpp"

namespace winnow::run {

enum class CombinationKind { average, weighted, greedy, stacking };

constexpr std::array<std::string_view, 4> combination_words = {"average", "weighted", "greedy",
                                                               "stacking"};
constexpr std::string_view to_text(CombinationKind kind) {
  return combination_words[static_cast<std::size_t>(kind)];
}

struct CombinationScore {
  CombinationKind kind = CombinationKind::average;
  double brier = 0, accuracy = 0;  // of rows that it was not fitted to, five-fold
};

struct EnsembleTest {
  std::size_t rows = 0;
  double accuracy = 0, single_accuracy = 0;
  double brier = 0, single_brier = 0;
  stats::Discordant discordant;  // first: the ensemble
  stats::McNemar mcnemar;
  stats::PairedRates rates;
  std::optional<stats::Interval> brier_gain;  // single − ensemble, 95 %, Student's t over rows

  /// More rows right than the best single model, by more than chance at 5 %.
  bool is_improved() const;
};

struct Ensemble {
  CombinationKind kind = CombinationKind::average;
  search::Weights weights;  // of all but stacking
  std::optional<search::StackingModel> stacking;
  std::vector<CombinationScore> tried;  // each kind, but for stacking where that is too large
  std::string no_stacking;              // why, in words; empty: it was tried
  std::size_t best_member = 0;          // the least Brier score on the rows for selection
  double disagreement = 0;              // of the members there
  std::vector<std::string> classes;
  EnsembleTest test;
  Eigen::MatrixXd test_probabilities;  // n × K
};

/// `selection` and `test`: the same members on different rows, which none of them was trained on.
/// The kind with the least cross-validated Brier score, ties to the simplest, or the one `wanted`.
/// Throws ConfigError: fewer than two members, fewer than ten rows for selection, other classes in
/// the two tables, twice the same rows, a single class, stacking wanted and too large.
Ensemble build_ensemble(const search::PredictionTable& selection,
                        const search::PredictionTable& test, std::optional<CombinationKind> wanted);

/// `members`: their names, in the order of the tables.
nlohmann::ordered_json as_json(const Ensemble& ensemble, const std::vector<std::string>& members);
std::string as_text(const Ensemble& ensemble, const std::vector<std::string>& members,
                    std::size_t width);

/// Lines as prediction_file.hpp reads them.
std::string predictions_text(const search::PredictionTable& table,
                             const Eigen::MatrixXd& probabilities);

}  // namespace winnow::run
