#include <catch2/catch.hpp>

#include "orchestrator/config/overrides.hpp"
#include "tests/orchestrator/config_support.hpp"
#include "tests/support/temporary_folder.hpp"

using Catch::Contains;
using namespace winnow;
using namespace winnow::tests;

namespace {

run::StudyConfig with(const std::vector<std::string>& overrides) {
  const TemporaryFolder folder;
  write_text(folder / "a.yaml", study_with("parameters:\n  x: {min: 0.0, max: 1.0}\n"
                                           "  a.b: {min: 1, max: 9}"));
  return run::read_study_file(folder / "a.yaml", overrides).config;
}

std::string refusal(const std::string& text) {
  try {
    with({text});
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("settings of the command line are laid over the file") {
  CHECK(with({"limits.max_trials=50"}).spec.limits.max_trials == 50);
  CHECK(with({"seed=7", "seed=8"}).spec.seed == 8);
  CHECK(with({"parameters.x.max=0.5"}).spec.space.find("x")->domain == Domain(Real{0, 0.5}));
  CHECK(with({"parameters.a.b.max=3"}).spec.space.find("a.b")->domain == Domain(Integer{1, 3}));
  CHECK(with({"parameters.y={values: [1, 2]}"}).spec.space.find("y") != nullptr);
  CHECK(with({"determinism.mode=strict", "determinism.lag=4"}).spec.determinism.lag == 4);
  CHECK(with({"description=a = b"}).spec.description == "a = b");
  CHECK(with({"trial.env.WORD=\"a b\""}).trial.environment.at("WORD") == "a b");
}

TEST_CASE("a parameter may be a value, a list, or a range in the words of Hydra and Guild") {
  const auto domain = [](const std::string& words) {
    return with({"parameters.x=" + words}).spec.space.find("x")->domain;
  };
  CHECK(domain("3") == Domain(Constant{std::int64_t{3}}));
  CHECK(domain("adam") == Domain(Constant{std::string("adam")}));
  CHECK(domain("[1, 2]") == Domain(Categorical{{std::int64_t{1}, std::int64_t{2}}}));
  CHECK(domain("{min: 1, max: 2}") == Domain(Integer{1, 2}));
  CHECK(domain("interval(1, 5)") == Domain(Real{1, 5}));
  CHECK(domain("tag(log, interval(1e-5, 1e-2))") == Domain(Real{1e-5, 1e-2, Scale::log}));
  CHECK(domain("tag(int, tag(log, interval(1, 64)))") == Domain(Integer{1, 64, Scale::log}));
  CHECK(domain("range(1, 9, 2)") == Domain(Integer{1, 9, Scale::linear, 2}));
  CHECK(domain("choice(relu, tanh)") ==
        Domain(Categorical{{std::string("relu"), std::string("tanh")}}));
  CHECK(domain("choice[relu, 3]") == Domain(Categorical{{std::string("relu"), std::int64_t{3}}}));
  CHECK(domain("[1:9]") == Domain(Integer{1, 9}));
  CHECK(domain("uniform[0:0.5]") == Domain(Real{0, 0.5}));
  CHECK(domain("loguniform[1e-5:1e-2]") == Domain(Real{1e-5, 1e-2, Scale::log}));
  CHECK(domain("quniform[0:64:8]") == Domain(Integer{0, 64, Scale::linear, 8}));
  CHECK(with({"parameters.x=[1.0:9.0:2.0]"}).spec.space.find("x")->default_value == Value(2.0));
  CHECK(domain("normal(0, 1)") == Domain(Constant{std::string("normal(0, 1)")}));  // a text
}

TEST_CASE("a wrong override is refused in the words of the file") {
  CHECK_THAT(refusal("limits.max_trails=3"), Contains("did you mean `max_trials`?"));
  CHECK_THAT(refusal("limits.max_trials=many"), Contains("limits.max_trials needs an integer"));
  CHECK_THAT(refusal("x"), Contains("expected KEY=VALUE"));
  CHECK_THAT(refusal("x=3"),
             Contains("unknown key `x` in the study; it is a parameter: parameters.x"));
  CHECK_THAT(refusal("n_trials=3"), Contains("did you mean `limits.max_trials`?"));
  CHECK_THAT(refusal("Seed=3"), Contains("did you mean `seed`?"));
  CHECK_THAT(refusal("method=TPE"), Contains("did you mean `tpe`?"));
  CHECK_THAT(refusal("trial.command=[./a b]"), Contains("no shell takes it apart"));
  CHECK_THAT(refusal("parameters.x=interval(5, 1)"), Contains("max (1) is below min (5)"));
  CHECK_THAT(refusal("=3"), Contains("expected KEY=VALUE"));
  CHECK_THAT(refusal("name.first=3"), Contains("there is no place for `first`"));
  CHECK_THAT(refusal("seed=[1"), Contains("the value cannot be read"));
}
