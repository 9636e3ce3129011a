#include "trainer/arguments.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "trainer/errors.hpp"
#include "trainer/protocol/nearest_name.hpp"

namespace winnow::train {
namespace {

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

Fault unknown(const Syntax& syntax, const std::string& name) {
  std::vector<std::string> known = syntax.options;
  known.insert(known.end(), syntax.flags.begin(), syntax.flags.end());
  const std::string nearest = protocol::nearest_name(name, known);
  return {"--" + name, nearest.empty() ? "is not an option of this verb"
                                       : "is not an option; did you mean --" + nearest + "?"};
}

}  // namespace

Arguments::Arguments(const Syntax& syntax, std::span<const std::string> words) {
  std::vector<Fault> faults;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    const std::string name = word.starts_with("--") ? word.substr(2) : "";
    if (name.empty()) {
      positional_.push_back(word);
    } else if (contains(syntax.flags, name)) {
      flags_.insert(name);
    } else if (!contains(syntax.options, name)) {
      faults.push_back(unknown(syntax, name));
    } else if (i + 1 == words.size()) {
      faults.push_back({word, "needs a value"});
    } else {
      options_[name] = words[++i];
    }
  }
  for (std::size_t i = positional_.size(); i < syntax.positional.size(); ++i) {
    faults.push_back({syntax.positional[i], "is missing"});
  }
  for (std::size_t i = syntax.positional.size(); i < positional_.size(); ++i) {
    faults.push_back({positional_[i], "is one word too many"});
  }
  if (!faults.empty()) throw ConfigError(std::move(faults));
}

std::optional<std::string> Arguments::option(const std::string& name) const {
  const auto found = options_.find(name);
  return found == options_.end() ? std::nullopt : std::optional(found->second);
}

std::string Arguments::required(const std::string& name) const {
  const auto value = option(name);
  if (!value) throw ConfigError("--" + name, "is missing");
  return *value;
}

long Arguments::integer(const std::string& name, long default_value, long least, long most) const {
  const auto text = option(name);
  if (!text) return default_value;
  long value = 0;
  const char* end = text->data() + text->size();
  const auto [stopped_at, failure] = std::from_chars(text->data(), end, value);
  if (failure == std::errc() && stopped_at == end && value >= least && value <= most) return value;
  throw ConfigError("--" + name, fmt::format("expected an integer from {} to {}, found \"{}\"",
                                             least, most, *text));
}

}  // namespace winnow::train
