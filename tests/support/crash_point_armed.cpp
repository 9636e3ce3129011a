// The crash points of the program that the crash tests drive: WINNOW_CRASH_AT=name:k ends it, on
// the spot and without any cleaning up, when it passes the point for the k-th time. The point
// "commit" lies before every commit of the store, so that a visit of all its passes is a crash
// between any two transactions. WINNOW_CRASH_AT=name:k:throw throws there instead, name:k:expect
// breaks a promise.
#include "tests/support/crash_point_armed.hpp"

#include <sqlite3.h>
#include <unistd.h>

#include <cstdlib>
#include <stdexcept>
#include <string>

#include "orchestrator/crash_point.hpp"
#include "searchers/problem/error.hpp"

namespace winnow::run {
namespace {

struct Armed {
  std::string name;
  int passes_left = 0;
  std::string instead;  // of ending: "throw", "expect"
};

Armed read_armed() {
  const char* text = std::getenv("WINNOW_CRASH_AT");
  const std::string at = text != nullptr ? text : "";
  const std::size_t colon = at.find(':');
  if (colon == std::string::npos) return Armed{};
  const std::size_t second = at.find(':', colon + 1);
  return Armed{at.substr(0, colon), std::stoi(at.substr(colon + 1)),
               second != std::string::npos ? at.substr(second + 1) : ""};
}

int before_commit(void*) {
  crash_point("commit");
  return 0;
}

int watch_commits(sqlite3* connection, char**, const void*) {
  sqlite3_commit_hook(connection, &before_commit, nullptr);
  return SQLITE_OK;
}

// Every connection that is opened from now on.
const int watching = sqlite3_auto_extension(reinterpret_cast<void (*)()>(&watch_commits));

}  // namespace

void crash_point(const char* name) {
  static Armed armed = read_armed();
  if (armed.name != name) return;
  if (--armed.passes_left != 0) return;
  if (armed.instead == "throw") throw std::runtime_error(std::string("thrown at ") + name);
  expect(armed.instead != "expect", std::string("thrown at ") + name);
  ::_exit(tests::crash_exit_code);
}

}  // namespace winnow::run
