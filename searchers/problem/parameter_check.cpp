#include "searchers/problem/parameter_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <string>

#include "searchers/problem/overloaded.hpp"

namespace winnow {
namespace {

// More values than this and neighbouring ones could not be told apart on the unit interval (a
// double has 53 bits; 2^40 leaves 13 of them for the rounding of logarithms).
constexpr std::uint64_t most_values = std::uint64_t{1} << 40;
// Integers beyond this are not exact in JSON readers that use doubles.
constexpr std::int64_t largest_integer = std::int64_t{1} << 53;
// The least part of the unit interval that a choice may own: none rarer is seen in a study, and the
// middle of a narrower part could be rounded out of it.
constexpr double least_share = 1e-9;
constexpr std::size_t longest_name = 100;  // as for study names: it becomes a column or an argument

class ParameterCheck {
 public:
  ParameterCheck(const Parameter& parameter, std::vector<Fault>& faults)
      : place_("parameters." + parameter.name), faults_(faults) {}

  void name(const std::string& name) {
    const auto is_letter = [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    };
    const bool good = !name.empty() && name.size() <= longest_name && is_letter(name[0]) &&
                      std::all_of(name.begin(), name.end(), [&](char c) {
                        return is_letter(c) || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
                               c == '/' || c == ':';
                      });
    if (!good)
      faults_.push_back({place_, fmt::format("a parameter's name is a letter or _, then letters, "
                                             "digits and any of _.-/: ({} characters at most); "
                                             "found \"{}\"",
                                             longest_name, name)});
  }

  void domain(const Real& real) {
    if (!std::isfinite(real.low)) return fault("min", "expected a finite number");
    if (!std::isfinite(real.high)) return fault("max", "expected a finite number");
    if (real.low > real.high) return inverted(real.low, real.high);
    if (!std::isfinite(real.high - real.low))
      return fault("max", "the range is wider than the largest number; make it narrower");
    scale(real.scale, real.low, real.high);
    if ((real.scale == Scale::quantile) != real.prior.has_value())
      return fault("scale", "a scale by quantiles goes with a distribution, and only with one");
    if (real.prior) prior(*real.prior);
    if (real.step) step(real);
  }

  void domain(const Integer& integer) {
    if (integer.low > integer.high) return inverted(integer.low, integer.high);
    if (integer.low < -largest_integer || integer.high > largest_integer)
      return fault("max", "expected integers from -2^53 to 2^53");
    if (integer.scale != Scale::linear && integer.scale != Scale::log)
      return fault("scale", "an integer's scale is linear or log");
    scale(integer.scale, static_cast<double>(integer.low), static_cast<double>(integer.high));
    if (integer.step < 1)
      return fault("step",
                   fmt::format("expected an integer of at least 1, found {}", integer.step));
    if (integer.low < integer.high && integer.step > integer.high - integer.low)
      return longer_step();
    value_count(*cardinality(integer));
  }

  void domain(const Categorical& categorical) {
    if (categorical.choices.empty()) return fault("values", "expected at least one choice");
    std::set<Value> seen;
    for (const Value& choice : categorical.choices) {
      if (const double* real = std::get_if<double>(&choice); real && !std::isfinite(*real))
        fault("values", "a choice must be finite, found " + to_text(choice));
      else if (!seen.insert(choice).second)
        fault("values", fmt::format("{} is listed twice", to_text(choice)));
    }
    weights(categorical);
  }

  void domain(const Constant& constant) {
    const double* real = std::get_if<double>(&constant.value);
    if (real && !std::isfinite(*real))
      fault("value", "expected a finite number, found " + to_text(constant.value));
  }

  void fault(const std::string& key, std::string message) {
    faults_.push_back({place_ + "." + key, std::move(message)});
  }

 private:
  template <class Number>
  void inverted(Number low, Number high) {
    fault("max", fmt::format("max ({}) is below min ({}); swap them", high, low));
  }

  void longer_step() {
    fault("step", "the step is longer than the range; leave it out or shorten it");
  }

  void scale(Scale scale, double low, double high) {
    if (scale == Scale::log && low <= 0)
      fault("min", fmt::format("a log scale needs min above 0, found {}; use a small positive min "
                               "or scale: linear",
                               low));
    else if (scale == Scale::log && !std::isfinite(high / low))
      fault("min",
            fmt::format("the ratio of max to min is not finite, found min {}; raise it", low));
    if (scale == Scale::reverse_log && high >= 1)
      fault("max",
            fmt::format("a reverse_log scale needs max below 1, found {}; use e.g. 0.999", high));
  }

  void step(const Real& real) {
    const double step = *real.step;
    if (!(step > 0) || !std::isfinite(step))
      return fault("step", fmt::format("expected a number above 0, found {}", step));
    if (real.low < real.high && step > real.high - real.low) return longer_step();
    const double values = (real.high - real.low) / step;
    if (values >= static_cast<double>(most_values)) return value_count(most_values + 1);
    // Values are rounded to 15 digits: a step has to be visible beside them.
    if (step < 1e-12 * std::max(std::fabs(real.low), std::fabs(real.high)))
      fault("step", "the step is too small beside min and max to be told apart; leave it out");
  }

  void prior(const Prior& prior) {
    const auto positive = [this](const char* key, double value) {
      if (!(value > 0) || !std::isfinite(value))
        fault(key, fmt::format("expected a finite number above 0, found {}", value));
    };
    const auto normal = [&](double mean, double deviation) {
      if (!std::isfinite(mean)) fault("mu", "expected a finite number");
      positive("sigma", deviation);
    };
    std::visit(Overloaded{[&](const NormalPrior& p) { normal(p.mean, p.deviation); },
                          [&](const LogNormalPrior& p) { normal(p.mean, p.deviation); },
                          [&](const BetaPrior& p) {
                            positive("a", p.a);
                            positive("b", p.b);
                          }},
               prior);
  }

  void value_count(std::uint64_t values) {
    if (values > most_values)
      fault("step", "more than 2^40 values; use a longer step, or a number without a step");
  }

  void weights(const Categorical& categorical) {
    if (categorical.probabilities.empty()) return;
    if (categorical.probabilities.size() != categorical.choices.size())
      return fault("probabilities",
                   fmt::format("expected one for each of the {} values, found {}",
                               categorical.choices.size(), categorical.probabilities.size()));
    double sum = 0;
    for (double weight : categorical.probabilities) {
      if (!(weight > 0) || !std::isfinite(weight))
        return fault("probabilities", fmt::format("expected numbers above 0, found {}; remove a "
                                                  "value that shall never be used",
                                                  weight));
      sum += weight;
    }
    if (!std::isfinite(sum))
      return fault("probabilities", "their sum is not finite; use smaller ones");
    const auto least =
        std::min_element(categorical.probabilities.begin(), categorical.probabilities.end());
    if (*least < least_share * sum)
      fault("probabilities", fmt::format("{} is less than a billionth of their sum and would never "
                                         "be drawn; remove its value",
                                         *least));
  }

  std::string place_;
  std::vector<Fault>& faults_;
};

}  // namespace

void check_parameter(const Parameter& parameter, std::vector<Fault>& faults) {
  ParameterCheck check(parameter, faults);
  const std::size_t before = faults.size();
  check.name(parameter.name);
  std::visit([&](const auto& domain) { check.domain(domain); }, parameter.domain);
  if (faults.size() != before || !parameter.default_value) return;
  if (!contains(parameter.domain, *parameter.default_value))
    check.fault("default", fmt::format("expected {}, found {}", describe(parameter.domain),
                                       to_text(*parameter.default_value)));
}

}  // namespace winnow
