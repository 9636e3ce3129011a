// A study that begins with trials it has not run itself, as `import` and `fork` make one.
#pragma once

#include <fmt/format.h>

#include <optional>
#include <string>

#include "orchestrator/config/study_config.hpp"
#include "orchestrator/exit_status.hpp"
#include "orchestrator/new_study.hpp"
#include "orchestrator/past_trials.hpp"
#include "orchestrator/prior_studies.hpp"
#include "orchestrator/report/terminal_text.hpp"

namespace winnow::run {

/// Makes the study under `root` and says what it knows. Throws what create_study throws.
inline ExitStatus begin_knowing(const StudyConfig& config, const std::optional<std::string>& root,
                                const Knowledge& knowledge) {
  const StudyFolder folder(studies_root(root) / config.spec.name);
  const TakenPriors prior = take_prior_studies(config, studies_root(root));
  store::KnownTrials known = knowledge.known;
  known.prior_studies = prior.records;
  const store::LockAttempt lock = create_study(config, folder, known);
  if (const auto* refusal = std::get_if<store::LockRefusal>(&lock)) {
    fmt::print(stderr, "winnow: error: {}\n", refusal->text());
    return ExitStatus::locked;
  }
  for (const std::string& line : prior.sentences) fmt::print("{}\n", line);
  for (const std::string& line : knowledge.sentences()) fmt::print("{}\n", terminal_text(line));
  fmt::print("study {} knows {} trials; `winnow resume {}` runs it\n", config.spec.name,
             knowledge.known.trials.size(), folder.as_argument());
  return ExitStatus::ok;
}

}  // namespace winnow::run
