// What the operating system refuses: which call on what, the system's code and its words.
#pragma once

#include <cerrno>
#include <string>
#include <system_error>

namespace winnow::run {

/// Thrown where a system call is made; what() reads "cannot <doing>: <the system's text>".
class SystemError : public std::runtime_error {
 public:
  SystemError(int code, const std::string& doing)
      : std::runtime_error("cannot " + doing + ": " + std::generic_category().message(code)),
        code_(code) {}
  /// Where there is no errno: a program that failed, a library's refusal. `why` is in its words.
  SystemError(const std::string& doing, const std::string& why)
      : std::runtime_error("cannot " + doing + ": " + why), code_(0) {}

  /// The errno; 0 where there is none.
  int code() const { return code_; }

 private:
  int code_;
};

/// Throws a SystemError from errno. `doing` completes "cannot …" and names the thing: "open /a/b".
[[noreturn]] inline void throw_system_error(const std::string& doing) {
  throw SystemError(errno, doing);
}

}  // namespace winnow::run
