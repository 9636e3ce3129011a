// Tells when files grow, through one inotify descriptor for all of them. Copies share the
// descriptor.
#pragma once

#include <boost/asio/posix/stream_descriptor.hpp>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>

#include "orchestrator/pulse.hpp"

namespace winnow::run {

class FileWatch {
 public:
  /// Throws SystemError when the system has no watch left to give.
  explicit FileWatch(asio::io_context& context);

  /// `pulse` beats whenever `file` is written to, until unwatch or until the caller drops the
  /// pulse; also when notices were lost. Nothing when the file cannot be watched, for it is gone or
  /// the system has no watch left: then whoever follows it has to look from time to time, as anyone
  /// has to whose file may be written to from another machine.
  std::optional<int> watch(const std::filesystem::path& file, const std::shared_ptr<Pulse>& pulse);
  void unwatch(int id);

 private:
  struct State;  // shared with the read that is always under way
  static void read_next(const std::shared_ptr<State>& state);
  std::shared_ptr<State> state_;
};

}  // namespace winnow::run
