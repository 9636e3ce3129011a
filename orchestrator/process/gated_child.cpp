#include "orchestrator/process/gated_child.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "orchestrator/process/beneath.hpp"
#include "orchestrator/process/descriptor_limit.hpp"
#include "orchestrator/process/durable_file.hpp"
#include "orchestrator/process/keeper.hpp"
#include "orchestrator/process/memory_group.hpp"
#include "orchestrator/process/process_table.hpp"
#include "orchestrator/process/system_error.hpp"
#include "orchestrator/study_folder.hpp"
#include "searchers/problem/error.hpp"
#include "trainer/protocol/control.hpp"

namespace winnow::run {
namespace {

/// NULL-terminated array of C strings into `texts`, which must outlive it.
std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (std::string& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

std::string stop_text(store::StopCause cause) {
  switch (cause) {
    case store::StopCause::none:
      break;
    case store::StopCause::study_stopping:
      return "the study is being stopped";
    case store::StopCause::timed_out:
      return "the trial's time is up";
    case store::StopCause::no_progress:
      return "the trial has reported nothing for too long";
    case store::StopCause::early_stop:
      return "the trial has fallen behind the others";
    case store::StopCause::non_finite:
      return "the trial has reported a number that is not finite";
    case store::StopCause::killed:
      return "somebody has killed the trial";
  }
  throw BrokenExpectation("an order to stop has a cause");
}

/// All signals blocked for the life of the object: the forked copy must not run our handlers.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~SignalsBlocked() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  sigset_t before_{};
};

int open_pidfd(pid_t pid) { return static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)); }

}  // namespace

GatedChild GatedChild::fork(const Launch& launch, const std::filesystem::path& attempt_folder) {
  const AttemptFiles files{attempt_folder};
  const store::OwnedFd folder = open_beneath(study_of(attempt_folder), attempt_folder);
  const store::OwnedFd log = open_for_append_in(folder.value(), files.log());
  const store::OwnedFd reports = open_for_append_in(folder.value(), files.reports());
  int gate[2];
  if (::pipe2(gate, O_CLOEXEC) != 0) throw_system_error("make a pipe");
  store::OwnedFd gate_out(gate[0]);
  store::OwnedFd gate_in(gate[1]);

  std::vector<std::string> arguments = launch.arguments;
  std::vector<std::string> environment = launch.environment;
  const std::vector<char*> argument_pointers = pointers(arguments);
  const std::vector<char*> environment_pointers = pointers(environment);
  KeeperPlan plan;
  plan.orchestrator = ::getpid();
  plan.gate = gate_out.value();
  plan.log = log.value();
  plan.reports = reports.value();
  plan.folder = folder.value();
  plan.work_folder = launch.work_folder.c_str();
  plan.program = launch.program.c_str();
  plan.arguments = argument_pointers.data();
  plan.environment = environment_pointers.data();
  plan.descriptors = original_descriptor_limit();
  const std::string group = launch.memory_group.string();
  const std::string group_members = group + "/cgroup.procs";
  const std::string group_events = group + "/memory.events";
  if (launch.memory_bytes && !group.empty()) {
    make_memory_group(launch.memory_group, *launch.memory_bytes);
    plan.group = group.c_str();
    plan.group_members = group_members.c_str();
    plan.group_events = group_events.c_str();
  } else if (launch.memory_bytes) {
    // Heap and private mappings; address space alone (RLIMIT_AS) is reserved by the terabyte where
    // there are GPUs.
    const auto most = static_cast<rlim_t>(*launch.memory_bytes);
    plan.data = {most, most};
    plan.limits_data = true;
  }
  for (const int cpu : launch.cpus) CPU_SET(cpu, &plan.processors);
  plan.limits_processors = !launch.cpus.empty();

  const SignalsBlocked blocked;
  const pid_t pid = ::fork();
  if (pid == 0) keep(plan);
  if (pid < 0) throw_system_error("fork a keeper for " + launch.program);
  store::OwnedFd pidfd(open_pidfd(pid));
  if (!pidfd.is_open()) {
    const int error = errno;
    gate_in.reset();  // it ends without having run anything
    ::waitpid(pid, nullptr, 0);
    throw SystemError(error, "open a pidfd");
  }
  return GatedChild(identify(pid), std::move(gate_in), std::move(pidfd));
}

void GatedChild::open_gate() {
  const char go = 'g';
  // A keeper that was killed meanwhile gives EPIPE; its pidfd will say that it is gone.
  if (::write(gate_.value(), &go, 1) != 1 && errno != EPIPE) throw_system_error("open a gate");
  gate_.reset();
}

store::OwnedFd open_keeper(const store::ProcessIdentity& identity) {
  store::OwnedFd pidfd(open_pidfd(static_cast<pid_t>(identity.pid)));
  // Checked after opening: from here on the pidfd means this very process.
  if (pidfd.is_open() && !is_alive(identity)) pidfd.reset();
  return pidfd;
}

void signal_keeper(int pidfd, StopForce force) {
  const KeeperSignals signals = keeper_signals();
  const int signal = force == StopForce::kill ? signals.kill : signals.terminate;
  if (::syscall(SYS_pidfd_send_signal, pidfd, signal, nullptr, 0) != 0 && errno != ESRCH) {
    throw_system_error("signal a keeper");
  }
}

void ask_to_stop(int pidfd, const std::filesystem::path& attempt_folder, store::StopCause cause) {
  try {
    const store::OwnedFd folder = open_beneath(study_of(attempt_folder), attempt_folder);
    write_file_in(folder.value(), AttemptFiles{attempt_folder}.control(),
                  protocol::to_line({stop_text(cause)}));
  } catch (const SystemError&) {  // TERM says the same: a full disk must not keep a trial running
  }
  signal_keeper(pidfd, StopForce::terminate);
}

void end_keeper(const store::ProcessIdentity& identity) {
  const store::OwnedFd keeper = open_keeper(identity);
  if (!keeper.is_open()) return;
  signal_keeper(keeper.value(), StopForce::kill);
  pollfd end{keeper.value(), POLLIN, 0};
  while (::poll(&end, 1, -1) < 0 && errno == EINTR) continue;
  collect_keeper(keeper.value());
}

void collect_keeper(int pidfd) {
  siginfo_t info{};
  // ECHILD: an adopted keeper is somebody else's child.
  if (::waitid(static_cast<idtype_t>(P_PIDFD), static_cast<id_t>(pidfd), &info, WEXITED) != 0 &&
      errno != ECHILD) {
    throw_system_error("collect a keeper");
  }
}

}  // namespace winnow::run
