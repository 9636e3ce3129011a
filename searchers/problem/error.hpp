// The two kinds of fault that the vocabulary can meet: what someone gave us wrongly (ConfigError,
// all faults at once, each with its place) and what we got wrong ourselves (expect, always on).
#pragma once

#include <source_location>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace winnow {

/// One thing wrong with what a user wrote. `place` is the key path ("parameters.lr.min") or, once a
/// file is known, "file:line:col"; `message` says what was expected, what was found, the next step.
struct Fault {
  std::string place;
  std::string message;
  bool operator==(const Fault&) const = default;
};

/// What the user gave is wrong. Holds every fault found in one pass, never only the first.
class ConfigError : public std::runtime_error {
 public:
  explicit ConfigError(std::vector<Fault> faults);
  ConfigError(std::string place, std::string message);
  const std::vector<Fault>& faults() const { return faults_; }

 private:
  std::vector<Fault> faults_;
};

/// A promise inside the program was broken: a bug. Nobody catches it but `main`.
class BrokenExpectation : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

/// Throws BrokenExpectation naming the caller's file and line unless `condition` holds.
void expect(bool condition, std::string_view what,
            std::source_location where = std::source_location::current());

}  // namespace winnow
