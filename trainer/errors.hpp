// What can go wrong in the trainer, named by what the caller should do: ConfigError (something we
// were given is wrong: say so and leave with exit code 64), FileError (the system refused to read
// or write: the same attempt may work later), BrokenExpectation (a bug of ours, via expect()).
#pragma once

#include <source_location>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace winnow::train {

/// One thing wrong with what a user gave. `place` is a setting's name, a file, "file:line" or a
/// place inside a file; `message` says what was expected, what was found, and the next step.
struct Fault {
  std::string place;
  std::string message;
  bool operator==(const Fault&) const = default;
};

/// Settings, a model folder or data rows are wrong. Holds every fault found in one pass; what() has
/// one "place: message" a line.
class ConfigError : public std::runtime_error {
 public:
  explicit ConfigError(std::vector<Fault> faults);
  ConfigError(std::string place, std::string message);
  const std::vector<Fault>& faults() const { return faults_; }

 private:
  std::vector<Fault> faults_;
};

/// The system refused: what() says what was attempted with which file and gives the system's text.
class FileError : public std::runtime_error {
 public:
  /// `system_code` is an errno value.
  FileError(std::string_view attempted, std::string_view file, int system_code);
  int system_code() const { return system_code_; }

 private:
  int system_code_;
};

/// A promise inside the program was broken: a bug. Nobody catches it but `main`.
class BrokenExpectation : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

/// Throws BrokenExpectation naming the caller's file and line unless `condition` holds.
void expect(bool condition, std::string_view what,
            std::source_location where = std::source_location::current());

}  // namespace winnow::train
