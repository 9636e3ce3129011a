#include "orchestrator/commands/command_options.hpp"

#include <CLI/CLI.hpp>

namespace winnow::run {

void CommandOptions::add_required(const std::string& name, std::string& value,
                                  const std::string& meaning) {
  app_.add_option(name, value, meaning)->required();
}

void CommandOptions::add(const std::string& name, std::optional<std::string>& value,
                         const std::string& meaning) {
  app_.add_option(name, value, meaning);
}

void CommandOptions::add(const std::string& name, std::optional<std::int64_t>& value,
                         const std::string& meaning) {
  app_.add_option(name, value, meaning);
}

void CommandOptions::add(const std::string& name, std::vector<std::string>& value,
                         const std::string& meaning) {
  app_.add_option(name, value, meaning);
}

void CommandOptions::add_flag(const std::string& name, bool& value, const std::string& meaning,
                              const std::optional<std::string>& excluded) {
  CLI::Option* flag = app_.add_flag(name, value, meaning);
  if (excluded) flag->excludes(app_.get_option(*excluded));
}

}  // namespace winnow::run
