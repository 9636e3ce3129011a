// The words that a command takes, described once: for reading them and for its `--help`. CLI11 does
// both; its header takes ten seconds to compile, so one file includes it for all commands.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace winnow::run {

/// Every `value` must outlive the parsing. Names: "FILE" is a word by position, "--root" an option.
class CommandOptions {
 public:
  explicit CommandOptions(CLI::App& app) : app_(app) {}

  void add_required(const std::string& name, std::string& value, const std::string& meaning);
  void add(const std::string& name, std::optional<std::string>& value, const std::string& meaning);
  void add(const std::string& name, std::optional<std::int64_t>& value, const std::string& meaning);
  /// May be given several times.
  void add(const std::string& name, std::vector<std::string>& value, const std::string& meaning);
  /// `excluded`: a flag added before, which may not be given beside this one.
  void add_flag(const std::string& name, bool& value, const std::string& meaning,
                const std::optional<std::string>& excluded = std::nullopt);

 private:
  CLI::App& app_;
};

}  // namespace winnow::run
