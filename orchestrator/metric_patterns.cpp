#include "orchestrator/metric_patterns.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

#include "orchestrator/user_pattern.hpp"
#include "trainer/protocol/report.hpp"

namespace winnow::run {

/// Adds what it finds in a line to `found`; takes a whole report line for itself where it has one.
class MetricPatterns::Pattern {
 public:
  virtual ~Pattern() = default;
  virtual std::optional<std::string> find(std::string_view line, protocol::Metrics& found) = 0;
};

namespace {

using Pattern = MetricPatterns::Pattern;

// What programs print for a number: 1, -1.5e-3, nan, inf.
constexpr const char* number_text =
    R"(([+-]?(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|nan|inf|NaN|Infinity)))";
constexpr std::string_view tag = "::winnow ";

// All of `text`, which may be anything that a user's own group matched.
std::optional<double> number_in(const std::string& text) {
  if (text.empty() || text.front() == ' ') return std::nullopt;
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  return *end == '\0' ? std::optional(value) : std::nullopt;
}

std::optional<std::int64_t> step_in(const std::string& text) {
  const std::optional<double> number = number_in(text);
  constexpr double exact_integers = 0x1p53;
  const bool is_step = number && *number >= 0 && *number < exact_integers;
  return is_step ? std::optional(static_cast<std::int64_t>(*number)) : std::nullopt;
}

void add(protocol::Metrics& found, const std::string& name, const std::string& text) {
  if (const std::optional<double> value = number_in(text)) found.values[name] = *value;
}

/// A whole line of the report file behind a tag.
class Tagged final : public Pattern {
 public:
  std::optional<std::string> find(std::string_view line, protocol::Metrics& /*found*/) override {
    if (!line.starts_with(tag)) return std::nullopt;
    return std::string(line.substr(tag.size())) + "\n";
  }
};

/// Pairs of a name and a number, wherever they are in a line that `where` matches.
class Pairs final : public Pattern {
 public:
  Pairs(const std::string& pair, const std::string& where, const std::string& epoch = "")
      : pair_(pair, pattern_options()),
        where_(where, pattern_options()),
        epoch_(epoch, pattern_options()) {}

  std::optional<std::string> find(std::string_view line, protocol::Metrics& found) override {
    std::string step;
    re2::StringPiece rest(line.data(), line.size());
    if (!epoch_.pattern().empty() && RE2::PartialMatch(rest, epoch_, &step))
      epoch_now_ = step_in(step);
    if (!RE2::PartialMatch(rest, where_)) return std::nullopt;
    std::string name;
    std::string number;
    while (RE2::FindAndConsume(&rest, pair_, &name, &number)) add(found, name, number);
    if (epoch_now_ && !found.step) found.step = epoch_now_;
    return std::nullopt;
  }

 private:
  RE2 pair_, where_, epoch_;
  std::optional<std::int64_t> epoch_now_;
};

/// One match a line: a name, a number and perhaps a step.
class KeyValue final : public Pattern {
 public:
  std::optional<std::string> find(std::string_view line, protocol::Metrics& found) override {
    std::string name;
    std::string number;
    std::string step;
    const re2::StringPiece text(line.data(), line.size());
    if (!RE2::FullMatch(text, pattern_, &name, &number, &step)) return std::nullopt;
    add(found, name, number);
    if (!step.empty()) found.step = step_in(step);
    return std::nullopt;
  }

 private:
  RE2 pattern_{
      std::string(R"(([A-Za-z_][\w ]*):\s+)") + number_text + R"((?:\s+\(step\s+([0-9]+)\))?\s*)",
      pattern_options()};
};

/// A user's own: every named group that matched something is a metric, `step` the step.
class Groups final : public Pattern {
 public:
  explicit Groups(const std::string& pattern) : pattern_(pattern, pattern_options()) {}

  std::string fault() const {
    if (!pattern_.ok()) return pattern_.error();
    const bool has_metric = std::ranges::any_of(
        pattern_.NamedCapturingGroups(), [](const auto& group) { return group.first != "step"; });
    return has_metric ? "" : "it needs a named group for each metric: loss = (?<loss>\\S+)";
  }

  std::optional<std::string> find(std::string_view line, protocol::Metrics& found) override {
    const auto groups = static_cast<std::size_t>(pattern_.NumberOfCapturingGroups());
    std::vector<re2::StringPiece> pieces(groups + 1);
    const re2::StringPiece text(line.data(), line.size());
    if (!pattern_.Match(text, 0, line.size(), RE2::UNANCHORED, pieces.data(),
                        static_cast<int>(pieces.size()))) {
      return std::nullopt;
    }
    for (const auto& [name, index] : pattern_.NamedCapturingGroups()) {
      const std::string piece(pieces[static_cast<std::size_t>(index)]);
      if (name == "step") {
        found.step = step_in(piece);
      } else {
        add(found, name, piece);
      }
    }
    return std::nullopt;
  }

 private:
  RE2 pattern_;
};

// The RE2 of Debian 12 knows the groups of Python only.
std::string with_python_groups(std::string pattern) {
  RE2::GlobalReplace(&pattern, R"(\(\?<([A-Za-z_]))", R"((?P<\1)");
  return pattern;
}

std::shared_ptr<Pattern> preset(std::string_view word) {
  const std::string number = number_text;
  if (word == "tagged") return std::make_shared<Tagged>();
  if (word == "katib") return std::make_shared<Pairs>(R"(([\w.|-]+)\s*=\s*)" + number, "=");
  if (word == "guild") return std::make_shared<KeyValue>();
  if (word == "keras") {
    return std::make_shared<Pairs>(R"(- (\w+): )" + number, R"(- \w*loss: )",
                                   R"(^Epoch ([0-9]+)/)");
  }
  if (word == "huggingface") {
    return std::make_shared<Pairs>(R"('([\w/.-]+)': '?)" + number, R"(^\s*\{'.*\}\s*$)");
  }
  return nullptr;
}

}  // namespace

std::vector<std::string> metric_presets() {
  return {"tagged", "katib", "guild", "keras", "huggingface"};
}

std::variant<MetricPatterns, std::string> MetricPatterns::parse(
    const std::vector<std::string>& words) {
  std::vector<std::shared_ptr<Pattern>> patterns;
  for (const std::string& word : words) {
    if (std::shared_ptr<Pattern> known = preset(word)) {
      patterns.push_back(std::move(known));
      continue;
    }
    if (word.size() > longest_pattern) {
      return fmt::format("a pattern has at most {} characters", longest_pattern);
    }
    auto groups = std::make_shared<Groups>(with_python_groups(word));
    if (const std::string fault = groups->fault(); !fault.empty()) {
      return fmt::format("\"{}\" is neither a preset ({}) nor a pattern: {}", word,
                         fmt::join(metric_presets(), ", "), fault);
    }
    patterns.push_back(std::move(groups));
  }
  return MetricPatterns(std::move(patterns));
}

std::optional<std::string> MetricPatterns::report_of(std::string_view line) {
  while (line.ends_with('\r')) line.remove_suffix(1);
  line = line.substr(line.rfind('\r') + 1);  // of none, npos + 1 is the beginning
  protocol::Metrics found;
  for (const std::shared_ptr<Pattern>& pattern : patterns_) {
    if (std::optional<std::string> whole = pattern->find(line, found)) return whole;
  }
  if (found.values.empty()) return std::nullopt;
  return protocol::to_line(found);
}

}  // namespace winnow::run
