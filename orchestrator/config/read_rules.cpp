#include "orchestrator/config/read_rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "orchestrator/config/mapping_reader.hpp"
#include "orchestrator/config/parameter_entries.hpp"
#include "orchestrator/config/scalar.hpp"
#include "orchestrator/report/terminal_text.hpp"
#include "searchers/problem/error.hpp"

namespace winnow::run {
namespace {

// More than anybody writes by hand.
constexpr std::size_t most_constraints = 1'000;

/// Where a byte of a scalar's text stands in the file: exact for text on one line, in quotes as
/// long as nothing before it is escaped.
Position position_in(const Node& node, std::size_t offset) {
  const std::string before = node.text.substr(0, offset);
  if (node.text.find('\n') != std::string::npos) return node.at;
  const auto characters = std::ranges::count_if(
      before, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; });
  return {node.at.line, node.at.column + static_cast<int>(characters) + (node.plain ? 0 : 1)};
}

class RulesReader {
 public:
  explicit RulesReader(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

  void read_derived(const ParameterEntry& entry) {
    const std::string what = "parameters." + terminal_text(entry.name);
    MappingReader reader(*entry.node, what, diagnostics_);
    const Node* expression = reader.take("expr");
    reader.finish();
    if (auto parsed = parse(*expression, what + ".expr")) {
      nodes_[fmt::format("parameters.{}.expr", entry.name)] = expression;
      rules_.derived.push_back({entry.name, std::move(*parsed)});
    }
  }

  void read_constraints(const Node& node) {
    if (node.kind != Node::Kind::sequence || node.items.size() > most_constraints) {
      diagnostics_.error(
          node.at, "wrong-type",
          fmt::format("constraints needs a list of expressions, {} at most: [\"a * b "
                      "<= 8\", …]",
                      most_constraints));
      return;
    }
    for (const Node& item : node.items) {
      auto parsed = parse(item, "a constraint");
      if (!parsed) continue;
      nodes_[fmt::format("constraints[{}]", rules_.constraints.size())] = &item;
      rules_.constraints.push_back(std::move(*parsed));
    }
  }

  /// Where some parameters could not be read: which names there are is known all the same.
  void check_names(const std::vector<ParameterEntry>& entries) {
    std::vector<Parameter> parameters;
    for (const ParameterEntry& entry : entries) {
      if (entry.is_derived()) continue;
      // Choices of two types: nothing can be said of such a parameter's type.
      parameters.push_back({entry.name, Categorical{{Value(false), Value(std::string())}}});
    }
    try {
      settled(SearchSpace(std::move(parameters)));
    } catch (const ConfigError&) {  // of a name, which has been said with the parameters
    }
  }

  Rules settled(const SearchSpace& space) {
    for (const RuleFault& fault : settle(rules_, space)) {
      diagnostics_.error(position_in(*nodes_.at(fault.place), fault.offset), "expression",
                         terminal_text(fault.message));
    }
    return std::move(rules_);
  }

 private:
  std::optional<Expression> parse(const Node& node, const std::string& what) {
    if (node.kind != Node::Kind::scalar) {
      diagnostics_.error(node.at, "wrong-type",
                         fmt::format("{} needs an expression such as \"256 / batch\", found {}",
                                     what, describe_node(node)));
      return std::nullopt;
    }
    auto parsed = Expression::parse(node.text);
    if (const auto* fault = std::get_if<ExpressionFault>(&parsed)) {
      diagnostics_.error(position_in(node, fault->offset), "expression",
                         fmt::format("{}: {}", what, terminal_text(fault->message)));
      return std::nullopt;
    }
    return std::get<Expression>(std::move(parsed));
  }

  Diagnostics& diagnostics_;
  Rules rules_;
  std::map<std::string, const Node*> nodes_;  // by the places of faults
};

}  // namespace

std::optional<Rules> read_rules(const Node& parameters, const Node* constraints,
                                const std::optional<SearchSpace>& space, Diagnostics& diagnostics) {
  const std::size_t before = diagnostics.error_count();
  Diagnostics known;  // what is wrong with groups has been said with the parameters
  RulesReader reader(diagnostics);
  const std::vector<ParameterEntry> entries = parameter_entries(parameters, known);
  for (const ParameterEntry& entry : entries) {
    if (entry.is_derived()) reader.read_derived(entry);
  }
  if (constraints != nullptr) reader.read_constraints(*constraints);
  if (!space) {
    reader.check_names(entries);
    return std::nullopt;
  }
  Rules rules = reader.settled(*space);
  if (diagnostics.error_count() != before) return std::nullopt;
  return rules;
}

}  // namespace winnow::run
