#include "orchestrator/process/file_watch.hpp"

#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>
#include <fstream>

#include "tests/support/temporary_folder.hpp"

using namespace winnow::run;
using winnow::tests::TemporaryFolder;
using winnow::tests::write_text;

TEST_CASE("a file that is not there is not watched, and that is no error") {
  const TemporaryFolder folder;
  asio::io_context context;
  FileWatch watch(context);
  CHECK_FALSE(watch.watch(folder / "gone", std::make_shared<Pulse>(context.get_executor())));
}

TEST_CASE("when the kernel lost notices everybody looks") {
  const TemporaryFolder folder;
  asio::io_context context;
  FileWatch watch(context);
  std::vector<std::shared_ptr<Pulse>> pulses;
  for (const char* name : {"a", "b", "quiet"}) {
    write_text(folder / name, "");
    pulses.push_back(std::make_shared<Pulse>(context.get_executor()));
    REQUIRE(watch.watch(folder / name, pulses.back()));
  }
  context.poll();
  CHECK(pulses[2]->count() == 0);
  std::ifstream limit("/proc/sys/fs/inotify/max_queued_events");
  long most_queued = 0;
  REQUIRE(limit >> most_queued);
  std::ofstream a(folder / "a", std::ios::app);
  std::ofstream b(folder / "b", std::ios::app);
  // By turns: the kernel takes equal notices in a row for one.
  for (long i = 0; i < most_queued; ++i) {
    a << 'x' << std::flush;
    b << 'x' << std::flush;
  }
  context.poll();
  CHECK(pulses[0]->count() > 0);
  CHECK(pulses[2]->count() == 1);
}
