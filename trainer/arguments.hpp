// The words after a verb: positional ones, `--name value` and `--name` flags. Everything unknown is
// refused, all faults at once.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace winnow::train {

/// What a verb accepts.
struct Syntax {
  std::vector<std::string> positional;  // all required; names for messages
  std::vector<std::string> options;     // with a value; names without dashes
  std::vector<std::string> flags;       // without
};

class Arguments {
 public:
  /// Throws ConfigError.
  Arguments(const Syntax& syntax, std::span<const std::string> words);

  const std::string& positional(std::size_t index) const { return positional_.at(index); }
  std::optional<std::string> option(const std::string& name) const;
  /// Throws ConfigError when it was left out.
  std::string required(const std::string& name) const;
  /// An integer in [least, most]. Throws ConfigError for anything else.
  long integer(const std::string& name, long default_value, long least, long most) const;
  bool flag(const std::string& name) const { return flags_.contains(name); }

 private:
  std::vector<std::string> positional_;
  std::map<std::string, std::string> options_;
  std::set<std::string> flags_;
};

}  // namespace winnow::train
