#include "orchestrator/report/colour.hpp"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <memory>

#include "searchers/problem/error.hpp"

using namespace winnow;
using namespace winnow::run;

namespace {

struct Closed {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, Closed>;

/// A pseudo terminal: its master keeps it alive.
struct Terminal {
  int master = ::posix_openpt(O_RDWR | O_NOCTTY);
  File slave;
  Terminal() {
    REQUIRE(::grantpt(master) == 0);
    REQUIRE(::unlockpt(master) == 0);
    slave.reset(::fdopen(::open(::ptsname(master), O_RDWR | O_NOCTTY), "w"));
    REQUIRE(slave != nullptr);
  }
  ~Terminal() { ::close(master); }
};

}  // namespace

TEST_CASE("a terminal gets colour unless it or somebody does not want any") {
  const Terminal terminal;
  choose_colour(std::nullopt);
  ::setenv("TERM", "xterm", 1);
  ::unsetenv("NO_COLOR");
  CHECK(painted("error", Colour::bad, terminal.slave.get()) == "\x1b[1;31merror\x1b[0m");
  ::setenv("NO_COLOR", "", 1);
  CHECK(shows_colour(terminal.slave.get()));
  ::setenv("NO_COLOR", "1", 1);
  CHECK(painted("error", Colour::bad, terminal.slave.get()) == "error");
  choose_colour("always");  // what was said outright counts more than what lies about
  CHECK(shows_colour(terminal.slave.get()));
  ::unsetenv("NO_COLOR");
  choose_colour("auto");
  ::setenv("TERM", "dumb", 1);
  CHECK_FALSE(shows_colour(terminal.slave.get()));
}

TEST_CASE("a file gets colour only when that is asked for") {
  const File file(std::tmpfile());
  ::setenv("TERM", "xterm", 1);
  ::unsetenv("NO_COLOR");
  choose_colour("auto");
  CHECK_FALSE(shows_colour(file.get()));
  choose_colour("always");
  CHECK(painted("improved", Colour::good, file.get()) == "\x1b[1;32mimproved\x1b[0m");
  choose_colour("never");
  CHECK(painted("improved", Colour::good, file.get()) == "improved");
  choose_colour(std::nullopt);
}

TEST_CASE("another word for colour is refused with those that there are") {
  CHECK_THROWS_WITH(choose_colour("yes"), Catch::Contains("auto, always or never; found yes"));
}
