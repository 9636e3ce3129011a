#include "searchers/options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "searchers/problem/error.hpp"

namespace winnow::search {
namespace {

// Number of letters to insert, delete, replace or swap with their neighbour (optimal string
// alignment: Damerau, 1964, "A technique for computer detection and correction of spelling
// errors").
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_last(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  std::iota(last.begin(), last.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, replaced});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
    before_last = std::exchange(last, row);
  }
  return last[b.size()];
}

std::string unknown_option(std::string_view name, const std::vector<std::string>& known) {
  if (known.empty()) return "there are no options";
  if (const std::optional<std::string> meant = nearest(name, known))
    return fmt::format("unknown option; did you mean {}? There are: {}", *meant,
                       fmt::join(known, ", "));
  return fmt::format("unknown option; there are: {}", fmt::join(known, ", "));
}

// An integer is a fine way to write a real number; the other way round would lose something.
Value widened(const Domain& domain, const Value& given) {
  const std::int64_t* integer = std::get_if<std::int64_t>(&given);
  if (integer && std::holds_alternative<Real>(domain)) return static_cast<double>(*integer);
  return given;
}

}  // namespace

Options::Options(const std::vector<OptionSpec>& specs, const std::map<std::string, Value>& given,
                 std::string_view place) {
  std::vector<std::string> known;
  for (const OptionSpec& spec : specs) {
    expect(contains(spec.domain, spec.default_value),
           "the default of option " + spec.name + " is outside its domain");
    known.push_back(spec.name);
    values_[spec.name] = spec.default_value;
  }
  std::vector<Fault> faults;
  for (const auto& [name, value] : given) {
    const auto spec = std::find_if(specs.begin(), specs.end(),
                                   [&](const OptionSpec& s) { return s.name == name; });
    if (spec == specs.end()) {
      faults.push_back({fmt::format("{}.{}", place, name), unknown_option(name, known)});
      continue;
    }
    const Value accepted = widened(spec->domain, value);
    if (contains(spec->domain, accepted))
      values_[name] = accepted;
    else
      faults.push_back({fmt::format("{}.{}", place, name),
                        fmt::format("expected {}, found {} ({})", describe(spec->domain),
                                    to_text(value), type_name(value))});
  }
  if (!faults.empty()) throw ConfigError(std::move(faults));
}

const Value& Options::at(std::string_view name) const {
  const auto found = values_.find(name);
  expect(found != values_.end(), "option " + std::string(name) + " was never declared");
  return found->second;
}

double Options::real(std::string_view name) const { return std::get<double>(at(name)); }
std::int64_t Options::integer(std::string_view name) const {
  return std::get<std::int64_t>(at(name));
}
bool Options::flag(std::string_view name) const { return std::get<bool>(at(name)); }
const std::string& Options::text(std::string_view name) const {
  return std::get<std::string>(at(name));
}

std::optional<std::string> nearest(std::string_view word,
                                   const std::vector<std::string>& candidates) {
  std::optional<std::string> best;
  std::size_t best_distance = 0;
  for (const std::string& candidate : candidates) {
    const std::size_t distance = edit_distance(word, candidate);
    // Meant, if at most a third of the letters are wrong: one of three, two of six; or if it is a
    // beginning of three letters or more, an abbreviation.
    const bool begins = word.size() >= 3 && candidate.starts_with(word);
    const bool close = begins || 3 * distance <= std::max(word.size(), candidate.size());
    if (close && (!best || distance < best_distance)) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

}  // namespace winnow::search
