// Debian's python3-optuna opens what we export and makes what we import: it is the judge.
#include <catch2/catch.hpp>

#include "tests/end_to_end/program.hpp"

using Catch::Contains;
using namespace winnow::tests;
using nlohmann::json;

namespace {

// What Optuna makes of the file, trial by trial, as JSON.
const std::string reader = R"(
import json, optuna
optuna.logging.set_verbosity(optuna.logging.ERROR)
study = optuna.load_study(study_name='s', storage='sqlite:///o.db')
print(json.dumps({
    'directions': [d.name for d in study.directions],
    'best': study.best_trial.number if len(study.directions) == 1 else None,
    'trials': [{'number': t.number, 'state': t.state.name, 'params': t.params, 'values': t.values,
                'curve': t.intermediate_values, 'attributes': t.user_attrs,
                'seconds': t.duration.total_seconds() if t.duration else None,
                'kinds': {n: type(d).__name__ for n, d in t.distributions.items()}}
               for t in study.trials]}))
study.sampler = optuna.samplers.TPESampler(seed=1)
trial = study.ask()
trial.suggest_float('x', 1e-3, 1.0, log=True)
study.tell(trial, [1.0] * len(study.directions))
)";

json seen_by_optuna(const Winnow& winnow) {
  write_text(winnow.folder() / "read.py", reader);
  const Answer answer = winnow.shell("HOME=. /usr/bin/python3 read.py 2>&1");
  INFO(answer.output);
  REQUIRE(answer.code == 0);
  return answer.json();
}

}  // namespace

TEST_CASE("a study that was exported for Optuna is the same study there") {
  const Winnow winnow;
  write_text(winnow.folder() / "s.yaml",
             "name: s\nmethod: random\nmetric: {name: loss}\n"
             "parameters:\n"
             "  x: {min: 0.001, max: 1.0, scale: log}\n"
             "  n: {min: 2, max: 9}\n"
             "  step: {min: 0.0, max: 0.95, step: 0.1}\n"
             "  kind: {values: [a, 2, 2.5, true]}\n"
             "  only: {min: 0.0, max: 1.0, when: {kind: a}}\n"
             "  fixed: {value: 7}\n"
             "limits: {max_trials: 12, max_initial_failures: 12}\n"
             "trial:\n  command:\n    - /bin/sh\n    - -c\n    - |\n"
             "      if [ \"$WINNOW_TRIAL\" = 3 ]; then exit 1; fi\n"
             "      echo \"{\\\"step\\\":1,\\\"loss\\\":5}\" >> \"$WINNOW_REPORT_FILE\"\n"
             "      echo \"{\\\"step\\\":2,\\\"loss\\\":$WINNOW_PARAM_N.25$((WINNOW_TRIAL + "
             "10)),\\\"more\\\":3}\" >> "
             "\"$WINNOW_REPORT_FILE\"\n");
  REQUIRE(winnow("run s.yaml --quiet 2>&1").code == 0);
  CHECK_THAT(winnow("export s --optuna o.db").output, Contains("12 trials written"));
  const json study = seen_by_optuna(winnow);
  const json ours = winnow("trials s --json").json()["trials"];
  CHECK(study["directions"] == json::parse(R"(["MINIMIZE"])"));
  REQUIRE(study["trials"].size() == 12);
  for (std::size_t k = 0; k < 12; ++k) {
    const json& trial = study["trials"][k];
    INFO(trial.dump());
    CHECK(trial["number"] == k);
    CHECK(trial["state"] == (ours[k]["state"] == "completed" ? "COMPLETE" : "FAIL"));
    CHECK(trial["params"] == ours[k]["params"]);
    CHECK(trial["attributes"]["seed"] == ours[k]["seed"]);
    CHECK(trial["seconds"] >= 0);
    CHECK(trial["kinds"]["x"] == "FloatDistribution");
    CHECK(trial["kinds"]["n"] == "IntDistribution");
    CHECK(trial["kinds"]["kind"] == "CategoricalDistribution");
    if (trial["state"] == "FAIL") continue;
    CHECK(trial["values"][0] == ours[k]["values"]["loss"]);
    CHECK(trial["curve"] == json({{"1", 5.0}, {"2", ours[k]["values"]["loss"]}}));
    CHECK(trial["attributes"]["more"] == 3.0);
  }
  CHECK(study["trials"][3]["state"] == "FAIL");
  CHECK(study["best"] == winnow("best s --json").json()["trial"]["number"]);
  CHECK(winnow("export s --optuna o.db 2>&1").code == 2);  // it exists
  CHECK(winnow("export s --optuna no/such/folder/o.db 2>&1").code == 2);
}

TEST_CASE("a trial with a part of its objectives does not keep Optuna from reading the study") {
  const Winnow winnow;
  write_text(winnow.folder() / "s.yaml",
             "name: s\nmethod: random\nmetrics: [{name: loss}, {name: size}]\n"
             "parameters:\n"
             "  x: {min: 0.001, max: 1.0, scale: log}\n"
             "limits: {max_trials: 2, max_initial_failures: 3}\n"
             "trial:\n  command:\n    - /bin/sh\n    - -c\n    - |\n"
             "      if [ \"$WINNOW_TRIAL\" = 1 ]; then loss=NaN; else loss=2; fi\n"
             "      echo \"{\\\"loss\\\":$loss,\\\"size\\\":3}\" >> \"$WINNOW_REPORT_FILE\"\n");
  winnow("run s.yaml --quiet 2>&1");
  CHECK_THAT(winnow("export s --optuna o.db").output, Contains("2 trials written"));
  const json study = seen_by_optuna(winnow);
  CHECK(study["trials"][0]["values"] == json({2.0, 3.0}));
  CHECK(study["trials"][1]["state"] == "FAIL");
  CHECK(study["trials"][1]["values"].is_null());
}

TEST_CASE("a study of Optuna's is known to a study of ours") {
  const Winnow winnow;
  write_text(winnow.folder() / "make.py", R"(
import optuna
from optuna.distributions import *
optuna.logging.set_verbosity(optuna.logging.ERROR)
study = optuna.create_study(study_name='theirs', storage='sqlite:///o.db', directions=['maximize', 'minimize'])
optuna.create_study(study_name='empty', storage='sqlite:///o.db')
kinds = {'x': FloatDistribution(1e-3, 1.0, log=True), 'n': IntDistribution(2, 8, step=2),
         'kind': CategoricalDistribution(['a', 2, 2.5, True, None])}
def add(params, values, state=optuna.trial.TrialState.COMPLETE, **more):
    given = {n: kinds[n] for n in params}
    study.add_trial(optuna.trial.create_trial(params=params, distributions=given, values=values,
                                              state=state, **more))
add({'x': 0.1 + 0.2, 'n': 4, 'kind': 'a'}, [1.0 / 3, -2.5])
add({'x': 0.5, 'n': 2, 'kind': True}, [2.0, 0.0])
add({'x': 0.5, 'n': 2, 'kind': 2.5}, None, optuna.trial.TrialState.FAIL)
add({'x': 0.25, 'n': 8, 'kind': 2}, [float('inf'), 1.0])
add({'x': 0.25, 'n': 6, 'kind': 2}, [9.0, 1.0], system_attrs={'constraints': [-1.0, 0.5]})
add({'x': 0.25, 'n': 6, 'kind': None}, [9.0, 1.0])
study.enqueue_trial({'x': 0.75})
)");
  const Answer made = winnow.shell("HOME=. /usr/bin/python3 make.py 2>&1");
  INFO(made.output);
  REQUIRE(made.code == 0);
  const std::string file =
      "method: random\nmetrics: [{name: score, goal: maximize}, {name: cost}]\n"
      "parameters:\n"
      "  x: {min: 0.001, max: 1.0, scale: log}\n"
      "  n: {min: 2, max: 8, step: 2}\n"
      "  kind: {values: [a, 2, 2.5, true]}\n"
      "limits: {max_trials: 2}\ntrial: {command: [/bin/true]}\n";
  write_text(winnow.folder() / "theirs.yaml", file);
  const Answer imported = winnow("import optuna o.db --study theirs.yaml 2>&1");
  INFO(imported.output);
  REQUIRE(imported.code == 0);
  CHECK_THAT(imported.output, Contains("study theirs knows 3 trials") &&
                                  Contains("1 left out, trial 2: it is failed") &&
                                  Contains("1 left out, trial 3: its score is not finite") &&
                                  Contains("1 values that no parameter of a study can have"));
  const json ours = winnow("trials theirs --json").json()["trials"];
  REQUIRE(ours.size() == 3);
  CHECK(ours[0]["params"] == json({{"x", 0.1 + 0.2}, {"n", 4}, {"kind", "a"}}));
  CHECK(ours[0]["values"] == json({{"score", 1.0 / 3}, {"cost", -2.5}}));
  CHECK(ours[1]["params"]["kind"] == true);
  CHECK(ours[2]["state"] == "failed");
  CHECK_THAT(ours[2]["reason"].get<std::string>(), Contains("infeasible"));
  // Another name: which of its studies is not clear.
  write_text(winnow.folder() / "other.yaml", file);
  const Answer unclear = winnow("import optuna o.db --study other.yaml 2>&1");
  CHECK(unclear.code == 2);
  CHECK_THAT(unclear.output, Contains("holds the studies theirs, empty"));
  CHECK_THAT(winnow("import optuna o.db --study other.yaml name=empty 2>&1").output,
             Contains("its number of objectives is 1, that of the study file 2"));
  write_text(winnow.folder() / "other.db", "no database");
  const Answer no_database = winnow("import optuna other.db --study other.yaml 2>&1");
  CHECK(no_database.code == 2);
  CHECK_THAT(no_database.output, Contains("other.db: it is no SQLite file"));
  CHECK_THAT(winnow("import optuna nothing.db --study other.yaml 2>&1").output,
             Contains("there is no such file"));
  // The layout of Optuna 3.2 and later has this one's tables.
  const auto set_layout = [&](const std::string& version) {
    const std::string change = "UPDATE alembic_version SET version_num = '" + version + "'";
    winnow.shell(
        "/usr/bin/python3 -c \"import sqlite3; c = sqlite3.connect('o.db'); c.execute(\\\"" +
        change + "\\\"); c.commit()\"");
  };
  set_layout("v3.2.0.a");
  CHECK(winnow("import optuna o.db --study theirs.yaml --root again 2>&1").code == 0);
  set_layout("v1.3.0.a");
  CHECK_THAT(winnow("import optuna o.db --study theirs.yaml --root third 2>&1").output,
             Contains("layout v1.3.0.a"));
}
