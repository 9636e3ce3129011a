#include "orchestrator/ensemble/ensemble.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "orchestrator/ensemble/read_prediction_table.hpp"
#include "searchers/numerics/rng.hpp"
#include "searchers/problem/error.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace winnow;
using namespace winnow::run;
using Catch::Contains;
using winnow::tests::TemporaryFolder;
using winnow::tests::write_text;

namespace {

/// Predictions of a member that is right on a share of the rows.
std::string member_lines(int first, int rows, double share, std::uint64_t member,
                         bool has_probabilities) {
  std::string text;
  for (int row = first; row < first + rows; ++row) {
    search::Rng labels(1, row, "label"), own(member, row, "member");
    const bool is_positive = labels.below(2) == 1;
    const bool is_right = own.uniform() < share;
    const double sure = 0.6 + 0.3 * own.uniform();
    const std::string label = is_positive ? "pos" : "neg";
    const std::string predicted = is_positive == is_right ? "pos" : "neg";
    nlohmann::json line{
        {"row", row}, {"label", label}, {"predicted", predicted}, {"correct", is_right}};
    if (has_probabilities) {
      line["probabilities"] = {{predicted, sure}, {predicted == "pos" ? "neg" : "pos", 1 - sure}};
    }
    text += line.dump() + "\n";
  }
  return text;
}

search::PredictionTable table(const TemporaryFolder& folder, int first, int rows,
                              const std::vector<double>& shares, bool has_probabilities = true) {
  std::vector<std::filesystem::path> files;
  for (std::size_t m = 0; m < shares.size(); ++m) {
    files.push_back(folder / (std::to_string(m) + ".jsonl"));
    write_text(files.back(), member_lines(first, rows, shares[m], 10 + m, has_probabilities));
  }
  return read_prediction_table(files);
}

}  // namespace

TEST_CASE("an ensemble of good members that differ beats the best of them, and is tested for it") {
  const TemporaryFolder folder;
  const std::vector<double> shares = {0.8, 0.78, 0.78, 0.78, 0.78};
  const auto selection = table(folder, 0, 300, shares), test = table(folder, 300, 600, shares);
  const Ensemble ensemble = build_ensemble(selection, test, std::nullopt);
  CHECK(ensemble.tried.size() == 4);
  CHECK(ensemble.test.rows == 600);
  CHECK(ensemble.test.accuracy > ensemble.test.single_accuracy);
  CHECK(ensemble.test.is_improved());
  REQUIRE(ensemble.test.brier_gain);
  CHECK(ensemble.test.brier_gain->low > 0);
  CHECK(ensemble.disagreement > 0.2);
  const auto json = as_json(ensemble, {"a", "b", "c", "d", "e"});
  CHECK(json["verdict"] == "improved");
  CHECK(json["test"]["only_ensemble_correct"] > json["test"]["only_single_correct"]);
  for (const CombinationKind kind : {CombinationKind::average, CombinationKind::stacking}) {
    const Ensemble wanted = build_ensemble(selection, test, kind);
    CHECK(wanted.kind == kind);
    CHECK(wanted.stacking.has_value() == (kind == CombinationKind::stacking));
    CHECK(wanted.weights.empty() == (kind == CombinationKind::stacking));
  }
  // What it wrote reads as what it said.
  write_text(folder / "ours.jsonl", predictions_text(test, ensemble.test_probabilities));
  const auto again = read_prediction_table({folder / "ours.jsonl"});
  CHECK(search::accuracy(again, again.members[0]) == ensemble.test.accuracy);
}

TEST_CASE("an ensemble of copies proves nothing") {
  const TemporaryFolder folder;
  auto selection = table(folder, 0, 100, {0.8, 0.8}), test = table(folder, 100, 100, {0.8, 0.8});
  for (auto* both : {&selection, &test}) both->members[1] = both->members[0];
  const Ensemble ensemble = build_ensemble(selection, test, CombinationKind::greedy);
  CHECK(ensemble.disagreement == 0);
  CHECK_FALSE(ensemble.test.is_improved());
  CHECK(ensemble.test.mcnemar.exact_p == 1);
  CHECK_THAT(as_text(ensemble, {"a", "b"}, 100), Contains("not_proven"));
}

TEST_CASE("members without probabilities vote") {
  const TemporaryFolder folder;
  const std::vector<double> shares = {0.75, 0.75, 0.75};
  const auto selection = table(folder, 0, 200, shares, false);
  const auto test = table(folder, 200, 400, shares, false);
  const Ensemble ensemble = build_ensemble(selection, test, CombinationKind::average);
  for (Eigen::Index i = 0; i < 400; ++i) {
    const double share = ensemble.test_probabilities(i, 0) * 3;
    CHECK(share == Approx(std::round(share)).margin(1e-12));
  }
  CHECK(ensemble.test.accuracy > ensemble.test.single_accuracy);
}

TEST_CASE("what cannot be combined is refused with its place") {
  const TemporaryFolder folder;
  const auto message = [](const auto& call) {
    try {
      call();
    } catch (const ConfigError& error) {
      return error.faults().front().place + ": " + error.faults().front().message;
    }
    return std::string("nothing was refused");
  };
  const auto few = table(folder, 0, 8, {0.8, 0.8}), some = table(folder, 0, 50, {0.8, 0.8});
  CHECK_THAT(message([&] { build_ensemble(few, some, std::nullopt); }), Contains("8 rows"));
  auto one = some;
  one.members.resize(1);
  CHECK_THAT(message([&] { build_ensemble(one, some, std::nullopt); }), Contains("two finished"));
  auto others = some;
  others.classes = {"neg", "pos", "unsure"};
  CHECK_THAT(message([&] { build_ensemble(some, others, std::nullopt); }), Contains("--test"));
  CHECK_THAT(message([&] { build_ensemble(some, some, std::nullopt); }), Contains("the same rows"));
  write_text(folder / "bad.jsonl",
             R"({"row":0,"label":"a","predicted":"a","correct":true,"probabilities":{"a":0.5}})");
  CHECK_THAT(message([&] { read_prediction_table({folder / "bad.jsonl"}); }),
             Contains("bad.jsonl:1") && Contains("add up to 1"));
}

TEST_CASE("stacking of many classes is left out in words, or refused where it is wanted") {
  constexpr std::size_t classes = 40, rows = 80;
  search::PredictionTable selection;
  for (std::size_t k = 0; k < classes; ++k) selection.classes.push_back(std::to_string(100 + k));
  for (std::size_t row = 0; row < rows; ++row) {
    selection.rows.push_back(static_cast<std::int64_t>(row));
    selection.labels.push_back(row % classes);
  }
  const Eigen::MatrixXd even = Eigen::MatrixXd::Constant(rows, classes, 1.0 / classes);
  selection.members = {even, even, even};
  search::PredictionTable test = selection;
  std::ranges::rotate(test.labels, test.labels.begin() + 1);
  const Ensemble ensemble = build_ensemble(selection, test, std::nullopt);
  CHECK(ensemble.tried.size() == 3);
  // (1 + 3 · 39) · 39
  CHECK_THAT(ensemble.no_stacking, Contains("4602 coefficients"));
  CHECK_THAT(as_text(ensemble, {"a", "b", "c"}, 100), Contains("Left out: stacking"));
  CHECK_THROWS_AS(build_ensemble(selection, test, CombinationKind::stacking), ConfigError);
}
