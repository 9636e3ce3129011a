// The study language beyond ranges and choices: derived values, constraints, distributions, groups,
// the words of W&B sweep files.
#include <catch2/catch.hpp>
#include <cmath>

#include "tests/orchestrator/config_support.hpp"
#include "tests/support/temporary_folder.hpp"

using Catch::Contains;
using namespace winnow;
using namespace winnow::tests;
using run::StudyConfig;

namespace {

Domain domain_of(const std::string& parameter) {
  return read_study(study_with("parameters: {x: " + parameter + "}")).spec.space.find("x")->domain;
}

/// Reads back its own normalised form.
void check_normalised(const StudyConfig& config) {
  StudyConfig again = run::parse_study(run::normalised(config).dump(), config.file);
  again.text = config.text;
  CHECK(again == config);
}

}  // namespace

TEST_CASE("derived values and constraints are read, and tie the study's own points too") {
  const StudyConfig config = read_study(study_with(R"(parameters:
  batch: {min: 8, max: 64, step: 8}
  rank: {values: [4, 8]}
  steps: {expr: "256 / batch"}
constraints: ["batch * rank <= 256"]
points: [{batch: 32, rank: 8}])"));
  CHECK(config.spec.space.size() == 2);
  REQUIRE(config.spec.rules.derived.size() == 1);
  CHECK(config.spec.rules.derived[0].name == "steps");
  CHECK(config.spec.rules.constraints[0].text() == "batch * rank <= 256");
  check_normalised(config);
  const std::string broken = study_with(R"(parameters:
  batch: {min: 8, max: 64, step: 8}
constraints: ["batch < 32"]
points: [{batch: 32}])");
  CHECK(faults_in(broken) == Faults{"9:10 point"});
  CHECK_THAT(messages_in(broken), Contains("the constraint batch < 32 does not hold"));
}

TEST_CASE("faults in expressions are shown where they are") {
  CHECK(faults_in(study_with("parameters:\n  x: {min: 1, max: 9}\n"
                             "  y: {expr: \"x * z\"}\n"
                             "  v: {expr: x +}\n"
                             "  w: {expr: x, min: 3}\n"
                             "constraints: [x > 1 and w, \"x = 3\", [x]]")) ==
        Faults{"8:18 expression", "9:16 expression", "10:16 unknown-key", "11:25 expression",
               "11:31 expression", "11:37 wrong-type"});
  CHECK(faults_in(study_with("parameters:\n  x: {min: 1, max: 9}\n"
                             "constraints: [x + 1]")) == Faults{"8:15 expression"});
}

TEST_CASE("one fault hides no other, wherever it is") {
  const std::string text = study_with(R"(method_options: {gama: 0.3}
parameters:
  x: {min: 1, maxx: 9}
  y: {min: 3.0, max: 1.0}
  z: {min: 1, maxx: 3, when: {optt: a}}
  w: {values: [1, 2], when: {xx: 1}}
  d: {expr: "x * qq"}
constraints: ["x < 3", "k > 2", "w + 1"]
points: [{x: 1, foo: 2}]
selection: {seeds: 5, alpa: 0.1, baseline: none})");
  CHECK(faults_in(text) == Faults{"6:24 method", "8:6 missing-key", "8:15 unknown-key",
                                  "9:22 parameter", "10:6 missing-key", "10:15 unknown-key",
                                  "10:31 parameter", "11:29 parameter", "12:18 expression",
                                  "13:25 expression", "13:34 expression", "14:17 unknown-key",
                                  "15:23 unknown-key"});
  // What is known of parameters that can be read is no less.
  CHECK(faults_in(study_with("parameters:\n  x: {min: 1, max: 9}\n  y: {expr: q + 1}\n"
                             "constraints: [x + 1, y > 1, x > 1]\npoints: [{x: 30}]")) ==
        Faults{"8:13 expression", "9:15 expression", "10:14 point"});
}

TEST_CASE("constraints that nothing satisfies are refused before the study begins") {
  const std::string text =
      study_with("parameters: {x: {min: 0.0, max: 1.0}}\nconstraints: [x > 0.5, x < 0.4]");
  CHECK(faults_in(text) == Faults{"7:14 constraints"});
  CHECK_THAT(messages_in(text), Contains("no point of 20000 tried is allowed"));
}

TEST_CASE("the distributions of W&B are read in natural units") {
  CHECK(domain_of("{distribution: uniform, min: 0, max: 2}") == Domain(Real{0, 2}));
  CHECK(domain_of("{distribution: int_uniform, min: 1, max: 5}") == Domain(Integer{1, 5}));
  CHECK(domain_of("{distribution: log_uniform_values, min: 1e-5, max: 1e-1}") ==
        Domain(Real{1e-5, 1e-1, Scale::log}));
  CHECK(domain_of("{distribution: q_uniform, min: 8, max: 64, q: 8}") ==
        Domain(Integer{8, 64, Scale::linear, 8}));
  CHECK(domain_of("{distribution: q_uniform, min: 0.1, max: 1, q: 0.25}") ==
        Domain(Real{0, 1, Scale::linear, 0.25}));
  CHECK(domain_of("{distribution: q_log_uniform_values, min: 16, max: 256, q: 16}") ==
        Domain(Integer{16, 256, Scale::log, 16}));
  CHECK(domain_of("{distribution: normal, mu: 1, sigma: 2}") ==
        Domain(Real{-15, 17, Scale::quantile, {}, NormalPrior{1, 2}}));
  CHECK(domain_of("{distribution: normal, min: -1, max: 1}") ==
        Domain(Real{-1, 1, Scale::quantile, {}, NormalPrior{0, 1}}));
  CHECK(domain_of("{distribution: log_normal, mu: 0, sigma: 0.5}") ==
        Domain(Real{std::exp(-4.0), std::exp(4.0), Scale::quantile, {}, LogNormalPrior{0, 0.5}}));
  CHECK(domain_of("{distribution: beta, a: 2, b: 5}") ==
        Domain(Real{0, 1, Scale::quantile, {}, BetaPrior{2, 5}}));
  CHECK(domain_of("{distribution: q_normal, mu: 0, sigma: 1, q: 0.5}") ==
        Domain(Real{-8, 8, Scale::quantile, 0.5, NormalPrior{0, 1}}));
  CHECK(domain_of("{distribution: constant, value: 3}") == Domain(Constant{std::int64_t{3}}));
  CHECK(std::get<Categorical>(domain_of("{distribution: categorical_w_probabilities, values: [1, "
                                        "2], probabilities: [0.2, 0.8]}"))
            .probabilities == std::vector<double>{0.2, 0.8});
  check_normalised(
      read_study(study_with("parameters:\n  a: {distribution: q_normal, q: 0.3}\n"
                            "  b: {distribution: q_log_normal, mu: 2, sigma: 1}\n"
                            "  c: {distribution: beta, a: 2, b: 5, max: 0.9}")));
}

TEST_CASE("a range takes what is believed of its numbers") {
  CHECK(domain_of("{min: 0.0, max: 0.5, prior: 'normal(0.1, 0.05)'}") ==
        Domain(Real{0, 0.5, Scale::quantile, {}, NormalPrior{0.1, 0.05}}));
  CHECK(domain_of("{min: 1e-5, max: 1e-1, scale: log, prior: ' log_normal( -7 , 1.5) '}") ==
        Domain(Real{1e-5, 1e-1, Scale::quantile, {}, LogNormalPrior{-7, 1.5}}));
  CHECK(domain_of("{min: 0, max: 1, type: float, step: 0.25, prior: 'beta(2,5)'}") ==
        Domain(Real{0, 1, Scale::quantile, 0.25, BetaPrior{2, 5}}));
  check_normalised(
      read_study(study_with("parameters:\n  a: {min: 0.0, max: 0.5, prior: 'normal(0.1, 0.05)'}")));
  const auto fault = [](const std::string& parameter) {
    return faults_in(study_with("parameters: {x: {" + parameter + "}}"));
  };
  CHECK(fault("min: 0, max: 9, prior: 'normal(1, 2)'") == Faults{"6:41 parameter-form"});
  CHECK(fault("min: 0.0, max: 9.0, prior: 'normal(1)'") == Faults{"6:45 wrong-type"});
  CHECK(fault("min: 0.0, max: 9.0, prior: 'normal(1, inf)'") == Faults{"6:45 wrong-type"});
  CHECK(fault("min: 0.0, max: 9.0, prior: 'normal(1, 0)'") == Faults{"6:45 range"});
  CHECK(fault("min: 0.0, max: 9.0, prior: 'beta(0, 1)'") == Faults{"6:45 range"});
  CHECK(fault("min: 0.0, max: 9.0, prior: 'cauchy(0, 1)'") == Faults{"6:45 choice"});
  CHECK(fault("min: 8.0, max: 9.0, prior: 'normal(0, 0.1)'") == Faults{"6:45 range"});
  CHECK(fault("min: 0.1, max: 9.0, scale: log, prior: 'normal(1, 1)'") ==
        Faults{"6:57 parameter-form"});
  CHECK(fault("values: [1, 2], prior: 'normal(1, 1)'") == Faults{"6:34 parameter-form"});
  CHECK(fault("distribution: normal, prior: 'normal(1, 1)'") == Faults{"6:40 parameter-form"});
}

TEST_CASE("distributions of exponents are refused with both rewritings") {
  const std::string text =
      study_with("parameters: {lr: {distribution: log_uniform, min: -9.2, max: -2.3}}");
  CHECK(faults_in(text) == Faults{"6:19 exponents"});
  CHECK_THAT(messages_in(text), Contains("{min: 0.000101039, max: 0.100259, scale: log}"));
  const std::string both =
      study_with("parameters: {lr: {distribution: inv_log_uniform, min: 1, max: 5}}");
  CHECK_THAT(messages_in(both), Contains("{min: 2.71828, max: 148.413, scale: log}"));
  CHECK_THAT(messages_in(both), Contains("{min: 1, max: 5, scale: log}"));
}

TEST_CASE("wrong distributions say what is missing or does not belong") {
  const auto fault = [](const std::string& parameter) {
    return faults_in(study_with("parameters: {x: " + parameter + "}"));
  };
  CHECK(fault("{distribution: gaussian}") == Faults{"6:32 choice"});
  CHECK(fault("{distribution: normal, sigma: 0}") == Faults{"6:40 range"});
  CHECK(fault("{distribution: uniform, max: 3}") == Faults{"6:17 missing-key"});
  CHECK(fault("{distribution: beta, a: 1}") == Faults{"6:17 missing-key"});
  CHECK(fault("{distribution: normal, min: 40, max: 50}") == Faults{"6:40 range"});
  CHECK(fault("{distribution: normal, scale: log}") == Faults{"6:40 parameter-form"});
  CHECK(fault("{distribution: categorical, min: 1, max: 2}") == Faults{"6:17 parameter-form"});
  CHECK(fault("{distribution: q_uniform, min: 0, max: 1, q: 0}") == Faults{"6:59 range"});
  CHECK(fault("{min: 0, max: 1, mu: 3}") == Faults{"6:34 parameter-form"});
}

TEST_CASE("groups of parameters become names with dots") {
  const StudyConfig config = read_study(study_with(R"(parameters:
  optimizer:
    parameters:
      lr: {min: 1e-5, max: 1e-1, scale: log}
      kind: {values: [adam, sgd]}
  momentum: {min: 0.0, max: 1.0, when: {optimizer.kind: sgd}}
constraints: ["optimizer.lr < 0.05"])"));
  CHECK(config.spec.space.find("optimizer.lr") != nullptr);
  CHECK(config.spec.space.find("momentum")->conditions[0].parameter == "optimizer.kind");
  check_normalised(config);
  CHECK(faults_in(study_with(R"(parameters:
  optimizer:
    when: {x: 1}
    parameters:
      lr: {min: 1e-1, max: 1e-5}
)")) == Faults{"8:5 parameter-form", "10:28 parameter"});
}

TEST_CASE("a plain sweep file of W&B runs unchanged") {
  const TemporaryFolder folder;
  write_text(folder / "train.py", "");
  write_text(folder / "sweep.yaml", R"(program: train.py
method: bayes
project: mine
entity: us
run_cap: 30
metric:
  name: val_loss
  goal: minimize
early_terminate:
  type: hyperband
  min_iter: 3
parameters:
  learning_rate:
    distribution: log_uniform_values
    min: 0.0001
    max: 0.1
  batch_size:
    values: [32, 64]
  epochs:
    value: 5
)");
  const run::StudyReading reading = run::read_study_file(folder / "sweep.yaml");
  const StudyConfig& config = reading.config;
  CHECK(config.spec.name == "sweep");  // of the file
  CHECK(config.spec.limits.max_trials == 30);
  CHECK(std::get<run::CommandProgram>(config.program).arguments ==
        std::vector<std::string>{"/usr/bin/env", "python3", "train.py", "${args}"});
  REQUIRE(config.spec.early_termination);
  CHECK(config.spec.early_termination->rule == "asha");  // which hyperband is a word for
  CHECK(config.spec.early_termination->options.at("min_iter") == Value(std::int64_t{3}));
  REQUIRE(reading.warnings.size() == 2);
  CHECK(reading.warnings[0].code == "label");
  check_normalised(config);
}

TEST_CASE("the command of a sweep file may stand at the top, with its macros") {
  const TemporaryFolder folder;
  write_text(folder / "train.py", "");
  const std::string head =
      "method: random\nmetric: {name: loss}\nrun_cap: 3\n"
      "parameters: {x: {min: 0.0, max: 1.0}}\n";
  const auto arguments = [&](const std::string& rest) {
    write_text(folder / "s.yaml", head + rest);
    return std::get<run::CommandProgram>(run::read_study_file(folder / "s.yaml").config.program)
        .arguments;
  };
  CHECK(arguments("program: train.py\n"
                  "command: ['${env}', '${interpreter}', '${program}', '--fast', "
                  "'${args_no_equals}']") == std::vector<std::string>{"/usr/bin/env", "python3",
                                                                      "train.py", "--fast",
                                                                      "${args_no_equals}"});
  CHECK(arguments("command: [/bin/true, '${args_json}']") ==
        std::vector<std::string>{"/bin/true", "${args_json}"});
  const auto faults = [&](const std::string& rest) { return faults_in(head + rest + "\nname: s"); };
  CHECK(faults("program: nothing.py") == Faults{"5:10 missing-file"});
  CHECK(faults("command: [/bin/true, '${program}']") == Faults{"5:22 macro"});
  CHECK(faults("command: [/bin/true]\ntrial: {command: [/bin/true]}") == Faults{"5:1 program"});
  CHECK(faults("command: /bin/true") == Faults{"5:10 wrong-type"});
  // Nothing is passed over in silence.
  CHECK(faults("program: train.py\ncommand: [/bin/true]") == Faults{"5:1 program"});
  CHECK(faults_in(study_with("parameters: {x: {expr: 1 + 1}}")) == Faults{"6:13 wrong-type"});
}

TEST_CASE("which checkpoints are kept is read, with one of each kind by default") {
  const auto config = [](const std::string& keys) {
    return read_study(study_with(std::string(one_parameter) + "\ncheckpoints: " + keys));
  };
  CHECK(config("{}").checkpoints == run::CheckpointPolicy{1, 1, 1});
  const StudyConfig some = config("{keep_best_overall: 0, keep_latest_per_trial: 3}");
  CHECK(some.checkpoints == run::CheckpointPolicy{0, 1, 3});
  check_normalised(some);
  const auto faults = [](const std::string& keys) {
    return faults_in(study_with(std::string(one_parameter) + "\ncheckpoints: " + keys));
  };
  CHECK(faults("none") == Faults{"7:14 wrong-type"});
  CHECK(faults("{keep_best: 1}") == Faults{"7:15 unknown-key"});
  CHECK(faults("{keep_best_overall: -1}") == Faults{"7:34 range"});
}

TEST_CASE("trials run on this machine, and another executor is refused in words") {
  const auto faults = [](const std::string& executor) {
    return faults_in(study_with(std::string(one_parameter) + "\nexecutor: " + executor));
  };
  CHECK(faults("local").empty());
  CHECK(faults("{type: local}").empty());
  CHECK(faults("slurm") == Faults{"7:11 not-supported"});
  CHECK(faults("{type: slurm, partition: gpu, time: 8h, sbatch: [\"--account=a\"]}") ==
        Faults{"7:18 not-supported"});
  CHECK(faults("{type: slurm, time: 8, sbatch: x}") ==
        Faults{"7:18 not-supported", "7:31 duration", "7:42 wrong-type"});
  CHECK(faults("{type: local, time: 8h}") == Faults{"7:25 unknown-key"});
  CHECK(faults("cloud") == Faults{"7:11 choice"});
}

TEST_CASE("what stands under a misspelt key is read as well") {
  CHECK(faults_in(study_with("paramters: {x: {min: 2, max: 1}, y: [1, 2]}")) ==
        Faults{"6:1 unknown-key", "6:30 parameter", "6:37 wrong-type"});
  CHECK(faults_in("metod: bogus\nname: a\nmetric: {name: loss}\nparameters: {x: {value: 1}}\n"
                  "limits: {max_trials: 1}\ntrial: {command: [/bin/true]}\n") ==
        Faults{"1:1 unknown-key", "1:8 choice"});
  // A key that is only short of another one is not taken for it.
  CHECK(faults_in(study_with("parameters: {x: {distribution: beta, b: 2}}")) ==
        Faults{"6:17 missing-key"});
}

TEST_CASE("words of other tools are understood in so far as ours is named") {
  const std::string messages = messages_in(
      study_with("parameters: {x: {low: 0, high: 1}, y: {choices: [1, 2]}, z: {value: [1]}, "
                 "n: [1, 2]}\nn_trials: 3"));
  for (const char* meant : {"did you mean `min`?", "did you mean `max`?", "did you mean `values`?",
                            "a choice is `values`", "or {values: [16, 32]}"}) {
    CAPTURE(meant, messages);
    CHECK(messages.find(meant) != std::string::npos);
  }
  CHECK(messages_in("name: a\nmethod: random\nmetric: loss\nparameters: {x: {value: 1}}\n"
                    "trial: {command: [/bin/true, '${arg}', '${args_jsn}']}\n")
            .find("{name: loss, goal: minimize}") != std::string::npos);
}

TEST_CASE("a command is looked for whatever is wrong with its arguments") {
  CHECK(faults_in("name: a\nmethod: random\nmetric: {name: loss}\n"
                  "parameters: {x: {min: 0.0, max: 1.0}}\nlimits: {max_trials: 1}\n"
                  "trial: {command: [./no-such-program, '${arg}']}\n") ==
        Faults{"6:19 missing-file", "6:38 macro"});
}
