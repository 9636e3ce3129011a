#include "orchestrator/commands/trial_argument.hpp"

#include <fmt/format.h>

#include <charconv>

#include "orchestrator/report/terminal_text.hpp"
#include "searchers/problem/error.hpp"

namespace winnow::run {

void TrialArgument::add_to(CommandOptions& options) {
  study.add_to(options);
  options.add_required("TRIAL", trial, "number of a trial, as `winnow trials` lists them");
}

store::TrialRow TrialArgument::find_in(const store::Store& store) const {
  // Decimal, also with the zeros that the folders of trials have in front.
  std::int64_t number = -1;
  const char* const end = trial.data() + trial.size();
  const auto [stop, error] = std::from_chars(trial.data(), end, number);
  if (error == std::errc{} && stop == end && number >= 0) {
    if (const auto row = store.trial(TrialNumber{number})) return *row;
  }
  const std::int64_t count = store.counts().total();
  throw ConfigError("TRIAL",
                    fmt::format("there is no trial \"{}\"; the study has {}", terminal_text(trial),
                                count == 0   ? std::string("none yet")
                                : count == 1 ? std::string("trial 0")
                                             : fmt::format("trials 0 to {}", count - 1)));
}

}  // namespace winnow::run
