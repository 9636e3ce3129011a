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

TEST_CASE("a wrong override is refused in the words of the file") {
  CHECK_THAT(refusal("limits.max_trails=3"), Contains("did you mean `max_trials`?"));
  CHECK_THAT(refusal("limits.max_trials=many"), Contains("limits.max_trials needs an integer"));
  CHECK_THAT(refusal("x"), Contains("expected KEY=VALUE"));
  CHECK_THAT(refusal("=3"), Contains("expected KEY=VALUE"));
  CHECK_THAT(refusal("name.first=3"), Contains("there is no place for `first`"));
  CHECK_THAT(refusal("seed=[1"), Contains("the value cannot be read"));
}
