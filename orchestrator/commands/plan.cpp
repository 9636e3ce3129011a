// winnow plan FILE: what would the study do? Nothing is made and nothing is started.
#include <fmt/format.h>

#include <memory>

#include "orchestrator/commands/command.hpp"
#include "orchestrator/prior_studies.hpp"
#include "orchestrator/report/json_forms.hpp"
#include "orchestrator/report/terminal_text.hpp"
#include "orchestrator/study_plan.hpp"
#include "orchestrator/trainer_check.hpp"
#include "searchers/problem/error.hpp"

namespace winnow::run {
namespace {

// On a pipe lines may be as long as they want; nobody reads more than this on a screen.
constexpr std::size_t unlimited_columns = 10'000;
constexpr std::int64_t default_proposals = 5;
// A model-based method takes seconds for each; a table for people ends long before.
constexpr std::int64_t most_proposals = 10'000;

struct Arguments {
  std::string file;
  std::vector<std::string> overrides;
  std::optional<std::string> root;
  std::optional<std::int64_t> proposals;
  bool json = false;
};

ExitStatus show_plan(const Arguments& arguments) {
  const std::int64_t proposals = arguments.proposals.value_or(default_proposals);
  if (proposals < 1 || proposals > most_proposals) {
    throw ConfigError("--proposals",
                      fmt::format("needs 1 to {}, found {}", most_proposals, proposals));
  }
  StudyReading reading = read_study_file(arguments.file, arguments.overrides);
  check_trainer_inputs(reading);
  StudyConfig& config = reading.config;
  fmt::print(stderr, "{}", warnings_text(reading));
  TakenPriors prior = take_prior_studies(config, studies_root(arguments.root));
  for (const std::string& line : prior.sentences) fmt::print(stderr, "{}\n", line);
  config.spec.prior_studies = std::move(prior.studies);
  const StudyFolder folder(studies_root(arguments.root) / config.spec.name);
  const StudyPlan plan = plan_study(config, folder, proposals);
  if (arguments.json) {
    fmt::print("{}", json_line(as_json(plan, config)));
  } else {
    fmt::print("{}", as_text(plan, config, terminal_columns(unlimited_columns)));
  }
  return ExitStatus::ok;
}

const CommandRegistration registration(CommandEntry{
    "plan", "show what a study would do: first proposals, first trial, cost",
    [](CommandOptions& options) -> std::function<ExitStatus()> {
      auto arguments = std::make_shared<Arguments>();
      options.add_required("FILE", arguments->file, "study file (YAML or JSON)");
      options.add("SETTING", arguments->overrides,
                  "KEY=VALUE laid over the file, as for `winnow run`");
      options.add("--proposals", arguments->proposals, "how many proposals to show (default 5)");
      options.add("--root", arguments->root,
                  "where studies live (default WINNOW_ROOT, else ./studies)");
      options.add_flag("--json", arguments->json, "one JSON object");
      return [arguments] { return show_plan(*arguments); };
    }});

}  // namespace
}  // namespace winnow::run
