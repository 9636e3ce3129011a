#include "orchestrator/config/read_distribution.hpp"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

#include "orchestrator/config/scalar.hpp"
#include "orchestrator/report/terminal_text.hpp"
#include "searchers/numerics/prior_probability.hpp"

namespace winnow::run {
namespace {

// Without min and max a normal distribution is cut where its tails hold 1.2e-15 of it together:
// fewer than once in 10^14 draws anything would have come from there.
constexpr double deviations_kept = 8;
// Of the probability, what a range given beside it must hold: less and the coordinates of its
// values run together.
constexpr double least_probability = 1e-9;

enum class Family { uniform, log, normal, log_normal, beta, exponents };

struct Word {
  std::string_view word;
  Family family;
  bool is_rounded;  // to multiples of q
};

constexpr std::array<Word, 14> words = {{{"uniform", Family::uniform, false},
                                         {"int_uniform", Family::uniform, false},
                                         {"q_uniform", Family::uniform, true},
                                         {"log_uniform_values", Family::log, false},
                                         {"inv_log_uniform_values", Family::log, false},
                                         {"q_log_uniform_values", Family::log, true},
                                         {"normal", Family::normal, false},
                                         {"q_normal", Family::normal, true},
                                         {"log_normal", Family::log_normal, false},
                                         {"q_log_normal", Family::log_normal, true},
                                         {"beta", Family::beta, false},
                                         {"q_beta", Family::beta, true},
                                         {"log_uniform", Family::exponents, false},
                                         {"inv_log_uniform", Family::exponents, false}}};
constexpr std::string_view rounded_exponents = "q_log_uniform";

const Word* find_word(std::string_view text) {
  const auto found = std::ranges::find(words, text, &Word::word);
  return found == words.end() ? nullptr : &*found;
}

// As people write it: 15 digits survive the way through a double.
double plain(double value) { return std::strtod(fmt::format("{:.15g}", value).c_str(), nullptr); }

bool is_integer_literal(const Node* node) {
  return node != nullptr && node->plain &&
         std::holds_alternative<std::int64_t>(meaning_of_plain(node->text));
}

void check_probability(const Real& range, Position at, const std::string& what,
                       Diagnostics& diagnostics) {
  if (!(range.low < range.high)) return;  // said by the space itself
  const double inside =
      search::prior_below(*range.prior, range.high) - search::prior_below(*range.prior, range.low);
  if (!(inside < least_probability)) return;
  diagnostics.error(at, "range",
                    fmt::format("{}: between {:.6g} and {:.6g} the distribution has next to no "
                                "probability; widen the range or move the distribution",
                                what, range.low, range.high));
}

class DistributionReader {
 public:
  DistributionReader(MappingReader& reader, const std::string& what, Diagnostics& diagnostics)
      : reader_(reader), what_(what), diagnostics_(diagnostics) {}

  std::optional<Domain> read(const Word& word) {
    const std::size_t before = diagnostics_.error_count();
    std::optional<Domain> domain;
    if (word.word == "int_uniform") {
      domain = read_integers();
    } else if (word.family == Family::uniform || word.family == Family::log) {
      domain = read_range(word);
    } else {
      domain = read_prior(word);
    }
    if (diagnostics_.error_count() != before) return std::nullopt;
    return domain;
  }

  void refuse_exponents(std::string_view word) {
    const Node* low = reader_.take("min");
    const Node* high = reader_.take("max");
    reader_.take("q");
    std::string rewrites = "write {min: …, max: …, scale: log} with the values themselves";
    if (low != nullptr && high != nullptr) {
      Diagnostics ignored;  // whatever else is wrong with the numbers comes after the rewriting
      const auto a = read_real(*low, "min", ignored);
      const auto b = read_real(*high, "max", ignored);
      if (a && b) {
        rewrites = fmt::format(
            "if {} and {} are exponents of e, as in W&B, write {{min: {:.6g}, "
            "max: {:.6g}, scale: log}}",
            low->text, high->text, std::exp(*a), std::exp(*b));
        rewrites += *a > 0 ? fmt::format(
                                 "; if they are the values, {{min: {}, max: {}, scale: "
                                 "log}}",
                                 low->text, high->text)
                           : std::string("; values of a log scale would be above 0");
      }
    }
    diagnostics_.error(reader_.at("distribution"), "exponents",
                       fmt::format("{}: {} takes exponents in some tools and values in others; {}",
                                   what_, word, rewrites));
  }

 private:
  std::optional<Domain> read_integers() {
    const Node* low = reader_.require("min");
    const Node* high = reader_.require("max");
    if (low == nullptr || high == nullptr) return std::nullopt;
    const auto first = read_integer(*low, what_ + ".min", diagnostics_);
    const auto last = read_integer(*high, what_ + ".max", diagnostics_);
    if (!first || !last) return std::nullopt;
    return Integer{*first, *last};
  }

  std::optional<Domain> read_range(const Word& word) {
    const Node* low = reader_.require("min");
    const Node* high = reader_.require("max");
    const Node* q = word.is_rounded ? reader_.take("q") : nullptr;
    const auto first = real(low, "min");
    const auto last = real(high, "max");
    const double step = quantum(q);
    if (!first || !last || step <= 0) return std::nullopt;
    const Scale scale = word.family == Family::log ? Scale::log : Scale::linear;
    if (!word.is_rounded) return Real{*first, *last, scale};
    const double from = plain(std::round(*first / step) * step);
    const double to = plain(std::round(*last / step) * step);
    const bool all_integers = is_integer_literal(low) && is_integer_literal(high) &&
                              (q == nullptr || is_integer_literal(q));
    if (all_integers) {
      return Integer{static_cast<std::int64_t>(from), static_cast<std::int64_t>(to), scale,
                     static_cast<std::int64_t>(step)};
    }
    return Real{from, to, scale, step};
  }

  std::optional<Domain> read_prior(const Word& word) {
    Real range;
    range.scale = Scale::quantile;
    if (word.family == Family::beta) {
      const double a = shape("a");
      const double b = shape("b");
      range.prior = BetaPrior{a, b};
    } else {
      const double mean = number("mu", 0);
      const double deviation = number("sigma", 1);
      if (!(deviation > 0)) wrong("sigma", "needs a number above 0");
      const double reach = deviations_kept * deviation;
      range.low = mean - reach;
      range.high = mean + reach;
      if (word.family == Family::normal) {
        range.prior = NormalPrior{mean, deviation};
      } else {
        range.prior = LogNormalPrior{mean, deviation};
        range.low = std::exp(range.low);
        range.high = std::exp(range.high);
      }
    }
    range.low = number("min", range.low);
    range.high = number("max", range.high);
    if (word.is_rounded) {
      const double step = quantum(reader_.take("q"));
      if (step <= 0) return std::nullopt;
      range.low = plain(std::round(range.low / step) * step);
      range.high = plain(std::round(range.high / step) * step);
      range.step = step;
    } else if (const Node* step = reader_.take("step")) {
      range.step = real(step, "step");
    }
    check_probability(range, reader_.at("min"), what_, diagnostics_);
    return range;
  }

  /// Nothing when there is no node, which was reported, or no number in it.
  std::optional<double> real(const Node* node, std::string_view key) {
    if (node == nullptr) return std::nullopt;
    return read_real(*node, fmt::format("{}.{}", what_, key), diagnostics_);
  }
  double number(const char* key, double otherwise) {
    const Node* node = reader_.take(key);
    return real(node, key).value_or(otherwise);
  }
  double shape(const char* key) {
    const Node* node = reader_.require(key);
    const double value = node == nullptr ? 1 : real(node, key).value_or(1);
    if (!(value > 0)) wrong(key, "needs a number above 0");
    return value;
  }
  double quantum(const Node* q) {
    const double step = q == nullptr ? 1 : real(q, "q").value_or(1);
    if (!(step > 0)) wrong("q", "needs a number above 0");
    return step;
  }
  void wrong(const char* key, std::string_view why) {
    diagnostics_.error(reader_.at(key), "range", fmt::format("{}.{} {}", what_, key, why));
  }

  MappingReader& reader_;
  const std::string& what_;
  Diagnostics& diagnostics_;
};

}  // namespace

bool is_number_distribution(std::string_view word) {
  return find_word(word) != nullptr || word == rounded_exponents;
}

std::vector<std::string> distribution_words() {
  std::vector<std::string> all = {"constant", "categorical", "categorical_w_probabilities"};
  for (const Word& word : words) {
    if (word.family != Family::exponents) all.emplace_back(word.word);
  }
  return all;
}

std::optional<Domain> read_distribution(MappingReader& reader, const std::string& word,
                                        const std::string& what, Diagnostics& diagnostics) {
  DistributionReader distribution(reader, what, diagnostics);
  const Word* known = find_word(word);
  if (known == nullptr || known->family == Family::exponents) {
    distribution.refuse_exponents(word);
    return std::nullopt;
  }
  return distribution.read(*known);
}

std::optional<Domain> with_prior(const Domain& domain, const Node& prior, const std::string& what,
                                 Diagnostics& diagnostics) {
  const auto refuse = [&](std::string_view code, const std::string& why) {
    diagnostics.error(prior.at, code, fmt::format("{}.prior {}", what, why));
    return std::nullopt;
  };
  const auto* range = std::get_if<Real>(&domain);
  if (range == nullptr) {
    return refuse("parameter-form",
                  "needs real numbers; write min and max with a point, or type: float");
  }
  const std::string text = prior.kind == Node::Kind::scalar ? prior.text : "";
  std::string word;
  double first = 0, second = 0;
  static const RE2 call(R"(\s*(\w+)\s*\(\s*([^,\s]+)\s*,\s*([^,\s)]+)\s*\)\s*)");
  if (!RE2::FullMatch(text, call, &word, &first, &second) || !std::isfinite(first) ||
      !std::isfinite(second)) {
    return refuse("wrong-type",
                  fmt::format("needs normal(mean, deviation), log_normal(mean, deviation) "
                              "of the logarithm, or beta(a, b); found {}",
                              describe_node(prior)));
  }
  const bool is_log_normal = word == "log_normal";
  if (range->scale != Scale::linear && !(is_log_normal && range->scale == Scale::log)) {
    return refuse("parameter-form", "says how the numbers are spread; leave out `scale`");
  }
  if (!(second > 0) || (word == "beta" && !(first > 0))) {
    return refuse("range", word == "beta" ? "needs a and b above 0" : "needs a deviation above 0");
  }
  Real believed = *range;
  believed.scale = Scale::quantile;
  if (word == "normal") {
    believed.prior = NormalPrior{first, second};
  } else if (is_log_normal) {
    believed.prior = LogNormalPrior{first, second};
  } else if (word == "beta") {
    believed.prior = BetaPrior{first, second};
  } else {
    return refuse("choice",
                  fmt::format("needs normal, log_normal or beta; found {}", terminal_text(word)));
  }
  check_probability(believed, prior.at, what, diagnostics);
  return believed;
}

}  // namespace winnow::run
