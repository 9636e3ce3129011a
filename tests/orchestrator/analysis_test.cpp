#include "orchestrator/decision/analysis.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "orchestrator/decision/ablation.hpp"
#include "orchestrator/decision/changed_point.hpp"
#include "orchestrator/decision/importance.hpp"
#include "orchestrator/decision/score_relations.hpp"
#include "searchers/numerics/rng.hpp"
#include "searchers/problem/error.hpp"

using namespace winnow;
using namespace winnow::run;
using Catch::Contains;

namespace {

/// The score rises with `size`, falls where `kind` is "bad", and `momentum` matters under "bad"
/// only; `idle` never does.
StudySpec study() {
  StudySpec spec;
  spec.name = "analysed";
  spec.objectives = {{"score", Direction::maximize}};
  const Categorical kinds{{std::string("good"), std::string("bad")}};
  spec.space = SearchSpace({{"size", Integer{1, 1000, Scale::log}, {}, std::int64_t{10}},
                            {"kind", kinds, {}, std::string("bad")},
                            {"momentum", Real{0, 1}, {{"kind", {std::string("bad")}}}, 0.25},
                            {"idle", Real{0, 1}, {}, 0.5}});
  return spec;
}

double score_of(const Point& point) {
  const double size = static_cast<double>(std::get<std::int64_t>(*point.find("size")));
  const Value* momentum = point.find("momentum");
  return std::log10(size) - (momentum == nullptr ? 0 : 1 - 0.5 * std::get<double>(*momentum));
}

std::vector<store::TrialRow> trials_of(const StudySpec& spec, int count) {
  const search::UnitCube cube(spec.space);
  std::vector<store::TrialRow> rows;
  for (int t = 0; t < count; ++t) {
    search::Rng rng(3, t, "point");
    std::vector<double> unit(cube.dimension());
    for (double& coordinate : unit) coordinate = rng.uniform();
    store::TrialRow row;
    row.trial.suggestion.number = TrialNumber{t};
    row.trial.suggestion.point = cube.decode(unit);
    row.state = TrialState::completed;
    row.values = {{"score", score_of(row.trial.suggestion.point)}, {"bytes", 100.0 - t}};
    row.elapsed_s = 2 + row.values.at("score") + 0.1 * rng.uniform();
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace

TEST_CASE("a changed point keeps to the conditions") {
  const SearchSpace space = study().space;
  const Point bad({{"size", std::int64_t{10}},
                   {"kind", std::string("bad")},
                   {"momentum", 0.75},
                   {"idle", 0.5}});
  const Point good({{"size", std::int64_t{10}}, {"kind", std::string("good")}, {"idle", 0.5}});
  CHECK(changed_point(space, bad, {{"kind", std::string("good")}}, bad) == good);
  CHECK(changed_point(space, good, {{"kind", std::string("bad")}}, bad) == bad);
  const Point back = changed_point(space, good, {{"kind", std::string("bad")}}, good);
  CHECK(*back.find("momentum") == Value(0.25));  // its default
}

TEST_CASE("both importances find what moves the score, and say how well they predict") {
  const StudySpec spec = study();
  const ImportanceSummary found = importance(spec, trials_of(spec, 300), std::nullopt);
  CHECK(found.forest.predicts());
  CHECK(found.forest.r_squared > 0.9);
  CHECK(found.forest.held_out.size() == 300);
  CHECK(found.forest.coverage_90 > 0.8);
  for (const ParameterImportance& parameter : found.parameters) {
    CAPTURE(parameter.name);
    if (parameter.name == "size") CHECK(parameter.of_variance.mean > 0.6);
    if (parameter.name == "kind") CHECK(parameter.of_variance.mean > 0.1);
    if (parameter.name == "idle") CHECK(parameter.of_variance.mean < 0.02);
  }
  REQUIRE(!found.pairs.empty());
  CHECK(as_json(found)["parameters"][0].contains("fanova_sd"));
  CHECK_THAT(as_text(found, 100), Contains("fANOVA") && Contains("R²"));
}

TEST_CASE("a score that is noise has a model that says so") {
  const StudySpec spec = study();
  std::vector<store::TrialRow> rows = trials_of(spec, 100);
  for (store::TrialRow& row : rows) {
    search::Rng rng(5, row.trial.suggestion.number.value, "noise");
    row.values["score"] = rng.normal();
  }
  const ModelQuality quality = ScoreModel(spec, rows, spec.objectives.front()).quality();
  CHECK_FALSE(quality.predicts());
  CHECK_THAT(quality_sentence(quality), Contains("does not predict"));
  rows.resize(19);
  CHECK_THROWS_AS(ScoreModel(spec, rows, spec.objectives.front()), ConfigError);
}

TEST_CASE("what is best on average is found along each parameter") {
  const StudySpec spec = study();
  const ScoreModel model(spec, trials_of(spec, 300), spec.objectives.front());
  std::vector<std::vector<Value>> grids;
  for (std::size_t axis = 0; axis < model.axes(); ++axis) grids.push_back(model.grid(axis));
  CHECK(grids[0].size() == 11);
  CHECK(grids[0].front() == Value(std::int64_t{1}));
  CHECK(grids[0].back() == Value(std::int64_t{1000}));
  CHECK(grids[1].size() == 2);
  const auto dependence = model.dependence(grids);
  CHECK(dependence[0].back().mean - dependence[0].front().mean > 2);  // three powers of ten
  CHECK(dependence[1][0].mean - dependence[1][1].mean > 0.4);
  const search::SobolIndices indices = model.sensitivity();
  CHECK(indices.inputs[0].total > 0.6);
  CHECK(indices.inputs[3].total < 0.03);
}

TEST_CASE("an ablation path exchanges first what helps most, and ends at its target") {
  const StudySpec spec = study();
  const ScoreModel model(spec, trials_of(spec, 400), spec.objectives.front());
  const Point target({{"size", std::int64_t{900}}, {"kind", std::string("good")}, {"idle", 0.1}});
  const std::vector<AblationStep> path =
      ablation_path(model, *spec.space.complete(Point()), target);
  REQUIRE(path.size() == 3);
  CHECK(path[0].parameter == "size");
  CHECK(path[0].from == Value(std::int64_t{10}));
  CHECK(path[0].to == Value(std::int64_t{900}));
  CHECK(path[1].parameter == "kind");
  CHECK(path[2].parameter == "idle");
  CHECK(path[2].score == Approx(model.at(target).mean));
  CHECK(path[0].score < path[1].score);
  CHECK(ablation_path(model, target, target).empty());
}

TEST_CASE("a score is held against parameters, metrics and time, corrected for all of them") {
  const StudySpec spec = study();
  std::vector<store::TrialRow> rows = trials_of(spec, 60);
  rows[3].state = TrialState::failed;
  rows[4].values["score"] = NAN;
  const std::vector<Relation> relations = score_relations(spec, rows, spec.objectives.front());
  REQUIRE(relations.size() == 6);  // four parameters, bytes, seconds
  CHECK(relations.front().with == Relation::With::seconds);
  CHECK(relations.front().strength > 0.95);
  for (const Relation& relation : relations) {
    CHECK(relation.p_holm >= relation.p);
    if (relation.name == "kind") {
      CHECK(relation.is_choice);
      CHECK(relation.p < 0.02);
    } else if (relation.name != "momentum") {
      CHECK(relation.trials == 58);
    }
    if (relation.name == "idle") CHECK(relation.p_holm > 0.05);
  }
  MetricSpreads spreads = metric_spreads(spec, rows);
  REQUIRE(spreads.described.size() == 2);
  CHECK(spreads.described[0].metric == "score");
  CHECK(spreads.described[0].values.n == 58);
  CHECK(spreads.described[1].values.maximum == 100);
  CHECK(spreads.left_out.empty());
  rows[5].values["bytes"] = 1e200;  // its square is no number
  spreads = metric_spreads(spec, rows);
  CHECK(spreads.described.size() == 1);
  REQUIRE(spreads.left_out.size() == 1);
  CHECK(spreads.left_out[0].metric == "bytes");
  CHECK(spreads.left_out[0].reason.find("1e+200") != std::string::npos);
}
