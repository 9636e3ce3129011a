// Runs a function in a forked child and hands back what it returned as text: for what would harm
// the test's own process, such as limits and dropped rights.
#pragma once

#include <grp.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <exception>
#include <functional>
#include <stdexcept>
#include <string>

#include "storage/error.hpp"

namespace winnow::tests {

/// "kind: message" of the StoreError that `work` throws, "nothing" when it throws none.
inline std::string store_fault_of(const std::function<void()>& work) {
  try {
    work();
  } catch (const store::StoreError& error) {
    return std::string(store::to_text(error.kind())) + ": " + error.what();
  }
  return "nothing";
}

inline std::string in_child(const std::function<std::string()>& work) {
  std::array<int, 2> ends = {};
  if (::pipe(ends.data()) != 0) throw std::runtime_error("no pipe");
  const pid_t child = ::fork();
  if (child < 0) throw std::runtime_error("no child");
  if (child == 0) {
    std::string answer;
    try {
      answer = work();
    } catch (const std::exception& error) {
      answer = std::string("threw ") + error.what();
    }
    const bool told =
        ::write(ends[1], answer.data(), answer.size()) == static_cast<ssize_t>(answer.size());
    ::_exit(told ? 0 : 1);
  }
  ::close(ends[1]);
  std::string answer;
  std::array<char, 4096> bytes = {};
  for (ssize_t count = 0; (count = ::read(ends[0], bytes.data(), bytes.size())) > 0;) {
    answer.append(bytes.data(), static_cast<std::size_t>(count));
  }
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  return status == 0 ? answer : "child died with status " + std::to_string(status);
}

/// For use in a child: root ignores permissions, so they are tested as somebody else ("nobody").
inline void become_ordinary_user() {
  constexpr uid_t nobody = 65534;
  if (::getuid() != 0) return;
  if (::setgroups(0, nullptr) != 0 || ::setgid(nobody) != 0 || ::setuid(nobody) != 0) {
    throw std::runtime_error("cannot drop the rights of root");
  }
}

/// For use in a child: writing a file beyond `size` fails with EFBIG, as a full disk would.
inline void limit_file_size(rlim_t size_bytes) {
  ::signal(SIGXFSZ, SIG_IGN);
  const rlimit limit = {size_bytes, size_bytes};
  if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) throw std::runtime_error("cannot set a limit");
}

}  // namespace winnow::tests
