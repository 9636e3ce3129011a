#include <catch2/catch.hpp>
#include <random>

#include "tests/orchestrator/config_support.hpp"
#include "tests/support/random_seed.hpp"

using namespace winnow;
using namespace winnow::tests;
using run::StudyConfig;

namespace {

// Random study configurations, sound by construction.
class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}

  StudyConfig config() {
    StudyConfig config;
    config.file = "/studies/a.yaml";
    StudySpec& spec = config.spec;
    spec.name = "s-" + std::to_string(below(1000));
    spec.description = text();
    spec.seed = std::uniform_int_distribution<std::uint64_t>()(random_);
    const std::int64_t objectives = 1 + below(2);
    for (std::int64_t i = 0; i < objectives; ++i) spec.objectives.push_back(objective(i));
    spec.space = space();
    // A method with nothing to say about the space; its options are the registry's defaults.
    spec.method = "random";
    spec.method_options = read_study(study_with(one_parameter)).spec.method_options;
    if (flip()) spec.determinism.lag = static_cast<int>(1 + below(9));
    spec.limits = limits();
    config.program = run::CommandProgram{{"/bin/true", text(), "${args}"}};
    config.trial.gpus = static_cast<double>(below(3));
    if (below(2) == 0) config.trial.gpus = 0.25;
    if (below(2) == 0) config.trial.cpus = 4;
    if (below(2) == 0) config.trial.memory_bytes = 3 << 20;
    config.trial.retries = static_cast<int>(below(5));
    config.trial.grace_s = real();
    for (int i = 0; i < 3; ++i) config.trial.environment["V" + std::to_string(i)] = text();
    return config;
  }

 private:
  std::int64_t below(std::int64_t end) {
    return std::uniform_int_distribution<std::int64_t>(0, end - 1)(random_);
  }
  bool flip() { return below(2) == 0; }
  double real() { return std::exp(std::uniform_real_distribution<double>(-20, 20)(random_)); }

  std::string text() {
    static const std::vector<std::string> pieces = {
        "a",    "no",       "true",         "1e5", "010",  " ", "\n", "\t", "\"", "'",
        "\\",   "#",        ": ",           "- ",  "{",    "}", "é",  "字", "😀",  "\x7f",
        "\x01", "\xc2\x85", "\xe2\x80\xa8", "~",   "null", "%", "@",  "&x", "*x", "!t"};
    std::string all;
    const std::int64_t count = below(6);
    for (std::int64_t i = 0; i < count; ++i)
      all += pieces[static_cast<std::size_t>(below(std::ssize(pieces)))];
    return all;
  }

  Value choice(std::int64_t i) {
    switch (below(3)) {
      case 0:
        return i;
      case 1:
        return static_cast<double>(i) + 0.25 * static_cast<double>(below(4));
      default:
        return text() + std::to_string(i);
    }
  }

  Objective objective(std::int64_t i) {
    Objective objective;
    objective.metric = "m" + std::to_string(i);
    objective.direction = flip() ? Direction::minimize : Direction::maximize;
    objective.aggregate = static_cast<Aggregate>(below(3));
    if (i == 0 && flip()) objective.target = real();
    return objective;
  }

  Domain domain() {
    switch (below(6)) {
      case 0: {
        const double low = real();
        return Real{low, low * 2, flip() ? Scale::linear : Scale::log, std::nullopt};
      }
      case 1:
        return Real{0, 1, Scale::linear, 0.125};
      case 2:
        return Integer{1 + below(5), 10 + below(99), flip() ? Scale::log : Scale::linear,
                       1 + below(3)};
      case 3:
        return Constant{choice(1)};
      case 4:
        return Categorical{{flip(), std::int64_t{3}, 3.0}, flip(), {0.5, 0.25, 1e-3}};
      default: {
        Categorical categorical;
        const std::int64_t count = 1 + below(5);
        for (std::int64_t i = 0; i < count; ++i) categorical.choices.push_back(choice(i));
        categorical.ordered = flip();
        return categorical;
      }
    }
  }

  // One value that the domain has.
  Value value_in(const Domain& domain) {
    if (const auto* real = std::get_if<Real>(&domain)) return real->low;
    if (const auto* integer = std::get_if<Integer>(&domain)) return integer->low;
    if (const auto* categorical = std::get_if<Categorical>(&domain))
      return categorical->choices.back();
    return std::get<Constant>(domain).value;
  }

  SearchSpace space() {
    std::vector<Parameter> parameters;
    const std::int64_t count = 1 + below(8);
    for (std::int64_t i = 0; i < count; ++i) {
      Parameter parameter;
      parameter.name = fmt::format("p{}.x-{}", i, below(10));
      parameter.domain = domain();
      if (flip() && !std::holds_alternative<Constant>(parameter.domain)) {
        parameter.default_value = value_in(parameter.domain);
      }
      for (const Parameter& parent : parameters) {
        if (!cardinality(parent.domain) || below(4) != 0) continue;
        parameter.conditions.push_back({parent.name, {value_in(parent.domain)}});
      }
      parameters.push_back(std::move(parameter));
    }
    return SearchSpace(std::move(parameters));
  }

  Limits limits() {
    Limits limits;
    if (flip()) limits.max_trials = 1 + below(1000);
    limits.max_concurrent = static_cast<int>(1 + below(20));
    if (flip()) limits.max_duration_s = real();
    if (flip()) limits.trial_timeout_s = real();
    if (flip()) limits.max_gpu_hours = real();
    if (flip()) limits.max_failed = below(10);
    limits.max_initial_failures = 1 + below(10);
    return limits;
  }

  std::mt19937 random_;
};

}  // namespace

TEST_CASE("the normalised form of any study reads back as the same study") {
  const unsigned first = tests::seed_of_this_run("studies and their normalised form");
  for (unsigned seed = first; seed != first + 1000; ++seed) {
    CAPTURE(seed);
    const StudyConfig original = Generator(seed).config();
    const std::string text = normalised(original).dump();
    CAPTURE(text);
    StudyConfig again;
    REQUIRE_NOTHROW(again = run::parse_study(text, original.file));
    CHECK(again.text == text);
    again.text = original.text;
    CHECK(again == original);
    CHECK(normalised(again).dump() == text);
  }
}

TEST_CASE("the normalised form of the largest study is read too") {
  // A thousand parameters at nine words each are within what users may write.
  std::string parameters = "parameters:\n";
  for (int i = 0; i < 1000; ++i) {
    parameters += fmt::format("  p{}: {{min: 1.5e-7, max: 2.0, scale: log, default: 1.0}}\n", i);
  }
  const StudyConfig config = read_study(study_with(parameters));
  CHECK(config.spec.space.size() == 1000);
  StudyConfig again = run::parse_study(normalised(config).dump(), config.file);
  again.text = config.text;
  CHECK(again == config);
}

TEST_CASE("points of a study are part of its normalised form, complete") {
  const StudyConfig config = read_study(study_with(
      "parameters: {x: {min: 0, max: 9, default: 4}, k: {value: on}}\npoints: [{}, {x: 3}]"));
  const auto form = normalised(config);
  CHECK(form["points"].dump() == R"([{"x":4,"k":"on"},{"x":3,"k":"on"}])");
}
