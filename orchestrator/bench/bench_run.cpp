#include "orchestrator/bench/bench_run.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <cmath>
#include <ctime>
#include <memory>
#include <string_view>

#include "orchestrator/config/scalar.hpp"
#include "orchestrator/config/study_config.hpp"
#include "searchers/numerics/rng.hpp"
#include "searchers/problem/error.hpp"
#include "searchers/problem/overloaded.hpp"

namespace winnow::run {
namespace {

// Durations are log-normal around 1 with this deviation of the logarithm: nine of ten trials
// between two fifths and two and a half, as training runs of different settings are.
constexpr double duration_spread = 0.55;
constexpr double trace_points = 40;

double processor_now_s() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

double peak_mib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

std::unique_ptr<search::Searcher> made(const BenchMethod& method,
                                       const problems::BenchProblem& problem, std::uint64_t seed,
                                       std::int64_t evaluations) {
  StudySpec spec;
  spec.space = problem.space;
  spec.rules = problem.rules;
  spec.objectives = problem.objectives();
  spec.method = method.method;
  spec.method_options = method.options;
  spec.seed = seed;
  spec.limits.max_trials = evaluations;
  return make_searcher(spec);
}

/// As the same word of a study file is read.
Value option_value(const std::string& word, const std::string& text) {
  return std::visit(
      Overloaded{[](bool value) -> Value { return value; },
                 [](std::int64_t value) -> Value { return value; },
                 [](double value) -> Value { return value; },
                 [](const std::string& value) -> Value { return value; },
                 [&](const auto&) -> Value {
                   throw ConfigError(
                       "--methods",
                       fmt::format("expected the value of an option, found \"{}\" in {}", text,
                                   word));
                 }},
      meaning_of_plain(text));
}

struct Running {
  Suggestion suggestion;
  double ends_at = 0;
};

/// The study as it goes on.
class VirtualStudy {
 public:
  VirtualStudy(const BenchMethod& method, const problems::BenchProblem& problem, std::uint64_t seed,
               const BenchSettings& settings)
      : problem_(problem),
        seed_(seed),
        settings_(settings),
        searcher_(made(method, problem, seed, settings.evaluations)) {}

  BenchRun run() {
    while (std::ssize(ended_) < settings_.evaluations) {
      while (std::ssize(running_) < settings_.workers && ask()) {
      }
      if (running_.empty()) break;  // every point of the space has been tried
      end_next();
      if (is_noted()) run_.trace.push_back({std::ssize(ended_), now_, problem_.gap(ended_)});
    }
    if (run_.trace.empty() || run_.trace.back().ended != std::ssize(ended_))
      run_.trace.push_back({std::ssize(ended_), now_, problem_.gap(ended_)});
    run_.late_s = late_s();
    run_.peak_mib = peak_mib();
    return std::move(run_);
  }

 private:
  /// Mean over the last tenth of the trials that have ended.
  double late_s() const {
    const std::size_t ended = ended_.size(), late = std::max<std::size_t>(1, ended / 10);
    double sum = 0;
    for (std::size_t k = ended - std::min(ended, late); k < took_s_.size(); ++k) sum += took_s_[k];
    return sum / static_cast<double>(late);
  }

  /// Adds what the searcher takes for `step`, an ask or a tell.
  template <class Step>
  void timed(const Step& step) {
    const double began = processor_now_s();
    step();
    const double took = processor_now_s() - began;
    run_.processor_s += took;
    took_s_.resize(ended_.size() + 1);
    took_s_.back() += took;
  }

  bool ask() {
    if (is_finished_ || asked_ == settings_.evaluations) return false;
    std::vector<Suggestion> pending;
    for (const Running& trial : running_) pending.push_back(trial.suggestion);
    std::sort(pending.begin(), pending.end(),
              [](const Suggestion& a, const Suggestion& b) { return a.number < b.number; });
    search::Proposal proposal;
    timed([&] { proposal = searcher_->ask({TrialNumber{asked_}, pending}, 1); });
    is_finished_ = proposal.finished;
    for (Suggestion& suggestion : proposal.suggestions) {
      search::Rng rng(seed_, asked_++, "duration");
      const double duration = std::exp(duration_spread * rng.normal());
      running_.push_back({std::move(suggestion), now_ + duration});
    }
    return !proposal.suggestions.empty();
  }

  void end_next() {
    const auto next =
        std::min_element(running_.begin(), running_.end(),
                         [](const Running& a, const Running& b) { return a.ends_at < b.ends_at; });
    now_ = next->ends_at;
    const Outcome outcome = problem_.evaluate(next->suggestion, seed_);
    running_.erase(next);
    timed([&] { searcher_->tell(outcome); });
    ended_.push_back(outcome);
  }

  bool is_noted() {
    if (static_cast<double>(std::ssize(ended_)) < next_noted_) return false;
    next_noted_ = std::max(
        next_noted_ + 1,
        next_noted_ * std::pow(static_cast<double>(settings_.evaluations), 1 / trace_points));
    return true;
  }

  const problems::BenchProblem& problem_;
  std::uint64_t seed_;
  BenchSettings settings_;
  std::unique_ptr<search::Searcher> searcher_;
  std::vector<Running> running_;
  std::vector<Outcome> ended_;
  std::int64_t asked_ = 0;
  bool is_finished_ = false;
  double now_ = 0, next_noted_ = 1;
  std::vector<double> took_s_;  // by the number of trials that had ended
  BenchRun run_;
};

}  // namespace

BenchMethod BenchMethod::parse(const std::string& word) {
  BenchMethod method{word, word.substr(0, word.find('+')), {}};
  for (std::size_t at = word.find('+'); at != std::string::npos;) {
    const std::size_t end = word.find('+', at + 1);
    const std::string option = word.substr(at + 1, end - at - 1);
    const std::size_t equals = option.find('=');
    if (equals == std::string::npos || equals == 0)
      throw ConfigError("--methods", "expected NAME+OPTION=VALUE, found " + word);
    method.options[option.substr(0, equals)] = option_value(word, option.substr(equals + 1));
    at = end;
  }
  return method;
}

void check_method(const BenchMethod& method, const problems::BenchProblem& problem,
                  const BenchSettings& settings) {
  made(method, problem, 1, settings.evaluations);
}

BenchRun bench_run(const BenchMethod& method, const problems::BenchProblem& problem,
                   std::uint64_t seed, const BenchSettings& settings) {
  return VirtualStudy(method, problem, seed, settings).run();
}

ReplayTimes bench_replay(const BenchMethod& method, const problems::BenchProblem& problem,
                         std::int64_t outcomes) {
  const auto source = made(BenchMethod::parse("random"), problem, 1, outcomes);
  std::vector<Outcome> past;
  while (std::ssize(past) < outcomes) {
    const search::Proposal proposal = source->ask({TrialNumber{std::ssize(past)}, {}}, 1);
    if (proposal.suggestions.empty()) break;
    past.push_back(problem.evaluate(proposal.suggestions[0], 1));
  }
  const auto searcher = made(method, problem, 1, outcomes + 1);
  ReplayTimes times;
  const double began = processor_now_s();
  for (const Outcome& outcome : past) searcher->tell(outcome);
  times.told_s = processor_now_s() - began;
  searcher->ask({TrialNumber{outcomes}, {}}, 1);
  times.first_ask_s = processor_now_s() - began - times.told_s;
  return times;
}

}  // namespace winnow::run
