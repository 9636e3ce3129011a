// Reading and writing of report lines. Reading goes through Fields, which names the key at fault.
#include "trainer/protocol/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "trainer/protocol/strict_json.hpp"

namespace winnow::protocol {
namespace {

using nlohmann::json;

/// What is wrong with a line, as a sentence.
class LineFault : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
/// Folder names of checkpoints; well below the 255 bytes of common file systems.
constexpr std::size_t max_folder_name_bytes = 100;
/// Longest text of a message that is written, so that the line stays within max_line_bytes even
/// when each byte of text is escaped with six ("\u0001").
constexpr std::size_t max_text_bytes = 8 * 1024;

double number(const std::string& key, const json& value) {
  if (value.is_number()) return value.get<double>();
  if (value == "nan") return not_a_number;
  if (value == "inf") return infinity;
  if (value == "-inf") return -infinity;
  throw LineFault(fmt::format("\"{}\" must be a number or \"nan\", \"inf\", \"-inf\", found {}",
                              key, value.is_string() ? "other text" : value.type_name()));
}

Values numbers(const json& object) {
  Values values;
  for (const auto& [name, value] : object.items()) {
    if (name.empty()) throw LineFault("a metric has an empty name");
    values[name] = number(name, value);
  }
  return values;
}

/// Typed reading of one message's keys.
class Fields {
 public:
  explicit Fields(const json& message) : message_(message) {}

  std::optional<std::int64_t> optional_count(const std::string& key) const {
    const auto found = message_.find(key);
    if (found == message_.end()) return std::nullopt;
    const bool fits = found->is_number_unsigned() &&
                      found->get<std::uint64_t>() <= std::numeric_limits<std::int64_t>::max();
    if (!fits) throw LineFault(fmt::format("\"{}\" must be a whole number of at least 0", key));
    return found->get<std::int64_t>();
  }

  std::int64_t count(const std::string& key) const {
    const std::optional<std::int64_t> value = optional_count(key);
    if (!value) throw LineFault(fmt::format("\"{}\" is missing", key));
    return *value;
  }

  std::optional<double> optional_seconds(const std::string& key) const {
    const auto found = message_.find(key);
    if (found == message_.end()) return std::nullopt;
    const bool usable = found->is_number() && found->get<double>() >= 0.0;
    if (!usable) throw LineFault(fmt::format("\"{}\" must be a number of at least 0", key));
    return found->get<double>();
  }

  std::optional<bool> optional_flag(const std::string& key) const {
    const auto found = message_.find(key);
    if (found == message_.end()) return std::nullopt;
    if (!found->is_boolean()) throw LineFault(fmt::format("\"{}\" must be true or false", key));
    return found->get<bool>();
  }

  std::string text(const std::string& key, const char* when_absent) const {
    const auto found = message_.find(key);
    if (found == message_.end()) return when_absent;
    if (!found->is_string()) throw LineFault(fmt::format("\"{}\" must be text", key));
    return found->get<std::string>();
  }

  std::string text(const std::string& key) const {
    if (!message_.contains(key)) throw LineFault(fmt::format("\"{}\" is missing", key));
    return text(key, "");
  }

  Values values() const {
    const auto found = message_.find("values");
    if (found == message_.end()) throw LineFault("\"values\" is missing");
    if (!found->is_object()) {
      throw LineFault("\"values\" must be an object of metric names and numbers");
    }
    return numbers(*found);
  }

 private:
  const json& message_;
};

/// The name becomes part of a path: nothing that could lead out of the checkpoint folder.
std::string plain_folder_name(const std::string& name) {
  constexpr std::string_view allowed =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
  const bool plain = !name.empty() && name.size() <= max_folder_name_bytes && name != "." &&
                     name != ".." && name.find_first_not_of(allowed) == std::string::npos;
  if (!plain) {
    throw LineFault(fmt::format(
        "\"path\" must be the plain name of a folder (letters, digits, '.', '_', '-', at most {} "
        "bytes) beneath the checkpoint folder",
        max_folder_name_bytes));
  }
  return name;
}

Report read_started(const Fields& fields) {
  if (const auto spoken = fields.optional_count("protocol"); spoken.value_or(version) != version) {
    throw LineFault(
        fmt::format("the program speaks protocol {}, understood is {}", *spoken, version));
  }
  return Started{fields.optional_count("parameters").value_or(0), fields.text("device", ""),
                 fields.optional_flag("deterministic"), fields.optional_count("threads")};
}

Report read_untyped(const json& message) {
  if (message.empty()) throw LineFault("the object is empty: expected a \"type\" or metrics");
  const Fields fields(message);
  Metrics metrics{fields.optional_count("step"), fields.optional_seconds("elapsed_s"), {}};
  json values = message;
  values.erase("step");
  values.erase("elapsed_s");
  if (values.empty()) throw LineFault("there is a step but no metric");
  metrics.values = numbers(values);
  return metrics;
}

Report read_message(const json& message) {
  if (!message.is_object()) {
    throw LineFault(fmt::format("expected a JSON object, found {}", message.type_name()));
  }
  if (!message.contains("type")) return read_untyped(message);
  const Fields fields(message);
  const std::string type = fields.text("type");
  if (type == "started") return read_started(fields);
  if (type == "metric") {
    return Metrics{fields.optional_count("step"), fields.optional_seconds("elapsed_s"),
                   fields.values()};
  }
  if (type == "checkpoint") {
    return Checkpoint{fields.count("step"), plain_folder_name(fields.text("path"))};
  }
  if (type == "infeasible") return Infeasible{fields.text("reason", "")};
  if (type == "failed") return Failed{fields.text("kind"), fields.text("message", "")};
  if (type == "finished") {
    return Finished{fields.optional_count("step"),
                    message.contains("values") ? fields.values() : Values{}};
  }
  return Unknown{type};
}

std::string shortened(const std::string& text) {
  if (text.size() <= max_text_bytes) return text;
  return fmt::format("{} … ({} bytes left out)", text.substr(0, max_text_bytes),
                     text.size() - max_text_bytes);
}

json number_to_json(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  return value;
}

json values_to_json(const Values& values) {
  json object = json::object();
  for (const auto& [name, value] : values) object[name] = number_to_json(value);
  return object;
}

struct Writer {
  json operator()(const Started& started) const {
    json message = {{"type", "started"},
                    {"protocol", version},
                    {"parameters", started.parameters},
                    {"device", started.device}};
    if (started.deterministic) message["deterministic"] = *started.deterministic;
    if (started.threads) message["threads"] = *started.threads;
    return message;
  }
  json operator()(const Metrics& metrics) const {
    json message = {{"type", "metric"}, {"values", values_to_json(metrics.values)}};
    if (metrics.step) message["step"] = *metrics.step;
    if (metrics.elapsed_s) message["elapsed_s"] = number_to_json(*metrics.elapsed_s);
    return message;
  }
  json operator()(const Checkpoint& checkpoint) const {
    return {{"type", "checkpoint"}, {"step", checkpoint.step}, {"path", checkpoint.path}};
  }
  json operator()(const Infeasible& infeasible) const {
    return {{"type", "infeasible"}, {"reason", shortened(infeasible.reason)}};
  }
  json operator()(const Failed& failed) const {
    return {{"type", "failed"}, {"kind", failed.kind}, {"message", shortened(failed.message)}};
  }
  json operator()(const Finished& finished) const {
    json message = {{"type", "finished"}, {"values", values_to_json(finished.values)}};
    if (finished.step) message["step"] = *finished.step;
    return message;
  }
  json operator()(const Unknown&) const { throw std::logic_error("Unknown is only ever read"); }
  json operator()(const Malformed&) const { throw std::logic_error("Malformed is only ever read"); }
};

/// The words that JSON lacks and Python's json writes all the same, as the texts that stand for
/// them here. Words inside of texts stay.
std::string with_non_finite_quoted(std::string_view line) {
  struct Word {
    std::string_view bare, quoted;
  };
  constexpr std::array words = {Word{"NaN", "\"nan\""}, Word{"Infinity", "\"inf\""},
                                Word{"-Infinity", "\"-inf\""}};
  std::string result;
  bool in_text = false;
  for (std::size_t at = 0; at < line.size();) {
    const auto word = std::ranges::find_if(
        words, [&](const Word& one) { return line.substr(at).starts_with(one.bare); });
    if (!in_text && word != words.end()) {
      result += word->quoted;
      at += word->bare.size();
      continue;
    }
    if (line[at] == '"') in_text = !in_text;
    if (in_text && line[at] == '\\' && at + 1 < line.size()) result += line[at++];
    result += line[at++];
  }
  return result;
}

}  // namespace

Report parse_report(std::string_view line) {
  if (line.size() > max_line_bytes) {
    return Malformed{
        fmt::format("the line has {} bytes, at most {} are read", line.size(), max_line_bytes)};
  }
  try {
    const bool may_have_words = line.find("NaN") != std::string_view::npos ||
                                line.find("Infinity") != std::string_view::npos;
    if (may_have_words) return read_message(parse_strict_json(with_non_finite_quoted(line)));
    return read_message(parse_strict_json(line));
  } catch (const JsonFault& fault) {
    return Malformed{fault.what()};
  } catch (const LineFault& fault) {
    return Malformed{fault.what()};
  }
}

std::string to_line(const Report& report) {
  const json message = std::visit(Writer{}, report);
  return message.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace winnow::protocol
