#include "orchestrator/config/read_method.hpp"

#include <vector>

#include "orchestrator/config/mapping_reader.hpp"
#include "orchestrator/config/scalar.hpp"
#include "searchers/options.hpp"
#include "searchers/problem/error.hpp"
#include "searchers/registry.hpp"

namespace winnow::run {

std::map<std::string, Value> read_method_options(const Node& node, Diagnostics& diagnostics) {
  const MappingReader reader(node, "method_options", diagnostics);  // says so where it is none
  std::map<std::string, Value> options;
  for (const Entry& entry : node.entries) {
    const auto value = read_value(entry.value, "method_options." + entry.key, diagnostics);
    if (value) options[entry.key] = *value;
  }
  return options;
}

void check_method_words(const Node& method, const Node& root, const StudySpec& spec,
                        Diagnostics& diagnostics) {
  if (spec.method.empty()) return;
  const search::SearcherEntry* entry = search::find_searcher(spec.method);
  if (entry == nullptr) {
    std::vector<std::string> names;
    for (const search::SearcherEntry* each : search::searchers()) names.push_back(each->name);
    read_word(method, "method", names, diagnostics);
    return;
  }
  try {
    static_cast<void>(search::Options(entry->options, spec.method_options));
  } catch (const ConfigError& error) {
    report_faults(error, root, "method", diagnostics);
  }
}

}  // namespace winnow::run
