// Starting one program under a keeper, in two steps: fork() makes the keeper, which waits at a
// gate; open_gate() lets it run the program. Between the two its identity is committed to the
// store, so that no process ever exists that no row knows. Dropping the object with the gate closed
// ends the keeper without anything having run.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "storage/owned_fd.hpp"
#include "storage/records.hpp"

namespace winnow::run {

/// What to run. `program` is a path; `arguments` includes the zeroth.
struct Launch {
  std::string program;
  std::vector<std::string> arguments;
  std::vector<std::string> environment;  // NAME=VALUE
  std::filesystem::path work_folder;
  std::vector<int> cpus = {};                     // processors it may run on; empty: all
  std::optional<std::int64_t> memory_bytes = {};  // that it may take: all of it where there is a
  std::filesystem::path memory_group = {};        // control group to be made, else each process
};

class GatedChild {
 public:
  /// Forks the keeper. `attempt_folder` exists; its log and report files are made. Throws
  /// SystemError.
  static GatedChild fork(const Launch& launch, const std::filesystem::path& attempt_folder);

  const store::ProcessIdentity& identity() const { return identity_; }
  /// Lets the program run.
  void open_gate();
  /// The keeper's pidfd, readable once the attempt is over.
  store::OwnedFd take_pidfd() { return std::move(pidfd_); }

 private:
  GatedChild(store::ProcessIdentity identity, store::OwnedFd gate, store::OwnedFd pidfd)
      : identity_(std::move(identity)), gate_(std::move(gate)), pidfd_(std::move(pidfd)) {}
  store::ProcessIdentity identity_;
  store::OwnedFd gate_;
  store::OwnedFd pidfd_;
};

/// The pidfd of a living keeper that another orchestrator forked; closed when it is gone by now.
store::OwnedFd open_keeper(const store::ProcessIdentity& identity);

enum class StopForce { terminate, kill };
/// Asks a keeper to end its program. A keeper that is gone is no error.
void signal_keeper(int pidfd, StopForce force);

/// Asks a program to stop: a line in its control file, then TERM through its keeper. Why must be on
/// record before (Store::record_stop): a later session judges the end by it.
void ask_to_stop(int pidfd, const std::filesystem::path& attempt_folder, store::StopCause cause);

/// Ends a keeper and its program at once, and returns when both are gone. One that is gone already
/// is no error.
void end_keeper(const store::ProcessIdentity& identity);

/// Collects the keeper if it is our child, so that no zombie stays.
void collect_keeper(int pidfd);

}  // namespace winnow::run
