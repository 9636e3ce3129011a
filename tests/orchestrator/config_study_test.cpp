#include <catch2/catch.hpp>

#include "tests/orchestrator/config_support.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace winnow;
using namespace winnow::tests;
using run::StudyConfig;

TEST_CASE("a whole study file is read into its parts") {
  const StudyConfig config = read_study(R"(version: 1
name: lora-sft
description: first sweep
method: random
seed: 18446744073709551615
metrics:
  - {name: loss, target: 1.8}
  - {name: tokens, goal: maximize, aggregate: best}
parameters:
  lr: {min: 1e-6, max: 3e-4, scale: log}
  rank: {values: [8, 16], ordered: true}
  batch: {min: 8, max: 256, step: 8}
  optimizer: {values: [adamw, lion], probabilities: [0.7, 0.3]}
  beta2: {min: 0.9, max: 0.999, scale: reverse_log, when: {optimizer: adamw}, default: 0.99}
  fast: {values: [true, false]}
  task: {value: cls}
points: [{lr: 2e-5, rank: 16, batch: 8, optimizer: adamw, fast: true}]
determinism: {mode: strict, lag: 3}
limits: {max_trials: 100, max_concurrent: 4, max_duration: 24h, trial_timeout: 90s, max_gpu_hours: 12,
         max_failed: 10, max_initial_failures: 2}
trial:
  command: [/bin/echo, "${args}"]
  resources: {gpus: 2}
  env: {TOKENIZERS_PARALLELISM: false, WORD: "a b"}
  retries: 2
  stop: {signal: TERM, grace: 60s}
)");
  const StudySpec& spec = config.spec;
  CHECK(spec.name == "lora-sft");
  CHECK(spec.seed == 18446744073709551615u);
  REQUIRE(spec.objectives.size() == 2);
  CHECK(spec.objectives[0] == Objective{"loss", Direction::minimize, Aggregate::last, 1.8});
  CHECK(spec.objectives[1] ==
        Objective{"tokens", Direction::maximize, Aggregate::best, std::nullopt});
  CHECK(spec.space.find("lr")->domain == Domain(Real{1e-6, 3e-4, Scale::log, std::nullopt}));
  CHECK(spec.space.find("batch")->domain == Domain(Integer{8, 256, Scale::linear, 8}));
  const std::vector<Value> ranks = {std::int64_t{8}, std::int64_t{16}};
  CHECK(spec.space.find("rank")->domain == Domain(Categorical{ranks, true, {}}));
  CHECK(spec.space.find("task")->domain == Domain(Constant{Value(std::string("cls"))}));
  const Parameter& beta2 = *spec.space.find("beta2");
  REQUIRE(beta2.conditions.size() == 1);
  CHECK(beta2.conditions[0] == Condition{"optimizer", {Value(std::string("adamw"))}});
  REQUIRE(spec.points.size() == 1);
  CHECK(*spec.points[0].find("beta2") == Value(0.99));  // from the default
  CHECK(*spec.points[0].find("task") == Value(std::string("cls")));
  CHECK(spec.determinism.lag == 3);
  CHECK(spec.limits.max_duration_s == 86400.0);
  CHECK(spec.limits.trial_timeout_s == 90.0);
  CHECK(spec.limits.max_failed == 10);
  CHECK(std::get<run::CommandProgram>(config.program).arguments ==
        std::vector<std::string>{"/bin/echo", "${args}"});
  CHECK(config.trial.gpus == 2);
  CHECK(config.trial.retries == 2);
  CHECK(config.trial.grace_s == 60.0);
  CHECK(config.trial.environment.at("TOKENIZERS_PARALLELISM") == "false");
}

TEST_CASE("integer bounds make an integer, unless the type or the step says otherwise") {
  const auto domain = [](const std::string& parameter) {
    return read_study(study_with("parameters: {x: " + parameter + "}"))
        .spec.space.find("x")
        ->domain;
  };
  CHECK(domain("{min: 1, max: 8}") == Domain(Integer{1, 8, Scale::linear, 1}));
  CHECK(domain("{min: 1, max: 8.0}") == Domain(Real{1, 8, Scale::linear, std::nullopt}));
  CHECK(domain("{min: 1, max: 8, type: float}") == Domain(Real{1, 8, Scale::linear, std::nullopt}));
  CHECK(domain("{min: 0, max: 1, step: 0.25}") == Domain(Real{0, 1, Scale::linear, 0.25}));
  CHECK(domain("{min: 1, max: 8, type: int, scale: log}") == Domain(Integer{1, 8, Scale::log, 1}));
}

TEST_CASE("numbers of conditions, defaults and points take the type of what they are about") {
  const StudyConfig config = read_study(study_with(R"(parameters:
  x: {min: 0.0, max: 4.0, step: 1.0, default: 2}
  y: {values: [0.5, 1.0]}
  z: {value: 1, when: {x: 3, y: [1]}}
points: [{x: 3, y: 1}])"));
  CHECK(*config.spec.space.find("x")->default_value == Value(2.0));
  const Parameter& z = *config.spec.space.find("z");
  CHECK(z.conditions[0].any_of == std::vector<Value>{3.0});
  CHECK(z.conditions[1].any_of == std::vector<Value>{1.0});
  CHECK(*config.spec.points[0].find("y") == Value(1.0));
  CHECK(config.spec.points[0].find("z") != nullptr);
}

TEST_CASE("the word strict means a lag of max_concurrent") {
  const std::string more = std::string(one_parameter) + "\ndeterminism: strict";
  std::string text = study_with(more);
  text.replace(text.find("max_trials: 5"), 13, "max_concurrent: 3, max_trials: 5");
  CHECK(read_study(text).spec.determinism.lag == 3);
  CHECK_FALSE(read_study(study_with(one_parameter)).spec.determinism.is_strict());
  CHECK(faults_in(study_with(std::string(one_parameter) + "\ndeterminism: {mode: free, lag: 2}")) ==
        Faults{"7:32 determinism"});
}

TEST_CASE("all faults of a file are found in one pass, in its order") {
  CHECK(faults_in(R"(name: "../../x"
metod: random
method: bogus
metric: {name: loss, gaol: minimize, goal: minimise}
limits: {max_duration: 30, max_trials: 0, max_concurrent: two}
parameters:
  lr: {min: 1e-3, max: 1e-5, scale: log}
  batch: {min: 8, scale: linera}
  opt: 3
  x: {values: 5}
trial:
  command: [/bin/true, "${arg}"]
  resources: {gpu: 1}
  retries: -1
  env: {"A B": x, WINNOW_SEED: 1}
)") == Faults{"1:7 name", "2:1 unknown-key", "3:9 choice", "4:22 unknown-key", "4:44 choice",
              "5:24 duration", "5:40 range", "5:59 wrong-type", "7:24 parameter",
              "8:10 missing-key", "8:26 choice", "9:8 wrong-type", "10:15 wrong-type",
              "12:24 macro", "13:15 unknown-key", "14:12 range", "15:9 name", "15:19 name"});
}

TEST_CASE("a message shows the place, the code, the line with a caret and the nearest key") {
  const std::string messages =
      messages_in(study_with("parameters: {x: {min: 0.0, max: 1.0}}\nmetrc: 3"));
  CHECK(messages ==
        "/studies/a.yaml:7:1: error: unknown key `metrc` in the study, did you mean `metric`? "
        "[unknown-key]\n"
        "    metrc: 3\n"
        "    ^\n");
}

TEST_CASE("control characters of a file do not reach the terminal") {
  const std::string messages =
      messages_in(study_with("\"\x1b[2Jx\": 1\nparameters: {x: {value: 1}}"));
  CHECK(messages.find('\x1b') == std::string::npos);
}

TEST_CASE("a long line is shown around its fault") {
  const std::string messages =
      messages_in(study_with("parameters: {" + std::string(300, 'x') + ": {min: 0, max: 1}}"));
  for (std::size_t begin = 0; begin < messages.size();) {
    const std::size_t end = messages.find('\n', begin);
    if (messages[begin] == ' ') CHECK(end - begin < 100);
    begin = end + 1;
  }
  CHECK(messages.find("…") != std::string::npos);
}

TEST_CASE("keys of a later version are refused in words") {
  for (const char* key : {"repeat: 3", "scheduler: {source: x.py}"}) {
    CAPTURE(key);
    const std::string text = study_with(std::string(one_parameter) + "\n" + key);
    CHECK(faults_in(text) == Faults{"7:1 not-supported"});
    CHECK(messages_in(text).find("is not supported by this version") != std::string::npos);
  }
}

TEST_CASE("run_cap is max_trials, and both together are too many") {
  std::string text = study_with(std::string(one_parameter) + "\nrun_cap: 9");
  CHECK(faults_in(text) == Faults{"7:1 duplicate-key"});
  text.replace(text.find("limits: {max_trials: 5}"), 23, "limits: {max_concurrent: 1}");
  CHECK(read_study(text).spec.limits.max_trials == 9);
}

TEST_CASE("a study has exactly one program and one kind of metric") {
  CHECK(faults_in("name: a\nmethod: random\nmetric: {name: x}\nparameters: {x: {value: 1}}\n") ==
        Faults{"1:1 program"});
  CHECK(faults_in(study_with("parameters: {x: {value: 1}}\nmetrics: [{name: y}]")) ==
        Faults{"7:1 missing-key"});
}

TEST_CASE("what is missing is named at the top of the file") {
  // The name is the file's.
  CHECK(faults_in("description: nothing\n") ==
        Faults{"1:1 missing-key", "1:1 missing-key", "1:1 missing-key", "1:1 program"});
}

TEST_CASE("points are completed by defaults and checked like any value") {
  const auto with_point = [](const std::string& point) {
    return study_with(
        "parameters:\n  x: {min: 0, max: 9, default: 1}\n  k: {values: [a, b]}\n"
        "  d: {min: 0, max: 9, when: {k: b}}\npoints: [" +
        point + "]");
  };
  CHECK(faults_in(with_point("{k: a}")).empty());
  CHECK(faults_in(with_point("{k: c}")) == Faults{"10:14 point"});
  CHECK(faults_in(with_point("{k: a, x: 10}")) == Faults{"10:20 point"});
  CHECK(faults_in(with_point("{x: 1}")) == Faults{"10:10 point"});        // k has no default
  CHECK(faults_in(with_point("{k: b}")) == Faults{"10:10 point"});        // d has none either
  CHECK(faults_in(with_point("{k: a, d: 3}")) == Faults{"10:17 point"});  // d is not active
  CHECK(faults_in(with_point("{kk: a}")) == Faults{"10:11 unknown-key"});
}

TEST_CASE("a parameter that cannot be read hides no fault of another, and causes none") {
  CHECK(faults_in(study_with("parameters:\n  a: {values: }\n  b: {value: 1, when: {a: 2}}\n"
                             "  c: {min: 2, max: 1}")) ==
        Faults{"7:7 wrong-type", "9:20 parameter"});
}

TEST_CASE("null is not a value") {
  CHECK(faults_in(study_with("parameters: {x: {value: }}")) == Faults{"6:18 wrong-type"});
  CHECK(faults_in(study_with("parameters: {x: {value: ~}}")) == Faults{"6:25 wrong-type"});
  CHECK(faults_in(study_with("parameters: {x: {value: 1}}\npoints:")) == Faults{"7:1 wrong-type"});
}

TEST_CASE("a program must be there and executable") {
  const TemporaryFolder folder;
  write_text(folder / "data.txt", "x");
  const auto faults = [&](const std::string& program) {
    std::string text = study_with(one_parameter);
    text.replace(text.find("/bin/true"), 9, program);
    try {
      run::parse_study(text, folder / "s.yaml");
    } catch (const run::StudyFileError& error) {
      return error.diagnostics().at(0).code;
    }
    return std::string();
  };
  CHECK(faults("sh").empty());
  CHECK(faults("./missing") == "missing-file");
  CHECK(faults("./data.txt") == "missing-file");
  CHECK(faults("no-such-program-anywhere") == "missing-file");
  CHECK(faults(".") == "missing-file");
  std::filesystem::permissions(folder / "data.txt", std::filesystem::perms::owner_all);
  for (const std::string& startable :
       {std::string("#! /bin/sh -e\n"), std::string("#!/usr/bin/env sh\n"),
        std::string("#!/usr/bin/env -S A=1 sh -e\n"), std::string("\x7f\0\0", 3)}) {
    write_text(folder / "data.txt", startable);
    CHECK(faults("./data.txt").empty());
  }
  // An argument of env is one word for the kernel, blanks and all.
  for (const std::string line :
       {"x\n", "", "#!/usr/bin/pythn3 -u\n", "#!/bin/sh\r\n", "#!/usr/bin/env sh\r\n",
        "#!/usr/bin/env pythn3\n", "#!/usr/bin/env sh -e\n", "#!/usr/bin/env -S A=1 pythn3\n"}) {
    INFO(line);
    write_text(folder / "data.txt", line);
    CHECK(faults("./data.txt") == "missing-file");
  }
  // What may be run but not read cannot be looked at.
  write_text(folder / "data.txt", "x");
  std::filesystem::permissions(folder / "data.txt", std::filesystem::perms::owner_exec);
  CHECK(faults("./data.txt").empty());
}

TEST_CASE("a file that cannot be read is one fault with the file's name") {
  const TemporaryFolder folder;
  CHECK_THROWS_AS(run::read_study_file(folder / "none.yaml"), run::StudyFileError);
  CHECK_THROWS_AS(run::read_study_file(folder.path()), run::StudyFileError);
  write_text(folder / "large.yaml", std::string((1 << 20) + 1, '#'));
  try {
    run::read_study_file(folder / "large.yaml");
    FAIL("a file of more than 1 MiB was read");
  } catch (const run::StudyFileError& error) {
    CHECK(error.faults().at(0).place == (folder / "large.yaml").string());
  }
}

TEST_CASE("warnings say what may be meant differently, and stop nothing") {
  const TemporaryFolder folder;
  write_text(folder / "s.yaml",
             study_with("parameters: {x: {values: [no, yes]}, y: {min: 010, max: 20}}"));
  const run::StudyReading reading = run::read_study_file(folder / "s.yaml");
  REQUIRE(reading.warnings.size() == 3);
  CHECK(reading.warnings[0].code == "trap");
  CHECK(reading.warnings[2].at == run::Position{6, 47});
  CHECK(reading.config.spec.space.find("y")->domain == Domain(Integer{10, 20, Scale::linear, 1}));
}

TEST_CASE("two hundred faults are all reported, more than a thousand end with their number") {
  std::string more = "parameters: {x: {value: 1}}\n";
  for (int i = 0; i < 200; ++i) more += fmt::format("oops{}: 1\n", i);
  CHECK(faults_in(study_with(more)).size() == 200);
  for (int i = 200; i < 1050; ++i) more += fmt::format("oops{}: 1\n", i);
  const Faults faults = faults_in(study_with(more));
  CHECK(faults.size() == run::Diagnostics::most_faults + 1);
  CHECK(faults.back() == "0:0 more");
}

TEST_CASE("method options are checked by the method and completed") {
  CHECK(faults_in(study_with(std::string(one_parameter) + "\nmethod_options: {nonsense: 1}")) ==
        Faults{"7:28 method"});
}

TEST_CASE("a study that nothing ends is warned of") {
  const TemporaryFolder folder;
  std::string text = study_with(one_parameter);
  text.replace(text.find("{max_trials: 5}"), 15, "{max_concurrent: 2}");
  write_text(folder / "s.yaml", text);
  const auto warnings = run::read_study_file(folder / "s.yaml").warnings;
  REQUIRE(warnings.size() == 1);
  CHECK(warnings[0].code == "no-end");
  CHECK(warnings[0].at == run::Position{4, 1});
}

TEST_CASE("parameters that would be the same environment variable are refused") {
  const std::string text =
      study_with("parameters: {a.b: {value: 1}, c: {value: 1}, A-B: {value: 1}}");
  CHECK(faults_in(text) == Faults{"6:51 parameter"});
  CHECK(messages_in(text).find("a.b and A-B would be the same environment variable, "
                               "WINNOW_PARAM_A_B") != std::string::npos);
}

TEST_CASE("only the first of several metrics may end the study") {
  const char* text =
      "name: a\nmethod: random\nmetrics: [{name: x, target: 1}, {name: y, target: 2}]\n"
      "parameters: {x: {value: 1}}\ntrial: {command: [/bin/true]}\n";
  CHECK(faults_in(text) == Faults{"3:51 metric"});
}

TEST_CASE("a grid over real numbers has an end") {
  const std::string text =
      "name: a\nmethod: grid\nmethod_options: {points_per_parameter: 3}\nmetric: {name: x}\n"
      "parameters: {x: {min: 0.0, max: 1.0}}\ntrial: {command: [/bin/true]}\n";
  const TemporaryFolder folder;
  write_text(folder / "s.yaml", text);
  CHECK(run::read_study_file(folder / "s.yaml").warnings.empty());
}

TEST_CASE("what is wrong with a stored study now is said of the store, not of a line") {
  const std::string text = study_with(one_parameter);
  const std::string broken = text.substr(0, text.find("/bin/true")) + "/no/such/program]}\n" +
                             std::string(one_parameter) + "\n";
  try {
    run::parse_stored_study(broken, "/studies/a.yaml", "/root/a/study.db");
    FAIL("the program does not exist");
  } catch (const ConfigError& error) {
    REQUIRE(error.faults().size() == 1);
    CHECK(error.faults()[0].place == "/root/a/study.db (its study file)");
    CHECK(error.faults()[0].message == "/no/such/program does not exist");
  }
}

TEST_CASE("a parameter may have 10,000 choices, and no more") {
  const auto with_choices = [](int count) {
    std::string values;
    for (int k = 0; k < count; ++k) values += fmt::format("{}c{}", k == 0 ? "" : ", ", k);
    return study_with(fmt::format("parameters: {{kind: {{values: [{}]}}}}", values));
  };
  const TemporaryFolder folder;
  write_text(folder / "s.yaml", with_choices(10'000));
  const StudyConfig config = run::read_study_file(folder / "s.yaml").config;
  const auto& kind = std::get<Categorical>(config.spec.space.parameters()[0].domain);
  CHECK(kind.choices.size() == 10'000);
  CHECK(run::parse_study(run::normalised(config).dump(), config.file).spec == config.spec);
  CHECK(faults_in(with_choices(10'001)) == Faults{"6:29 too-large"});
}
