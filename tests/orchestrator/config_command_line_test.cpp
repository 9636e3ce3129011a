#include <catch2/catch.hpp>
#include <cstdlib>

#include "orchestrator/config/command_line.hpp"
#include "searchers/problem/error.hpp"

using winnow::Point;
using winnow::Value;
using winnow::run::argument_fault;
using winnow::run::expand_arguments;

namespace {

using Arguments = std::vector<std::string>;

Point point() {
  return Point({{"lr", Value(1e-5)},
                {"layers", Value(std::int64_t{3})},
                {"nesterov", Value(true)},
                {"optimizer", Value(std::string("adamw"))}});
}

}  // namespace

TEST_CASE("args becomes one argument per parameter, in the order of the point") {
  CHECK(expand_arguments({"./train", "${args}", "-v"}, point(), "/p.json") ==
        Arguments{"./train", "--lr=1e-05", "--layers=3", "--nesterov=true", "--optimizer=adamw",
                  "-v"});
  CHECK(expand_arguments({"x", "${args_no_hyphens}"}, point(), "/p.json") ==
        Arguments{"x", "lr=1e-05", "layers=3", "nesterov=true", "optimizer=adamw"});
  CHECK(expand_arguments({"x", "${args}"}, Point(), "/p.json") == Arguments{"x"});
}

TEST_CASE("a command without macros stays as it is") {
  CHECK(expand_arguments({"./train", "$HOME", "$(id)", "{}"}, point(), "/p.json") ==
        Arguments{"./train", "$HOME", "$(id)", "{}"});
}

TEST_CASE("the parameter file and environment variables may stand inside an argument") {
  ::setenv("WINNOW_TEST_WORD", "a b;c", 1);
  CHECK(expand_arguments({"x", "--config=${args_json_file}",
                          "<${envvar:WINNOW_TEST_WORD}>${envvar:WINNOW_TEST_WORD}"},
                         point(),
                         "/a/p.json") == Arguments{"x", "--config=/a/p.json", "<a b;c>a b;c"});
  ::unsetenv("WINNOW_TEST_WORD");
  CHECK(argument_fault("${envvar:WINNOW_TEST_WORD}"));
  CHECK_THROWS_AS(expand_arguments({"${envvar:WINNOW_TEST_WORD}"}, point(), "/p"),
                  winnow::ConfigError);
}

TEST_CASE("hostile values stay inside their argument, byte for byte") {
  const std::string evil = "$(touch x) `y` '\" \n ${args} ${IFS} \x1b[31m --rf";
  const Point hostile({{"name", Value(evil)}});
  CHECK(expand_arguments({"x", "${args}"}, hostile, "/p") == Arguments{"x", "--name=" + evil});
}

TEST_CASE("unknown and misplaced macros are faults that name the known ones") {
  const auto near = argument_fault("${arg}"), far = argument_fault("${hyperparameters}");
  REQUIRE((near && far));
  CHECK(near->find("did you mean `args`?") != std::string::npos);
  CHECK(far->find("${args_json_file}") != std::string::npos);
  CHECK(argument_fault("--x=${args}"));
  CHECK(argument_fault("${args_no_hyphens} "));
  CHECK(argument_fault("${args"));
  CHECK(argument_fault("a${args_json_file}b${oops}"));
  CHECK(argument_fault("${}"));
  CHECK_FALSE(argument_fault("${args}"));
  CHECK_FALSE(argument_fault("a${args_json_file}b"));
  CHECK_FALSE(argument_fault("$args {args} $"));
}
