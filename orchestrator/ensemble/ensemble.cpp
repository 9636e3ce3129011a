#include "orchestrator/ensemble/ensemble.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "searchers/models/held_out_combination.hpp"
#include "searchers/problem/error.hpp"
#include "searchers/stats/student_t.hpp"

namespace winnow::run {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;

constexpr std::array kinds = {CombinationKind::average, CombinationKind::weighted,
                              CombinationKind::greedy, CombinationKind::stacking};
constexpr double alpha = 0.05;

search::Weights weights_of(CombinationKind kind, const search::PredictionTable& table) {
  switch (kind) {
    case CombinationKind::average:
      return search::equal_weights(table);
    case CombinationKind::weighted:
      return search::skill_weights(table);
    case CombinationKind::greedy:
      return search::greedy_weights(table);
    case CombinationKind::stacking:
      break;
  }
  throw BrokenExpectation("stacking has no weights");
}

search::Combiner combiner_of(CombinationKind kind, double penalty) {
  return [kind, penalty](const search::PredictionTable& part) -> search::Combination {
    if (kind == CombinationKind::stacking) {
      return [model = search::fit_stacking(part, penalty)](const search::PredictionTable& other) {
        return search::stacked(model, other);
      };
    }
    return [weights = weights_of(kind, part)](const search::PredictionTable& other) {
      return search::weighted(weights, other);
    };
  };
}

void check(const search::PredictionTable& selection, const search::PredictionTable& test) {
  std::vector<Fault> faults;
  if (selection.members.size() < 2) {
    faults.push_back({"members", "an ensemble needs two finished models or more"});
  }
  if (selection.rows.size() < search::fewest_rows_to_combine) {
    faults.push_back(
        {"--select", fmt::format("{} rows; choosing a combination needs {} or more",
                                 selection.rows.size(), search::fewest_rows_to_combine)});
  }
  if (selection.classes != test.classes) {
    faults.push_back({"--test", "its rows have other classes than those of --select"});
  }
  if (selection.classes == test.classes && selection.labels == test.labels &&
      selection.members == test.members) {
    faults.push_back({"--test",
                      "every model says the same of its rows as of those of --select: "
                      "they are the same rows, which cannot test their own choice"});
  }
  if (selection.classes.size() < 2) {
    faults.push_back({"--select", "all rows and predictions are of one class"});
  }
  if (!faults.empty()) throw ConfigError(std::move(faults));
}

/// Why stacking is left out; empty: it is not.
std::string too_large_to_stack(const search::PredictionTable& selection) {
  const std::size_t coefficients = search::stacking_coefficients(selection);
  if (coefficients <= search::most_stacking_coefficients) return "";
  return fmt::format("stacking would fit {} coefficients, {} at most are; take fewer members",
                     coefficients, search::most_stacking_coefficients);
}

std::vector<double> squared_errors(const search::PredictionTable& table,
                                   const MatrixXd& probabilities) {
  std::vector<double> errors;
  for (std::size_t i = 0; i < table.labels.size(); ++i) {
    Eigen::RowVectorXd away = probabilities.row(static_cast<Index>(i));
    away[static_cast<Index>(table.labels[i])] -= 1;
    errors.push_back(away.squaredNorm());
  }
  return errors;
}

EnsembleTest tested(const search::PredictionTable& table, const MatrixXd& ensemble,
                    const MatrixXd& single) {
  EnsembleTest test;
  test.rows = table.rows.size();
  test.accuracy = search::accuracy(table, ensemble);
  test.single_accuracy = search::accuracy(table, single);
  test.brier = search::brier_score(table, ensemble);
  test.single_brier = search::brier_score(table, single);
  const std::vector<std::size_t> ours = search::predicted_classes(ensemble);
  const std::vector<std::size_t> theirs = search::predicted_classes(single);
  for (std::size_t i = 0; i < ours.size(); ++i) {
    const bool is_right = ours[i] == table.labels[i], was_right = theirs[i] == table.labels[i];
    test.discordant.only_first += is_right && !was_right;
    test.discordant.only_second += was_right && !is_right;
  }
  test.mcnemar = stats::mcnemar(test.discordant);
  test.rates = stats::paired_rates(test.discordant, static_cast<std::int64_t>(test.rows));
  const auto gains =
      stats::differences(squared_errors(table, single), squared_errors(table, ensemble));
  if (gains) {
    if (const auto mean = stats::paired_t(*gains)) test.brier_gain = mean->interval;
  }
  return test;
}

}  // namespace

bool EnsembleTest::is_improved() const {
  return discordant.only_first > discordant.only_second && stats::rejects(mcnemar.exact_p, alpha);
}

Ensemble build_ensemble(const search::PredictionTable& selection,
                        const search::PredictionTable& test,
                        std::optional<CombinationKind> wanted) {
  check(selection, test);
  Ensemble ensemble;
  ensemble.classes = selection.classes;
  ensemble.disagreement = search::disagreement(selection);
  ensemble.no_stacking = too_large_to_stack(selection);
  const bool can_stack = ensemble.no_stacking.empty();
  if (wanted == CombinationKind::stacking && !can_stack)
    throw ConfigError("--method", ensemble.no_stacking);
  const double penalty = can_stack ? search::choose_penalty(selection) : 0;
  for (const CombinationKind kind : kinds) {
    if (kind == CombinationKind::stacking && !can_stack) continue;
    const MatrixXd held_out = search::cross_validated(selection, combiner_of(kind, penalty));
    ensemble.tried.push_back(
        {kind, search::brier_score(selection, held_out), search::accuracy(selection, held_out)});
  }
  ensemble.kind =
      wanted.value_or(std::ranges::min_element(ensemble.tried, {}, &CombinationScore::brier)->kind);
  std::vector<double> alone;
  for (const MatrixXd& member : selection.members) {
    alone.push_back(search::brier_score(selection, member));
  }
  ensemble.best_member = static_cast<std::size_t>(std::ranges::min_element(alone) - alone.begin());
  if (ensemble.kind == CombinationKind::stacking) {
    ensemble.stacking = search::fit_stacking(selection, penalty);
    ensemble.test_probabilities = search::stacked(*ensemble.stacking, test);
  } else {
    ensemble.weights = weights_of(ensemble.kind, selection);
    ensemble.test_probabilities = search::weighted(ensemble.weights, test);
  }
  ensemble.test = tested(test, ensemble.test_probabilities, test.members[ensemble.best_member]);
  return ensemble;
}

std::string predictions_text(const search::PredictionTable& table, const MatrixXd& probabilities) {
  std::string text;
  const std::vector<std::size_t> predicted = search::predicted_classes(probabilities);
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    nlohmann::ordered_json line{{"row", table.rows[i]},
                                {"label", table.classes[table.labels[i]]},
                                {"predicted", table.classes[predicted[i]]},
                                {"correct", predicted[i] == table.labels[i]}};
    for (std::size_t k = 0; k < table.classes.size(); ++k) {
      line["probabilities"][table.classes[k]] =
          probabilities(static_cast<Index>(i), static_cast<Index>(k));
    }
    text += line.dump() + "\n";
  }
  return text;
}

}  // namespace winnow::run
