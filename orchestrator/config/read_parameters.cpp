#include "orchestrator/config/read_parameters.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "orchestrator/config/mapping_reader.hpp"
#include "orchestrator/config/parameter_entries.hpp"
#include "orchestrator/config/read_distribution.hpp"
#include "orchestrator/config/scalar.hpp"
#include "orchestrator/report/terminal_text.hpp"
#include "searchers/problem/error.hpp"

namespace winnow::run {
namespace {

// Origin of both: the reliability figures for study files.
constexpr std::size_t most_parameters = 1'000;
constexpr std::size_t most_choices = 10'000;

bool is_integer_literal(const Node& node) {
  return node.kind == Node::Kind::scalar && node.plain &&
         std::holds_alternative<std::int64_t>(meaning_of_plain(node.text));
}

// Values of a list, or the one value that stands in its place.
std::vector<Value> read_values(const Node& node, std::string_view what, Diagnostics& diagnostics) {
  std::vector<Value> values;
  if (node.kind == Node::Kind::scalar) {
    if (const auto value = read_value(node, what, diagnostics)) values.push_back(*value);
    return values;
  }
  if (node.kind == Node::Kind::mapping) {
    diagnostics.error(node.at, "wrong-type", fmt::format("{} needs a list of values", what));
  }
  for (const Node& item : node.items) {
    if (const auto value = read_value(item, what, diagnostics)) values.push_back(*value);
  }
  return values;
}

// One parameter, from its mapping. Whatever is wrong is in the diagnostics afterwards.
class ParameterReader {
 public:
  ParameterReader(const ParameterEntry& entry, Diagnostics& diagnostics)
      : name_(entry.name),
        what_("parameters." + terminal_text(entry.name)),
        reader_(*entry.node, what_, diagnostics,
                "a mapping, {min: 0.1, max: 1} or {values: [16, 32]}"),
        diagnostics_(diagnostics) {}

  std::optional<Parameter> read() {
    const std::size_t before = diagnostics_.error_count();
    if (!reader_.is_mapping()) return std::nullopt;
    Parameter parameter;
    parameter.name = name_;
    const std::optional<Domain> domain = read_domain();
    read_conditions(parameter);
    if (const Node* node = reader_.take("default")) {
      parameter.default_value = read_value(*node, what_ + ".default", diagnostics_);
    }
    if (!has_numbers_) only_for("a distribution that has it", {"q", "mu", "sigma", "a", "b"});
    if (!is_range_) only_for("min and max, and no distribution", {"prior"});
    reader_.finish();
    if (!domain || diagnostics_.error_count() != before) return std::nullopt;
    parameter.domain = *domain;
    if (parameter.default_value) {
      parameter.default_value = adapted(parameter.domain, *parameter.default_value);
    }
    return parameter;
  }

 private:
  std::optional<Domain> read_domain() {
    if (const Node* node = reader_.take("distribution")) return read_named(*node);
    return read_unnamed();
  }

  // The words of W&B sweep files.
  std::optional<Domain> read_named(const Node& node) {
    const std::string word = node.kind == Node::Kind::scalar ? node.text : "";
    if (is_number_distribution(word)) {
      only_for("no distribution", {"scale", "type"});
      only_for("a categorical distribution", {"values", "value", "ordered", "probabilities"});
      has_numbers_ = true;
      return read_distribution(reader_, word, what_, diagnostics_);
    }
    const bool is_constant = word == "constant";
    if (!is_constant && word != "categorical" && word != "categorical_w_probabilities") {
      read_word(node, what_ + ".distribution", distribution_words(), diagnostics_);
      for (const Entry& entry : reader_.node().entries) reader_.take(entry.key);
      return std::nullopt;
    }
    const char* needed = is_constant ? "value" : "values";
    if (reader_.take(needed) == nullptr) {
      diagnostics_.error(reader_.node().at, "parameter-form",
                         fmt::format("{}: the distribution {} needs `{}`", what_, word, needed));
      for (const Entry& entry : reader_.node().entries) reader_.take(entry.key);
      return std::nullopt;
    }
    return read_unnamed();
  }

  std::optional<Domain> read_unnamed() {
    // All are asked for, so that all are known, whichever form this is.
    const Node* value = reader_.take("value");
    const Node* values = reader_.take("values");
    const Node* low = reader_.take("min");
    const Node* high = reader_.take("max");
    const int forms =
        (value != nullptr) + (values != nullptr) + (low != nullptr || high != nullptr);
    if (forms != 1) {
      diagnostics_.error(reader_.node().at, "parameter-form",
                         fmt::format("{} needs one of: min and max, values, value", what_));
    }
    if (forms == 0) {
      for (const char* key : {"scale", "step", "type", "ordered", "probabilities"}) {
        reader_.take(key);
      }
      return std::nullopt;
    }
    if (value != nullptr) return read_constant(*value);
    if (values != nullptr) return read_choices(*values);
    return read_range(low, high);
  }

  // Keys that only another form of parameter has.
  void only_for(std::string_view form, std::initializer_list<const char*> keys) {
    for (const char* key : keys) {
      if (reader_.take(key) == nullptr) continue;
      diagnostics_.error(reader_.at(key), "parameter-form",
                         fmt::format("{}: `{}` belongs to a parameter with {}", what_, key, form));
    }
  }

  std::optional<Domain> read_constant(const Node& node) {
    only_for("min and max", {"scale", "step", "type"});
    only_for("values", {"ordered", "probabilities"});
    if (reader_.take("default") != nullptr) {
      diagnostics_.error(reader_.at("default"), "parameter-form",
                         what_ + ": a constant has no default");
    }
    if (node.kind == Node::Kind::sequence) {
      diagnostics_.error(node.at, "wrong-type",
                         what_ + ".value is one value for all trials; a choice is `values`");
      return std::nullopt;
    }
    const std::optional<Value> value = read_value(node, what_ + ".value", diagnostics_);
    if (!value) return std::nullopt;
    return Constant{*value};
  }

  std::optional<Domain> read_choices(const Node& node) {
    only_for("min and max", {"scale", "step", "type"});
    if (node.kind != Node::Kind::sequence) {
      diagnostics_.error(
          node.at, "wrong-type",
          fmt::format("{}.values needs a list, found {}", what_, describe_node(node)));
      return std::nullopt;
    }
    if (node.items.size() > most_choices) {
      diagnostics_.error(
          node.at, "too-large",
          fmt::format("{}.values: {} choices, {} at most", what_, node.items.size(), most_choices));
      return std::nullopt;
    }
    Categorical categorical;
    categorical.choices = read_values(node, what_ + ".values", diagnostics_);
    if (const Node* ordered = reader_.take("ordered")) {
      categorical.ordered = read_flag(*ordered, what_ + ".ordered", diagnostics_).value_or(false);
    }
    if (const Node* weights = reader_.take("probabilities")) {
      categorical.probabilities = read_weights(*weights);
    }
    return categorical;
  }

  std::vector<double> read_weights(const Node& node) {
    std::vector<double> weights;
    if (node.kind != Node::Kind::sequence || node.items.empty()) {
      diagnostics_.error(node.at, "wrong-type",
                         what_ + ".probabilities needs a list of numbers, one for each value");
    }
    for (const Node& item : node.items) {
      const auto weight = read_real(item, what_ + ".probabilities", diagnostics_);
      if (weight) weights.push_back(*weight);
    }
    return weights;
  }

  std::optional<Domain> read_range(const Node* low, const Node* high) {
    is_range_ = true;
    only_for("values", {"ordered", "probabilities"});
    if (low == nullptr) reader_.require("min");
    if (high == nullptr) reader_.require("max");
    Scale scale = Scale::linear;
    if (const Node* node = reader_.take("scale")) {
      const auto word =
          read_word(*node, what_ + ".scale", {"linear", "log", "reverse_log"}, diagnostics_);
      scale = static_cast<Scale>(word.value_or(0));
    }
    const Node* step = reader_.take("step");
    const Node* type = reader_.take("type");
    const Node* prior = reader_.take("prior");
    if (low == nullptr || high == nullptr) return std::nullopt;
    bool integer = is_integer_literal(*low) && is_integer_literal(*high);
    if (type != nullptr) {
      integer = read_word(*type, what_ + ".type", {"float", "int"}, diagnostics_).value_or(0) == 1;
    } else if (integer && step != nullptr && !is_integer_literal(*step)) {
      // {min: 0, max: 1, step: 0.1} can only mean real numbers.
      integer = false;
    }
    const std::optional<Domain> range =
        integer ? integer_range(*low, *high, scale, step) : real_range(*low, *high, scale, step);
    if (!range || prior == nullptr) return range;
    return with_prior(*range, *prior, what_, diagnostics_);
  }

  std::optional<Domain> integer_range(const Node& low, const Node& high, Scale scale,
                                      const Node* step) {
    const auto first = read_integer(low, what_ + ".min", diagnostics_);
    const auto last = read_integer(high, what_ + ".max", diagnostics_);
    const auto stride = step == nullptr ? std::optional<std::int64_t>(1)
                                        : read_integer(*step, what_ + ".step", diagnostics_);
    if (!first || !last || !stride) return std::nullopt;
    return Integer{*first, *last, scale, *stride};
  }

  std::optional<Domain> real_range(const Node& low, const Node& high, Scale scale,
                                   const Node* step) {
    const auto first = read_real(low, what_ + ".min", diagnostics_);
    const auto last = read_real(high, what_ + ".max", diagnostics_);
    std::optional<double> stride;
    if (step != nullptr) stride = read_real(*step, what_ + ".step", diagnostics_);
    if (!first || !last || (step != nullptr && !stride)) return std::nullopt;
    return Real{*first, *last, scale, stride};
  }

  void read_conditions(Parameter& parameter) {
    const Node* when = reader_.take("when");
    if (when == nullptr) return;
    if (when->kind != Node::Kind::mapping || when->entries.empty()) {
      diagnostics_.error(
          when->at, "wrong-type",
          what_ + ".when needs a mapping {parameter: value} or {parameter: [values]}");
      return;
    }
    for (const Entry& entry : when->entries) {
      const std::string what = fmt::format("{}.when.{}", what_, terminal_text(entry.key));
      parameter.conditions.push_back({entry.key, read_values(entry.value, what, diagnostics_)});
    }
  }

  std::string name_;
  std::string what_;
  MappingReader reader_;
  Diagnostics& diagnostics_;
  bool is_range_ = false;     // min and max without a distribution
  bool has_numbers_ = false;  // a distribution of numbers, which takes its own keys
};

// Of parameters that could not be read; the space looks at the conditions of the others.
void check_condition_names(const std::vector<ParameterEntry>& entries,
                           const std::set<std::string>& unreadable, Diagnostics& diagnostics) {
  std::vector<std::string> names;
  for (const ParameterEntry& entry : entries) names.push_back(entry.name);
  for (const ParameterEntry& entry : entries) {
    const Node* when = entry.node->find("when");
    if (when == nullptr || !unreadable.contains(entry.name)) continue;
    for (const Entry& condition : when->entries) {
      if (std::ranges::count(names, condition.key) > 0) continue;
      diagnostics.error(
          condition.key_at, "parameter",
          fmt::format("parameters.{}.when: there is no parameter `{}`{}", terminal_text(entry.name),
                      terminal_text(condition.key), did_you_mean(condition.key, names)));
    }
  }
}

// Conditions as the parent's domain has their values. Those on parameters that could not be read
// are left out: their faults are known already.
void adapt_conditions(std::vector<Parameter>& parameters, const std::set<std::string>& unreadable) {
  for (Parameter& parameter : parameters) {
    std::erase_if(parameter.conditions, [&](const Condition& condition) {
      return unreadable.contains(condition.parameter);
    });
    for (Condition& condition : parameter.conditions) {
      const auto parent = std::ranges::find(parameters, condition.parameter, &Parameter::name);
      if (parent == parameters.end()) continue;
      for (Value& value : condition.any_of) value = adapted(parent->domain, value);
    }
  }
}

}  // namespace

void complete_options(const std::vector<search::OptionSpec>& specs,
                      std::map<std::string, Value>& options) {
  for (const search::OptionSpec& option : specs) {
    const auto [place, is_new] = options.emplace(option.name, option.default_value);
    if (!is_new) place->second = adapted(option.domain, place->second);
  }
}

Value adapted(const Domain& domain, const Value& value) {
  const auto* integer = std::get_if<std::int64_t>(&value);
  if (integer != nullptr && std::holds_alternative<Real>(domain)) {
    return static_cast<double>(*integer);
  }
  const auto is_number = [](const Value& v) {
    return std::holds_alternative<std::int64_t>(v) || std::holds_alternative<double>(v);
  };
  if (!is_number(value) || contains(domain, value)) return value;
  const auto means_same = [&](const Value& choice) {
    return is_number(choice) && as_number(choice) == as_number(value);
  };
  if (const auto* categorical = std::get_if<Categorical>(&domain)) {
    const auto choice = std::ranges::find_if(categorical->choices, means_same);
    return choice == categorical->choices.end() ? value : *choice;
  }
  const auto* constant = std::get_if<Constant>(&domain);
  return constant != nullptr && means_same(constant->value) ? constant->value : value;
}

std::optional<SearchSpace> read_parameters(const Node& root, const Node& parameters,
                                           Diagnostics& diagnostics) {
  if (parameters.kind != Node::Kind::mapping || parameters.entries.empty()) {
    diagnostics.error(parameters.at, "wrong-type",
                      "parameters needs a mapping with at least one parameter");
    return std::nullopt;
  }
  const std::size_t before = diagnostics.error_count();
  const std::vector<ParameterEntry> entries = parameter_entries(parameters, diagnostics);
  if (entries.size() > most_parameters) {
    diagnostics.error(parameters.at, "too-large",
                      fmt::format("{} parameters, {} at most", entries.size(), most_parameters));
    return std::nullopt;
  }
  std::vector<Parameter> read;
  std::set<std::string> unreadable;
  for (const ParameterEntry& entry : entries) {
    if (entry.is_derived()) continue;  // read with the rules
    if (auto parameter = ParameterReader(entry, diagnostics).read()) {
      read.push_back(std::move(*parameter));
    } else {
      unreadable.insert(entry.name);
    }
  }
  if (read.empty() && unreadable.empty()) {
    diagnostics.error(parameters.at, "wrong-type",
                      "parameters needs at least one beside those that are derived");
    return std::nullopt;
  }
  check_condition_names(entries, unreadable, diagnostics);
  adapt_conditions(read, unreadable);
  try {
    SearchSpace space(std::move(read));
    if (unreadable.empty() && diagnostics.error_count() == before) return space;
  } catch (const ConfigError& error) {
    report_faults(error, root, "parameter", diagnostics);
  }
  return std::nullopt;
}

}  // namespace winnow::run
