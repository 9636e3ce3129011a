#include "orchestrator/config/mapping_reader.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "orchestrator/config/scalar.hpp"
#include "orchestrator/report/terminal_text.hpp"
#include "searchers/options.hpp"
#include "searchers/problem/error.hpp"

namespace winnow::run {
namespace {

void wrong_type(const Node& node, std::string_view what, std::string_view expected,
                Diagnostics& diagnostics) {
  diagnostics.error(node.at, "wrong-type",
                    fmt::format("{} needs {}, found {}", what, expected, describe_node(node)));
}

// What a node means; unreadable numbers and traps are reported here, once for all readers.
std::optional<Scalar> meaning_of(const Node& node, std::string_view what,
                                 Diagnostics& diagnostics) {
  if (node.kind != Node::Kind::scalar) return std::nullopt;
  if (!node.plain) return Scalar(node.text);
  if (const auto trap = trap_in_plain(node.text)) diagnostics.warning(node.at, "trap", *trap);
  Scalar meaning = meaning_of_plain(node.text);
  if (const auto* unreadable = std::get_if<Unreadable>(&meaning)) {
    diagnostics.error(node.at, "number", fmt::format("{}: {}", what, unreadable->problem));
  }
  return meaning;
}

/// What other tools call it: Optuna, Ray Tune, NNI, Katib, Determined, scikit-learn (the table of
/// words in interfaces.md 1.2).
constexpr std::array<std::pair<std::string_view, std::string_view>, 33> words_of_others = {{
    {"low", "min"},
    {"lower", "min"},
    {"minval", "min"},
    {"min_value", "min"},
    {"high", "max"},
    {"upper", "max"},
    {"maxval", "max"},
    {"max_value", "max"},
    {"choices", "values"},
    {"categories", "values"},
    {"list", "values"},
    {"weights", "probabilities"},
    {"log", "scale"},
    {"direction", "goal"},
    {"mode", "goal"},
    {"objective", "metric"},
    {"params", "parameters"},
    {"search_space", "parameters"},
    {"space", "parameters"},
    {"hyperparameters", "parameters"},
    {"algorithm", "method"},
    {"sampler", "method"},
    {"tuner", "method"},
    {"searcher", "method"},
    {"n_trials", "max_trials"},
    {"num_samples", "max_trials"},
    {"max_trial_count", "max_trials"},
    {"parallel", "max_concurrent"},
    {"n_jobs", "max_concurrent"},
    {"workers", "max_concurrent"},
    {"concurrency", "max_concurrent"},
    {"max_concurrent_trials", "max_concurrent"},
    {"pruner", "early_terminate"},
}};

/// Keys of blocks, which people write at the top.
constexpr std::array<std::pair<std::string_view, std::string_view>, 12> places = {{
    {"goal", "metric.goal"},
    {"target", "metric.target"},
    {"max_trials", "limits.max_trials"},
    {"max_concurrent", "limits.max_concurrent"},
    {"max_duration", "limits.max_duration"},
    {"trial_timeout", "limits.trial_timeout"},
    {"max_failed", "limits.max_failed"},
    {"retries", "trial.retries"},
    {"resources", "trial.resources"},
    {"env", "trial.env"},
    {"metrics_from", "trial.metrics_from"},
    {"finalists", "selection.finalists"},
}};

std::string_view our_word(std::string_view word) {
  const auto found =
      std::ranges::find(words_of_others, word, &decltype(words_of_others)::value_type::first);
  return found == words_of_others.end() ? word : found->second;
}

/// Where a key that is unknown here stands; empty when nobody knows.
std::string place_of(const Node& node, std::string_view key) {
  const Node* parameters = node.find("parameters");
  if (parameters != nullptr && parameters->find(key) != nullptr) {
    return fmt::format("; it is a parameter: parameters.{}", terminal_text(key));
  }
  const auto found = std::ranges::find(places, our_word(key), &decltype(places)::value_type::first);
  return found == places.end() ? "" : fmt::format(", did you mean `{}`?", found->second);
}

bool is_same_word(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::ranges::equal(a, b, {}, lower, lower);
}

bool is_reported(const std::optional<Scalar>& meaning) {
  return meaning && std::holds_alternative<Unreadable>(*meaning);
}

}  // namespace

MappingReader::MappingReader(const Node& node, std::string_view what, Diagnostics& diagnostics,
                             std::string_view form)
    : node_(node), what_(what), diagnostics_(diagnostics) {
  if (!is_mapping()) wrong_type(node, what_, form, diagnostics);
}

const Node* MappingReader::take(std::string_view key) {
  known_.emplace(key);
  return node_.find(key);
}

const Node* MappingReader::require(std::string_view key) {
  // A shorter key is near to too many others.
  constexpr std::size_t shortest_slip = 6;
  const Node* found = take(key);
  if (found != nullptr || !is_mapping()) return found;
  for (const Entry& entry : node_.entries) {
    const std::string meant = did_you_mean(entry.key, {std::string(key)});
    if (key.size() < shortest_slip || meant.empty() || known_.contains(entry.key)) continue;
    diagnostics_.error(
        entry.key_at, "unknown-key",
        fmt::format("unknown key `{}` in {}{}", terminal_text(entry.key), what_, meant));
    misspelt_.insert(entry.key);
    return &entry.value;
  }
  diagnostics_.error(node_.at, "missing-key", fmt::format("{} needs the key `{}`", what_, key));
  return nullptr;
}

void MappingReader::not_supported(std::string_view key, std::string_view instead) {
  later_.emplace(key);
  if (node_.find(key) == nullptr) return;
  diagnostics_.error(at(key), "not-supported",
                     fmt::format("`{}` is not supported by this version{}{}", key,
                                 instead.empty() ? "" : "; ", instead));
}

Position MappingReader::at(std::string_view key) const {
  const auto found = std::ranges::find(node_.entries, key, &Entry::key);
  return found == node_.entries.end() ? node_.at : found->key_at;
}

void MappingReader::finish() {
  const std::vector<std::string> known(known_.begin(), known_.end());
  for (const Entry& entry : node_.entries) {
    if (known_.contains(entry.key) || later_.contains(entry.key)) continue;
    if (misspelt_.contains(entry.key)) continue;
    const bool is_ours = std::ranges::count(known, our_word(entry.key)) > 0;
    std::string meant = is_ours ? "" : place_of(node_, entry.key);
    if (meant.empty()) meant = did_you_mean(entry.key, known);
    if (meant.empty()) meant = fmt::format("; known are {}", fmt::join(known, ", "));
    diagnostics_.error(
        entry.key_at, "unknown-key",
        fmt::format("unknown key `{}` in {}{}", terminal_text(entry.key), what_, meant));
  }
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates) {
  // No word of ours is half as long; the distance to a longer one says nothing and takes long.
  constexpr std::size_t longest_typo = 200;
  if (word.size() > longest_typo) return "";
  for (const std::string& candidate : candidates) {
    if (candidate == our_word(word) || is_same_word(candidate, word)) {
      return fmt::format(", did you mean `{}`?", candidate);
    }
  }
  const std::optional<std::string> nearest = search::nearest(word, candidates);
  return nearest ? fmt::format(", did you mean `{}`?", *nearest) : "";
}

void report_faults(const ConfigError& error, const Node& root, std::string_view code,
                   Diagnostics& diagnostics) {
  for (const Fault& fault : error.faults()) {
    diagnostics.error(
        resolve_path(root, fault.place).at, code,
        fmt::format("{}: {}", terminal_text(fault.place), terminal_text(fault.message)));
  }
}

std::optional<std::string> read_text(const Node& node, std::string_view what,
                                     Diagnostics& diagnostics) {
  const bool is_null = node.kind == Node::Kind::scalar && node.plain &&
                       std::holds_alternative<Null>(meaning_of_plain(node.text));
  if (node.kind != Node::Kind::scalar || is_null || node.text.empty()) {
    wrong_type(node, what, "text", diagnostics);
    return std::nullopt;
  }
  return node.text;
}

std::optional<bool> read_flag(const Node& node, std::string_view what, Diagnostics& diagnostics) {
  const std::optional<Scalar> meaning = meaning_of(node, what, diagnostics);
  if (is_reported(meaning)) return std::nullopt;
  if (meaning && std::holds_alternative<bool>(*meaning)) return std::get<bool>(*meaning);
  wrong_type(node, what, "true or false", diagnostics);
  return std::nullopt;
}

std::optional<std::int64_t> read_integer(const Node& node, std::string_view what,
                                         Diagnostics& diagnostics, std::int64_t low,
                                         std::int64_t high) {
  const std::optional<Scalar> meaning = meaning_of(node, what, diagnostics);
  if (is_reported(meaning)) return std::nullopt;
  if (!meaning || !std::holds_alternative<std::int64_t>(*meaning)) {
    wrong_type(node, what, "an integer", diagnostics);
    return std::nullopt;
  }
  const std::int64_t value = std::get<std::int64_t>(*meaning);
  if (value < low || value > high) {
    const std::string range = high == std::numeric_limits<std::int64_t>::max()
                                  ? fmt::format("of at least {}", low)
                                  : fmt::format("from {} to {}", low, high);
    diagnostics.error(node.at, "range",
                      fmt::format("{} needs an integer {}, found {}", what, range, value));
    return std::nullopt;
  }
  return value;
}

std::optional<double> read_real(const Node& node, std::string_view what, Diagnostics& diagnostics) {
  const std::optional<Scalar> meaning = meaning_of(node, what, diagnostics);
  if (is_reported(meaning)) return std::nullopt;
  if (meaning && std::holds_alternative<double>(*meaning)) return std::get<double>(*meaning);
  if (meaning && std::holds_alternative<std::int64_t>(*meaning)) {
    return static_cast<double>(std::get<std::int64_t>(*meaning));
  }
  wrong_type(node, what, "a number", diagnostics);
  return std::nullopt;
}

std::optional<double> read_duration_s(const Node& node, std::string_view what,
                                      Diagnostics& diagnostics) {
  const auto seconds =
      node.kind == Node::Kind::scalar ? duration_s(node.text) : std::optional<double>();
  if (!seconds) {
    diagnostics.error(node.at, "duration",
                      fmt::format("{} needs a duration with its unit (90s, 10m, 24h, 2d), found {}",
                                  what, describe_node(node)));
  }
  return seconds;
}

std::optional<std::int64_t> read_bytes(const Node& node, std::string_view what,
                                       Diagnostics& diagnostics) {
  const auto bytes =
      node.kind == Node::Kind::scalar ? bytes_in(node.text) : std::optional<std::int64_t>();
  if (!bytes) {
    diagnostics.error(node.at, "size",
                      fmt::format("{} needs a size with its unit (500MB, 48GiB), found {}", what,
                                  describe_node(node)));
  }
  return bytes;
}

std::optional<Value> read_value(const Node& node, std::string_view what, Diagnostics& diagnostics) {
  const std::optional<Scalar> meaning = meaning_of(node, what, diagnostics);
  if (is_reported(meaning)) return std::nullopt;
  if (!meaning || std::holds_alternative<Null>(*meaning)) {
    wrong_type(node, what, "a number, true, false or text", diagnostics);
    return std::nullopt;
  }
  if (const auto* flag = std::get_if<bool>(&*meaning)) return Value(*flag);
  if (const auto* integer = std::get_if<std::int64_t>(&*meaning)) return Value(*integer);
  if (const auto* real = std::get_if<double>(&*meaning)) return Value(*real);
  const auto* text = std::get_if<std::string>(&*meaning);
  expect(text != nullptr, "the last kind of scalar is text");
  return Value(*text);
}

std::optional<std::size_t> read_word(const Node& node, std::string_view what,
                                     const std::vector<std::string>& words,
                                     Diagnostics& diagnostics) {
  const std::string found = node.kind == Node::Kind::scalar ? node.text : "";
  const auto word = std::ranges::find(words, found);
  if (word != words.end()) return static_cast<std::size_t>(word - words.begin());
  diagnostics.error(node.at, "choice",
                    fmt::format("{} needs one of {}, found {}{}", what, fmt::join(words, ", "),
                                describe_node(node), did_you_mean(found, words)));
  return std::nullopt;
}

}  // namespace winnow::run
