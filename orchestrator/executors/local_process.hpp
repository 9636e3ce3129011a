// Runs attempts as processes of this machine, each under its keeper (process/keeper.hpp).
#pragma once

#include <chrono>

#include "orchestrator/executors/executor.hpp"
#include "orchestrator/process/file_watch.hpp"

namespace winnow::run {

class LocalProcess final : public Executor {
 public:
  /// Reports are looked for at least every `slow_poll`, even when no notice came that their file
  /// grew: network file systems show the writes of others late and notify nobody. Origin of the
  /// default: a figure on a screen may be that late; a hundred running trials cost ten reads a
  /// second.
  explicit LocalProcess(asio::io_context& context,
                        std::chrono::nanoseconds slow_poll = std::chrono::seconds(10))
      : context_(context), watch_(context), slow_poll_(slow_poll) {}

  asio::awaitable<AttemptEnd> run(AttemptRequest request, AttemptLog& log,
                                  StudyControl& control) override;

 private:
  asio::io_context& context_;
  FileWatch watch_;
  std::chrono::nanoseconds slow_poll_;
};

}  // namespace winnow::run
