#include "searchers/problem/parameter.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "searchers/problem/error.hpp"
#include "searchers/problem/overloaded.hpp"

namespace winnow {
namespace {

// The part of a step by which a range may miss a whole number of steps: 0.3 / 0.1 is
// 2.9999999999999996, which is three steps. Far above rounding errors, far below anybody's
// intention.
constexpr double step_tolerance = 1e-9;

// Nearest double that has 15 significant decimal digits: every decimal of that length survives the
// way through a double (IEEE 754, DBL_DIG), so this is what people meant when they wrote a step.
double rounded_to_15_digits(double value) {
  return std::strtod(fmt::format("{:.15g}", value).c_str(), nullptr);
}

std::uint64_t count(const Real& real) {
  return 1 + static_cast<std::uint64_t>(
                 std::floor((real.high - real.low) / *real.step + step_tolerance));
}

std::uint64_t count(const Integer& integer) {
  const std::uint64_t width =
      static_cast<std::uint64_t>(integer.high) - static_cast<std::uint64_t>(integer.low);
  return 1 + width / static_cast<std::uint64_t>(integer.step);
}

double real_at(const Real& real, std::uint64_t k) {
  if (k == 0) return real.low;
  const double value = rounded_to_15_digits(real.low + static_cast<double>(k) * *real.step);
  return std::min(value, real.high);  // rounding up must not leave the range
}

std::optional<std::uint64_t> index_of(const Real& real, const Value& value) {
  const double* number = std::get_if<double>(&value);
  if (!number || !(*number >= real.low && *number <= real.high)) return std::nullopt;
  if (!real.step) return 0;  // the only value of a range of length 0
  const double k = std::round((*number - real.low) / *real.step);
  if (k >= static_cast<double>(count(real))) return std::nullopt;
  const auto index = static_cast<std::uint64_t>(k);
  return real_at(real, index) == *number ? std::optional(index) : std::nullopt;
}

std::optional<std::uint64_t> index_of(const Integer& integer, const Value& value) {
  const std::int64_t* number = std::get_if<std::int64_t>(&value);
  if (!number || *number < integer.low || *number > integer.high) return std::nullopt;
  const std::uint64_t distance =
      static_cast<std::uint64_t>(*number) - static_cast<std::uint64_t>(integer.low);
  const auto step = static_cast<std::uint64_t>(integer.step);
  return distance % step == 0 ? std::optional(distance / step) : std::nullopt;
}

std::optional<std::uint64_t> index_of(const Categorical& categorical, const Value& value) {
  const auto found = std::find(categorical.choices.begin(), categorical.choices.end(), value);
  if (found == categorical.choices.end()) return std::nullopt;
  return static_cast<std::uint64_t>(found - categorical.choices.begin());
}

std::string scale_note(Scale scale) {
  switch (scale) {
    case Scale::log:
      return " (log)";
    case Scale::reverse_log:
      return " (reverse_log)";
    case Scale::quantile:  // its prior says it
    case Scale::linear:
      break;
  }
  return "";
}

std::string prior_note(const Prior& prior) {
  return std::visit(
      Overloaded{
          [](const NormalPrior& normal) {
            return fmt::format(" (normal, mu {}, sigma {})", normal.mean, normal.deviation);
          },
          [](const LogNormalPrior& normal) {
            return fmt::format(" (log_normal, mu {}, sigma {})", normal.mean, normal.deviation);
          },
          [](const BetaPrior& beta) { return fmt::format(" (beta, a {}, b {})", beta.a, beta.b); }},
      prior);
}

std::string describe_real(const Real& real) {
  const std::string steps = real.step ? fmt::format(" in steps of {}", *real.step) : "";
  return fmt::format("a number from {} to {}{}{}", real.low, real.high, steps,
                     real.prior ? prior_note(*real.prior) : scale_note(real.scale));
}

std::string describe_integer(const Integer& integer) {
  const std::string steps = integer.step != 1 ? fmt::format(" in steps of {}", integer.step) : "";
  return fmt::format("an integer from {} to {}{}{}", integer.low, integer.high, steps,
                     scale_note(integer.scale));
}

std::string describe_categorical(const Categorical& categorical) {
  constexpr std::size_t listed = 20;  // as many as a line of a message holds
  std::string text = "one of ";
  for (std::size_t i = 0; i < std::min(listed, categorical.choices.size()); ++i)
    text += (i ? ", " : "") + to_text(categorical.choices[i]);
  if (categorical.choices.size() > listed)
    text += fmt::format(" … ({} choices)", categorical.choices.size());
  return text;
}

}  // namespace

std::optional<std::uint64_t> cardinality(const Domain& domain) {
  return std::visit(Overloaded{[](const Real& real) -> std::optional<std::uint64_t> {
                                 if (real.low == real.high) return 1;
                                 if (!real.step) return std::nullopt;
                                 return count(real);
                               },
                               [](const Integer& integer) -> std::optional<std::uint64_t> {
                                 return count(integer);
                               },
                               [](const Categorical& categorical) -> std::optional<std::uint64_t> {
                                 return categorical.choices.size();
                               },
                               [](const Constant&) -> std::optional<std::uint64_t> { return 1; }},
                    domain);
}

Value value_at(const Domain& domain, std::uint64_t k) {
  expect(k < cardinality(domain).value_or(0), "a value beyond the end of its domain");
  return std::visit(
      Overloaded{[&](const Real& real) { return Value(real_at(real, k)); },
                 [&](const Integer& integer) {
                   return Value(integer.low + static_cast<std::int64_t>(k) * integer.step);
                 },
                 [&](const Categorical& categorical) { return categorical.choices[k]; },
                 [&](const Constant& constant) { return constant.value; }},
      domain);
}

std::optional<std::uint64_t> index_of(const Domain& domain, const Value& value) {
  if (!cardinality(domain)) return std::nullopt;
  if (const Constant* constant = std::get_if<Constant>(&domain))
    return value == constant->value ? std::optional<std::uint64_t>(0) : std::nullopt;
  if (const Real* real = std::get_if<Real>(&domain)) return index_of(*real, value);
  if (const Integer* integer = std::get_if<Integer>(&domain)) return index_of(*integer, value);
  return index_of(std::get<Categorical>(domain), value);
}

bool contains(const Domain& domain, const Value& value) {
  const Real* real = std::get_if<Real>(&domain);
  if (!real || real->step) return index_of(domain, value).has_value();
  const double* number = std::get_if<double>(&value);
  return number && *number >= real->low && *number <= real->high;
}

std::string describe(const Domain& domain) {
  return std::visit(
      Overloaded{[](const Real& real) { return describe_real(real); },
                 [](const Integer& integer) { return describe_integer(integer); },
                 [](const Categorical& categorical) { return describe_categorical(categorical); },
                 [](const Constant& constant) { return "always " + to_text(constant.value); }},
      domain);
}

}  // namespace winnow
