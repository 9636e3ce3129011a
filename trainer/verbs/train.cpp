#include "trainer/loop/train.hpp"

#include "trainer/arguments.hpp"
#include "trainer/errors.hpp"
#include "trainer/loop/machine.hpp"
#include "trainer/protocol/exit_code.hpp"
#include "trainer/verbs/verb.hpp"

namespace winnow::train {
namespace {

int exit_code(RunEnd end) {
  switch (end) {
    case RunEnd::finished:
      return static_cast<int>(protocol::ExitCode::finished);
    case RunEnd::can_continue:
      return static_cast<int>(protocol::ExitCode::can_continue);
    case RunEnd::failed:
      return 1;
  }
  throw BrokenExpectation("a run ends in one of three ways");
}

}  // namespace

int run_train(Words words) {
  catch_stop_signals();
  const Arguments arguments({{"CONFIG.json"}, {}, {}}, words);
  const Environment environment = read_environment();
  Reporter reporter(environment.report_file);
  StopRequest stop(environment.control_file);
  try {
    const TrainConfig config = read_config(arguments.positional(0), environment);
    set_threads(config.threads);
    set_deterministic(config.deterministic);
    keep_freed_memory();
    return exit_code(train(config, environment, stop, reporter));
  } catch (const ConfigError& error) {
    reporter.report(protocol::Failed{"config_wrong", error.what()});
    throw;
  }
}

}  // namespace winnow::train
