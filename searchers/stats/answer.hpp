// What a procedure gives back: its result, or the reason why these data cannot give one. Too few
// seeds, constant values, a metric that is not a number: all that happens with real data and is a
// value here. A level of 1.2 or a negative number of resamples is a fault of the caller: expect().
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "searchers/problem/error.hpp"

namespace winnow::stats {

enum class Cause {
  too_few,       // values, pairs, groups
  too_many,      // values for the work that a procedure would be
  not_finite,    // a NaN or an infinity among the values
  constant,      // no variation to judge a difference by
  unequal,       // lists that belong together differ in length or in their keys
  out_of_reach,  // no data of this size could reach the level asked for
  singular,      // columns of a regression that determine each other
};

/// Why there is no result: what was needed, what was found, the next step, as a sentence for
/// people.
struct Refusal {
  Cause cause = Cause::too_few;
  std::string reason;
  /// The smallest number of values (pairs, seeds) that would do, where more of them would help.
  std::optional<std::int64_t> needed = std::nullopt;
  bool operator==(const Refusal&) const = default;
};

/// A result or a refusal. Taking the result of a refused answer is a broken promise of the caller.
template <class T>
class Answer {
 public:
  Answer(T result) : content_(std::move(result)) {}
  Answer(Refusal refusal) : content_(std::move(refusal)) {}

  explicit operator bool() const { return std::holds_alternative<T>(content_); }
  const T& operator*() const& { return checked(); }
  T operator*() && { return checked(); }  // by value: the answer is about to go
  const T* operator->() const { return &checked(); }
  /// Needs an answer that was refused.
  const Refusal& refusal() const {
    expect(!*this, "a result was given, not a refusal");
    return std::get<Refusal>(content_);
  }

 private:
  const T& checked() const {
    if (!*this) expect(false, refusal().reason);
    return std::get<T>(content_);
  }

  std::variant<T, Refusal> content_;
};

}  // namespace winnow::stats
