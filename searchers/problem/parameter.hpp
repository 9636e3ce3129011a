// A parameter: its name, the values it may take, and when it exists at all. Plain data; a
// SearchSpace checks that a set of parameters makes sense together.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "searchers/problem/value.hpp"

namespace winnow {

/// How a number is spread over its range. `log`: equal factors are equal distances (low > 0).
/// `reverse_log`: the distance to 1 is what is spread by factors, as for 0.9 … 0.999 (high < 1).
/// `quantile`: equal probabilities under the range's prior are equal distances.
enum class Scale { linear, log, reverse_log, quantile };

/// What is believed of a number before anything is known: how probable its values are. `mean` and
/// `deviation` of a LogNormalPrior are those of the number's logarithm.
struct NormalPrior {
  double mean = 0, deviation = 1;
  bool operator==(const NormalPrior&) const = default;
};
struct LogNormalPrior {
  double mean = 0, deviation = 1;
  bool operator==(const LogNormalPrior&) const = default;
};
struct BetaPrior {
  double a = 1, b = 1;
  bool operator==(const BetaPrior&) const = default;
};
using Prior = std::variant<NormalPrior, LogNormalPrior, BetaPrior>;

/// A real number in [low, high]; with a step only low + k·step, rounded to 15 significant digits so
/// that the third step of 0.1 from 0 is 0.3, as people write it.
struct Real {
  double low = 0, high = 1;
  Scale scale = Scale::linear;
  std::optional<double> step = {};
  std::optional<Prior> prior = {};  // cut to the range; goes with Scale::quantile
  bool operator==(const Real&) const = default;
};

/// An integer in [low, high], both ends included, of the form low + k·step.
struct Integer {
  std::int64_t low = 0, high = 1;
  Scale scale = Scale::linear;
  std::int64_t step = 1;
  bool operator==(const Integer&) const = default;
};

/// One of a list. `ordered` says that neighbours in the list are alike. `probabilities` is empty
/// (all alike) or has one weight a choice, used by methods that sample. A boolean is {false, true}.
struct Categorical {
  std::vector<Value> choices;
  bool ordered = false;
  std::vector<double> probabilities = {};
  bool operator==(const Categorical&) const = default;
};

/// Passed on to every trial, never searched.
struct Constant {
  Value value;
  bool operator==(const Constant&) const = default;
};

using Domain = std::variant<Real, Integer, Categorical, Constant>;

/// The parameter is active only where `parameter` is itself active and has one of `any_of`.
struct Condition {
  std::string parameter;
  std::vector<Value> any_of;
  bool operator==(const Condition&) const = default;
};

/// Active where all of `conditions` hold; without conditions always.
struct Parameter {
  std::string name;
  Domain domain;
  std::vector<Condition> conditions = {};
  std::optional<Value> default_value = {};
  bool operator==(const Parameter&) const = default;
};

/// Number of values the domain holds; nothing when it is a continuum.
std::optional<std::uint64_t> cardinality(const Domain& domain);

/// The k-th value of a finite domain, ascending or as listed. Needs k < cardinality.
Value value_at(const Domain& domain, std::uint64_t k);

/// Which value of a finite domain this is: value_at(domain, k) == value. Nothing when it is none.
std::optional<std::uint64_t> index_of(const Domain& domain, const Value& value);

/// Is `value` of the domain's type and inside it (on its steps, one of its choices)?
bool contains(const Domain& domain, const Value& value);

/// "a number from 1e-06 to 0.01 (log)", "one of adam, adamw, sgd": for messages and listings.
std::string describe(const Domain& domain);

}  // namespace winnow
