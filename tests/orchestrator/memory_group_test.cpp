// Control groups as the kernel shows them are folders with files; these are made by hand. What the
// kernel makes of them is not tested here.
#include "orchestrator/process/memory_group.hpp"

#include <catch2/catch.hpp>

#include "orchestrator/process/exit_record.hpp"
#include "tests/orchestrator/attempt_runs.hpp"

using namespace winnow;
using namespace winnow::run;
using winnow::tests::read_text;
using winnow::tests::TemporaryFolder;
using winnow::tests::write_text;
namespace fs = std::filesystem;

namespace {

/// A group of version 2 with this process in it.
void make_group(const fs::path& group, const std::string& controllers,
                const std::string& processes) {
  fs::create_directories(group);
  write_text(group / "cgroup.controllers", controllers);
  write_text(group / "cgroup.procs", processes);
  write_text(group / "cgroup.subtree_control", "");
}

std::string own_pid() { return std::to_string(::getpid()) + "\n"; }

}  // namespace

TEST_CASE("groups with bounds can be made in a group of one's own that has the controller") {
  const TemporaryFolder mount;
  const ControlGroups groups{mount.path(), "0::/user/run.scope\n"};
  CHECK_FALSE(memory_group_home(groups));  // there is no such group
  make_group(mount / "user/run.scope", "cpu memory pids", own_pid());
  CHECK(memory_group_home(groups) == mount / "user/run.scope");
}

TEST_CASE("there is none without version 2, the controller, rights, or when others are in it") {
  const TemporaryFolder mount;
  make_group(mount / "s", "cpu memory", own_pid());
  CHECK_FALSE(memory_group_home({mount.path(), "4:memory:/s\n"}));
  make_group(mount / "s", "cpu pids memory_other", own_pid());
  CHECK_FALSE(memory_group_home({mount.path(), "0::/s\n"}));
  make_group(mount / "s", "memory", own_pid() + "1\n");
  CHECK_FALSE(memory_group_home({mount.path(), "0::/s\n"}));
  write_text(mount / "s/cgroup.subtree_control", "memory");  // the kernel has allowed it before
  CHECK(memory_group_home({mount.path(), "0::/s\n"}));
  fs::permissions(mount / "s", fs::perms::owner_write, fs::perm_options::remove);
  CHECK_FALSE(memory_group_home({mount.path(), "0::/s\n"}));
  fs::permissions(mount / "s", fs::perms::owner_write, fs::perm_options::add);
}

TEST_CASE("this process moves out of the way before others get bounds") {
  const TemporaryFolder mount;
  make_group(mount / "s", "memory", own_pid());
  fs::create_directories(mount / "s/winnow-orchestrator");
  write_text(mount / "s/winnow-orchestrator/cgroup.procs", "");
  prepare_memory_groups(mount / "s");
  CHECK(read_text(mount / "s/winnow-orchestrator/cgroup.procs") == "0");
  CHECK(read_text(mount / "s/cgroup.subtree_control") == "+memory");
}

TEST_CASE("a trial joins its group before it runs, and its end says what happened there") {
  const TemporaryFolder folder;
  const fs::path group = folder / "group";
  fs::create_directories(group);
  for (const char* file : {"cgroup.procs", "memory.max", "memory.oom.group", "memory.swap.max"}) {
    write_text(group / file, "");
  }
  write_text(group / "memory.events", "low 0\nmax 3\noom 1\noom_kill 2\n");
  AttemptRequest request =
      shell_request(folder.path(), "cat '" + group.string() + "'/cgroup.procs");
  request.launch.memory_bytes = 123'456;
  request.launch.memory_group = group;
  RecordingLog log;
  StudyControl control;
  const AttemptEnd end = run_attempt(request, log, control);
  CHECK(end.log_end == "0");
  CHECK(end.bound_kills == 2);
  CHECK(read_text(group / "memory.max") == "123456");
  CHECK(read_text(group / "memory.oom.group") == "1");
  CHECK(read_text(group / "memory.swap.max") == "0");
}

TEST_CASE("a trial whose group cannot be made or joined is not started") {
  const TemporaryFolder folder;
  AttemptRequest request = shell_request(folder.path(), "echo ran");
  request.launch.memory_bytes = 1'000'000'000;
  request.launch.memory_group = folder / "no/such/place";
  RecordingLog log;
  StudyControl control;
  const AttemptEnd end = run_attempt(request, log, control);
  REQUIRE(std::holds_alternative<NotStarted>(end.process));
  CHECK(std::get<NotStarted>(end.process).doing.find("control group") != std::string::npos);
}
