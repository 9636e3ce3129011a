// Study files of other tools, and tables of past trials.
#include <catch2/catch.hpp>

#include "orchestrator/import/csv_table.hpp"
#include "orchestrator/import/imported_study.hpp"
#include "tests/orchestrator/config_support.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace winnow;
using namespace winnow::run;
using Catch::Contains;

namespace {

struct Imported {
  ImportedStudy study;
  std::string text;  // as a file of ours
  std::vector<std::string> faults;
};

Imported import_with(ImportedStudy (*read)(const Node&, Diagnostics&), std::string_view text) {
  Diagnostics diagnostics;
  const std::optional<Node> root = parse_yaml(text, user_file_limits, diagnostics);
  REQUIRE(root);
  Imported imported;
  imported.study = read(*root, diagnostics);
  imported.text = study_file_of(imported.study, "there");
  for (const Diagnostic& fault : diagnostics.errors()) {
    imported.faults.push_back(fmt::format("{} {}", fault.at.line, fault.code));
  }
  return imported;
}

/// The study that we read from it, with a program that is there.
StudySpec spec_of(Imported imported) {
  imported.study.study["trial"] = {{"command", {"/bin/true"}}};
  imported.study.study.erase("program");
  return tests::read_study(study_file_of(imported.study, "there")).spec;
}

Domain domain_of(const StudySpec& spec, const std::string& name) {
  INFO(name);
  const Parameter* parameter = spec.space.find(name);
  REQUIRE(parameter != nullptr);
  return parameter->domain;
}

}  // namespace

TEST_CASE("a W&B sweep's exponents become values, and what it drops is said") {
  const Imported imported = import_with(read_wandb, R"(
program: train.py
project: p
method: bayes
metric: {name: loss, goal: minimize}
run_cap: 7
parameters:
  lr: {distribution: log_uniform, min: -9, max: 0}
  decay: {distribution: inv_log_uniform, min: 0, max: 2}
  batch: {values: [16, 32]}
  group: {parameters: {deep: {distribution: log_uniform, min: 0, max: 1}}}
)");
  CHECK(imported.faults.empty());
  const StudySpec spec = spec_of(imported);
  CHECK(domain_of(spec, "lr") == Domain(Real{std::exp(-9.0), 1, Scale::log, {}}));
  CHECK(domain_of(spec, "decay") == Domain(Real{std::exp(-2.0), 1, Scale::log, {}}));
  CHECK(domain_of(spec, "group.deep") == Domain(Real{1, std::exp(1.0), Scale::log, {}}));
  CHECK(spec.limits.max_trials == 7);
  CHECK_THAT(imported.text, Contains("# - `project` is left out") &&
                                Contains("# - lr: log_uniform from -9 to 0 takes exponents") &&
                                Contains("\n  batch: {values: [16, 32]}\n"));
  CHECK(import_with(read_wandb, "scheduler: {engine: x}\n").faults ==
        std::vector<std::string>{"1 not-supported"});
}

TEST_CASE("NNI's search space: open ends, rounding, nested choices") {
  const Imported imported = import_with(read_nni, R"({
 "size": {"_type": "randint", "_value": [2, 10]},
 "drop": {"_type": "quniform", "_value": [0.05, 0.97, 0.1]},
 "lr": {"_type": "loguniform", "_value": [0.0001, 0.1]},
 "init": {"_type": "qnormal", "_value": [0, 2, 1]},
 "layer": {"_type": "choice", "_value": [
   {"_name": "none"},
   {"_name": "conv", "width": {"_type": "choice", "_value": [3, 5]}}]}})");
  CHECK(imported.faults.empty());
  const StudySpec spec = spec_of(imported);
  CHECK(domain_of(spec, "size") == Domain(Integer{2, 9, Scale::linear, 1}));
  const auto drop = std::get<Real>(domain_of(spec, "drop"));
  CHECK(drop.low == Approx(0.1));
  CHECK(drop.high == Approx(0.9));
  CHECK(drop.step == 0.1);
  CHECK(domain_of(spec, "lr") == Domain(Real{1e-4, 0.1, Scale::log, {}}));
  const Parameter* width = spec.space.find("layer.conv.width");
  REQUIRE(width != nullptr);
  CHECK(width->conditions == std::vector<Condition>{{"layer", {Value(std::string("conv"))}}});
  CHECK(spec.method == "auto");
  CHECK_THAT(imported.text, Contains("randint leaves out its upper end, so it goes from 2 to 9") &&
                                Contains("multiples of 0.1 within"));
}

TEST_CASE("NNI's experiment: limits, tuner, command") {
  const Imported imported = import_with(read_nni, R"(
searchSpace:
  x: {_type: uniform, _value: [0, 1]}
trialCommand: python3 train.py
trialConcurrency: 4
maxTrialNumber: 20
maxExperimentDuration: 2h
tuner: {name: TPE, classArgs: {optimize_mode: minimize}}
)");
  CHECK(imported.study.study["trial"]["command"][2] == "python3 train.py");
  const StudySpec spec = spec_of(imported);
  CHECK(spec.method == "tpe");
  CHECK(spec.objectives[0].direction == Direction::minimize);
  CHECK(spec.limits.max_concurrent == 4);
  CHECK(spec.limits.max_trials == 20);
  CHECK(spec.limits.max_duration_s == 7200);
  CHECK(import_with(read_nni, "x: {_type: uniform, _value: [1]}\ny: {_type: other, _value: [1, 2]}")
            .faults == std::vector<std::string>{"1 parameter-form", "2 choice"});
}

TEST_CASE("Katib's experiment: numbers written as texts, the container's command") {
  const Imported imported = import_with(read_katib, R"(
apiVersion: kubeflow.org/v1beta1
kind: Experiment
metadata: {name: random-example}
spec:
  objective: {type: maximize, goal: 0.99, objectiveMetricName: accuracy}
  algorithm: {algorithmName: bayesianoptimization}
  parallelTrialCount: 3
  maxTrialCount: 12
  maxFailedTrialCount: 2
  parameters:
    - {name: lr, parameterType: double, feasibleSpace: {min: "0.01", max: "0.05", distribution: logUniform}}
    - {name: layers, parameterType: int, feasibleSpace: {min: "64", max: "128", step: "16"}}
    - {name: optimizer, parameterType: categorical, feasibleSpace: {list: [sgd, "1"]}}
  trialTemplate:
    trialParameters:
      - {name: learningRate, reference: lr}
    trialSpec:
      spec:
        template:
          spec:
            containers:
              - image: x
                command: [python3, mnist.py, "--batch-size=16", "--lr=${trialParameters.learningRate}"]
)");
  CHECK(imported.faults.empty());
  CHECK(imported.study.study["trial"]["command"].dump() ==
        R"(["python3","mnist.py","--batch-size=16","${args}"])");
  CHECK(imported.study.study["trial"]["metrics_from"]["stdout"] == "katib");
  const StudySpec spec = spec_of(imported);
  CHECK(spec.name == "random-example");
  CHECK(spec.method == "gp");
  CHECK(spec.objectives[0].target == 0.99);
  CHECK(spec.limits.max_failed == 2);
  CHECK(domain_of(spec, "lr") == Domain(Real{0.01, 0.05, Scale::log, {}}));
  CHECK(domain_of(spec, "layers") == Domain(Integer{64, 128, Scale::linear, 16}));
  CHECK(std::get<Categorical>(domain_of(spec, "optimizer")).choices ==
        std::vector<Value>{std::string("sgd"), std::string("1")});
}

TEST_CASE("what Katib knows and we do not is said or refused") {
  const Imported imported = import_with(read_katib, R"(
kind: Experiment
metadata: {name: a}
spec:
  objective: {type: minimize, objectiveMetricName: loss}
  parameters:
    - {name: lr, parameterType: double, feasibleSpace: {min: "0.01", max: "1", distribution: logNormal}}
    - {name: x, parameterType: doubel, feasibleSpace: {min: "0", max: "1"}}
)");
  CHECK(imported.faults == std::vector<std::string>{"8 choice"});
  const std::vector<std::string>& notes = imported.study.notes;
  CHECK(std::ranges::count(notes,
                           "lr: logNormal has no mean here; it is log-uniform between min "
                           "and max") == 1);
  CHECK(std::ranges::count(notes, "it names no algorithm; method auto chooses one") == 1);
}

TEST_CASE("NNI's numbers that no study can hold are refused where they stand") {
  const Imported imported = import_with(read_nni, R"(
a: {_type: randint, _value: [0, 1e300]}
b: {_type: quniform, _value: [0, 1, 0]}
c: {_type: quniform, _value: [0, 1, 0.25]}
)");
  CHECK(imported.faults == std::vector<std::string>{"2 range", "3 range"});
}

TEST_CASE("tables have quotes, empty cells and either end of line") {
  const std::vector<CsvRow> rows = parse_csv(
      "\xef\xbb\xbf"
      "a,b\r\n1,\"x, \"\"y\"\"\n\"\n\n,2");
  REQUIRE(rows.size() == 3);
  CHECK(rows[0].cells == std::vector<std::string>{"a", "b"});
  CHECK(rows[1].cells == std::vector<std::string>{"1", "x, \"y\"\n"});
  CHECK(rows[2].cells == std::vector<std::string>{"", "2"});
  CHECK(rows[2].line == 5);
  CHECK_THROWS_WITH(parse_csv("a\n\"b"), Contains("line 2") && Contains("not closed"));
  CHECK_THROWS_WITH(parse_csv("\"a\"b"), Contains("expected a comma"));
}

TEST_CASE("past trials come from a table, also from our own") {
  const tests::TemporaryFolder folder;
  const StudySpec spec =
      tests::read_study(
          tests::study_with("parameters: {x: {min: 0.0, max: 1.0}, k: {values: [a, '1']}}"))
          .spec;
  tests::write_text(folder / "past.csv",
                    "x,k,loss,note,time\n0.5,a,1.5,fine,3\n,1,2,,\n0.25,1,,,\n");
  std::vector<std::string> notes;
  const std::vector<PastTrial> past = read_past_csv(folder / "past.csv", spec, notes);
  REQUIRE(past.size() == 3);
  CHECK(past[0].settings.size() == 2);
  CHECK(past[0].values == store::MetricValues{{"loss", 1.5}, {"time", 3}});
  const Knowledge known = knowledge_of(past, spec, "there");
  CHECK(known.known.trials.size() == 1);
  CHECK(known.left_out.size() == 2);
  tests::write_text(folder / "ours.csv",
                    "number,state,reason,role,replicate,seed,attempts,elapsed_s,params.x,params.k,"
                    "values.loss\n0,completed,,search,0,1,1,2,0.5,1,0.25\n"
                    "1,failed,infeasible: big,search,0,1,1,2,0.75,a,\n"
                    "2,completed,,baseline,1,1,1,2,0.5,a,7\n");
  const Knowledge ours =
      knowledge_of(read_past_csv(folder / "ours.csv", spec, notes), spec, "there");
  REQUIRE(ours.known.trials.size() == 2);
  CHECK(canonical_text(ours.known.trials[0].point) == "x=0.5 k=\"1\"");
  CHECK(ours.known.trials[1].end.ending == Ending::failed);
  CHECK(notes == std::vector<std::string>{"1 fresh trials of a selection left out"});
  tests::write_text(folder / "bad.csv", "x,k\n1\n");
  CHECK_THROWS_WITH(read_past_csv(folder / "bad.csv", spec, notes), Contains("line 2"));
  CHECK_THROWS_WITH(read_past_csv(folder / "none.csv", spec, notes), Contains("cannot read it"));
  tests::write_text(folder / "open.csv", "x\n\"1\n");
  CHECK_THROWS_WITH(read_past_csv(folder / "open.csv", spec, notes),
                    Contains("open.csv: line 2") && Contains("not closed"));
}
