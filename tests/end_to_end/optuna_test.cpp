// Debian's python3-optuna opens what we export: it is the judge.
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
