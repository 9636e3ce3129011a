#include "orchestrator/resource_watch.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <thread>

#include "orchestrator/process/process_tree.hpp"
#include "orchestrator/resource_metrics.hpp"

using namespace winnow;
using namespace winnow::run;

namespace {

store::AttemptRow own_attempt(std::vector<int> gpus = {}) {
  store::AttemptRow row;
  row.id = store::AttemptId{1};
  row.process = store::ProcessIdentity{.pid = ::getpid(), .started = 0, .boot_id = ""};
  row.attempt.gpus = std::move(gpus);
  return row;
}

/// A watch over two devices that are not there.
ResourceWatch two_devices() {
  ::setenv("FAKE_NVML", "two", 1);
  return ResourceWatch(WINNOW_FAKE_NVML);
}

}  // namespace

TEST_CASE("a process is looked at with all that hangs from it") {
  int gate[2];
  REQUIRE(::pipe(gate) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    char go = 0;
    ::close(gate[1]);
    [[maybe_unused]] const ssize_t got = ::read(gate[0], &go, 1);
    ::_exit(0);
  }
  const TreeUse use = use_of_tree(::getpid());
  CHECK(std::ranges::count(use.processes, child) == 1);
  CHECK(std::ranges::count(use.processes, ::getpid()) == 1);
  CHECK(use.max_rss_bytes > 1 << 20);
  ::close(gate[1]);
  ::waitpid(child, nullptr, 0);
  const TreeUse gone = use_of_tree(child);
  CHECK(gone.processes.empty());
}

TEST_CASE("processor time counts on") {
  const double before_s = use_of_tree(::getpid()).cpu_s;
  double x = 1;
  while (use_of_tree(::getpid()).cpu_s < before_s + 0.02) x = std::sin(x);  // two ticks
  CHECK(x != 1);
}

TEST_CASE("devices that a trial has alone are seen whole, shared ones by process") {
  ResourceWatch watch = two_devices();
  ::setenv("FAKE_NVML_PID", std::to_string(::getpid()).c_str(), 1);
  store::AttemptRow row = own_attempt({0, 1});
  const store::ResourceUse first = watch.look(row, true);
  CHECK(first.gpu_memory_bytes == 1400);
  CHECK(first.gpu_utilisation == Approx(0.7));
  CHECK(first.gpu_energy_j == 0);
  CHECK(first.max_rss_bytes > 1 << 20);
  row.use = first;
  CHECK(watch.look(row, true).gpu_energy_j == 8);  // each device was looked at once more

  ResourceWatch other = two_devices();
  const store::ResourceUse shared = other.look(own_attempt({1}), false);
  CHECK(shared.gpu_memory_bytes == 300);
  CHECK(shared.gpu_utilisation == Approx(0.9));
  CHECK_FALSE(shared.gpu_energy_j);
  ::unsetenv("FAKE_NVML_PID");
  CHECK_FALSE(two_devices().look(own_attempt({1}), false).gpu_memory_bytes);
}

TEST_CASE("what a later session sees is added to what the earlier one saw") {
  ResourceWatch watch = two_devices();
  store::AttemptRow row = own_attempt({0});
  row.use.gpu_energy_j = 100;
  row.use.gpu_memory_bytes = 9000;
  row.use.cpu_s = 1e6;
  const store::ResourceUse first = watch.look(row, true);
  CHECK(first.gpu_energy_j == 100);
  CHECK(first.gpu_memory_bytes == 9000);
  CHECK(first.cpu_s == 1e6);
  row.use = first;
  CHECK(watch.look(row, true).gpu_energy_j == 102);
}

TEST_CASE("a driver that hangs keeps nobody") {
  const std::vector<store::AttemptRow> attempts = {own_attempt({0})};
  ::setenv("FAKE_NVML", "hangs", 1);
  ResourceSurvey hanging(WINNOW_FAKE_NVML);
  CHECK(hanging.look(attempts, true).empty());
  CHECK(hanging.look(attempts, true).empty());
  ResourceSurvey without("");
  CHECK(without.look(attempts, true).at(store::AttemptId{1}).cpu_s.has_value());
  ::setenv("FAKE_NVML", "two", 1);
  ResourceSurvey answering(WINNOW_FAKE_NVML);
  while (answering.look(attempts, true).empty()) std::this_thread::yield();
  CHECK(answering.look(attempts, true).at(store::AttemptId{1}).gpu_memory_bytes > 0);
  CHECK(answering.look({}, true).size() <= 1);
}

TEST_CASE("without a driver there are no devices, and the rest is seen all the same") {
  ResourceWatch watch("libno-such-driver.so.1");
  const store::ResourceUse use = watch.look(own_attempt({0}), true);
  CHECK(use.max_rss_bytes > 1 << 20);
  CHECK_FALSE(use.gpu_memory_bytes);
  ::setenv("FAKE_NVML", "broken", 1);
  CHECK_FALSE(ResourceWatch(WINNOW_FAKE_NVML).look(own_attempt({0}), true).gpu_memory_bytes);
}

TEST_CASE("what a trial has used counts where the study names it and the trial does not") {
  StudySpec spec;
  spec.objectives = {Objective{"loss"}, Objective{"cpu_s"}, Objective{"gpu_memory_bytes"},
                     Objective{"elapsed_s"}};
  store::AttemptRow first, last;
  first.elapsed_s = 2;
  first.use.cpu_s = 3;
  first.use.gpu_memory_bytes = 500;
  last.use.gpu_memory_bytes = 400;
  AttemptEnd end;
  end.elapsed_s = 1;
  end.cpu_s = 4;
  end.max_rss_bytes = 7;
  store::MetricValues values = {{"loss", 1}, {"elapsed_s", 99}};
  add_resource_metrics(spec, {first, last}, end, values);
  CHECK(values == store::MetricValues{
                      {"loss", 1}, {"cpu_s", 7}, {"gpu_memory_bytes", 500}, {"elapsed_s", 99}});
  spec.objectives = {Objective{"loss"}};
  store::MetricValues others = {{"loss", 1}};
  add_resource_metrics(spec, {first, last}, end, others);
  CHECK(others.size() == 1);
}
