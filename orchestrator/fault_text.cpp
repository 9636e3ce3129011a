#include "orchestrator/fault_text.hpp"

namespace winnow::run {

std::string fault_text(const ConfigError& error) {
  std::string text;
  for (const Fault& fault : error.faults()) {
    text += (text.empty() ? "" : "; ") + fault.place + ": " + fault.message;
  }
  return text;
}

}  // namespace winnow::run
