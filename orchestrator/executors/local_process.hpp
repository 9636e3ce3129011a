// Runs attempts as processes of this machine, each under its keeper (process/keeper.hpp).
#pragma once

#include "orchestrator/executors/executor.hpp"
#include "orchestrator/process/file_watch.hpp"

namespace winnow::run {

class LocalProcess final : public Executor {
 public:
  explicit LocalProcess(asio::io_context& context) : context_(context), watch_(context) {}

  asio::awaitable<AttemptEnd> run(AttemptRequest request, AttemptLog& log,
                                  StudyControl& control) override;

 private:
  asio::io_context& context_;
  FileWatch watch_;
};

}  // namespace winnow::run
