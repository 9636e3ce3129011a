#include "orchestrator/session.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <cstdio>

#include "orchestrator/crash_point.hpp"
#include "orchestrator/executors/local_process.hpp"
#include "orchestrator/gpus.hpp"
#include "orchestrator/process/durable_file.hpp"
#include "orchestrator/process/system_error.hpp"
#include "orchestrator/progress_display.hpp"
#include "orchestrator/study_runner.hpp"
#include "searchers/problem/error.hpp"
#include "searchers/registry.hpp"
#include "storage/study_lock.hpp"

namespace winnow::run {
namespace {

/// Signals become stages: ^C the next one each time; TERM and HUP go straight to stopping.
class SignalWatch {
 public:
  SignalWatch(asio::io_context& context, StudyControl& control, ProgressDisplay& display)
      : signals_(context, SIGINT, SIGTERM, SIGHUP), control_(control), display_(display) {
    ::signal(SIGPIPE, SIG_IGN);  // a closed pipe on stdout must not end a study
    wait();
  }

 private:
  void wait() {
    signals_.async_wait([this](boost::system::error_code error, int signal) {
      if (error) return;
      const Stage before = control_.stage();
      Stage stage = control_.next();
      if (signal != SIGINT && stage < Stage::stopping) stage = Stage::stopping;
      control_.advance(stage, signal);
      if (control_.stage() != before) display_.show_stage(control_.stage());
      wait();
    });
  }

  asio::signal_set signals_;
  StudyControl& control_;
  ProgressDisplay& display_;
};

/// The past, told again: everything a searcher and the limits know.
void replay(const store::Store& store, const StudyConfig& config, SearchHistory& history,
            SearchThread& searcher) {
  std::vector<bool> infeasible;
  for (const store::TrialRow& row : store.trials()) {
    history.add_suggested(row.trial.suggestion);
    infeasible.push_back(row.reason.starts_with("infeasible"));
  }
  const int gpus = config.trial.gpus;
  for (Outcome& outcome : store.outcomes()) {
    const auto number = static_cast<std::size_t>(outcome.suggestion.number.value);
    history.replay_told(EndedTrial{outcome, infeasible[number], gpus});
    searcher.tell(std::move(outcome));
  }
  for (const store::TrialRow& row : store.ended_untold()) {
    store::TrialEndRow end{ending_from(to_text(row.state)).value(), row.reason, row.values,
                           std::nullopt};
    const Suggestion& suggestion = row.trial.suggestion;
    EndedTrial ended{outcome_of(suggestion, end, row.elapsed_s, config.spec.objectives),
                     row.reason.starts_with("infeasible"), gpus};
    history.add_ended(std::move(ended));
  }
}

std::vector<Slot> slots_or_refusal(const StudyConfig& config, ProgressDisplay& display) {
  const int gpu_count = config.trial.gpus > 0 ? static_cast<int>(find_gpus().size()) : 0;
  SlotPlan plan = plan_slots(config.spec.limits.max_concurrent, config.trial.gpus, gpu_count);
  if (plan.slots.empty()) {
    throw SystemError(ENODEV, fmt::format("run trials of {} GPU(s) each on a machine with {} "
                                          "(`winnow doctor` shows what is found)",
                                          config.trial.gpus, gpu_count));
  }
  if (!plan.note.empty()) display.note(plan.note);
  return std::move(plan.slots);
}

/// Records the chosen trial and why the study is over.
void finish_study(store::Store& store, const StudyConfig& config, const StudyEnding& ending) {
  crash_point("finishing");
  nlohmann::json record = nlohmann::json::object();
  record["rule"] = "best value of the objective among completed trials";
  record["verdict"] = "not_tested";
  std::optional<TrialNumber> chosen;
  if (config.spec.objectives.size() == 1) {
    const Objective& objective = config.spec.objectives.front();
    for (const store::TrialRow& best : store.best(objective, 1)) {
      chosen = best.trial.suggestion.number;
      record["metric"] = objective.metric;
      record["value"] = best.values.at(objective.metric);
      record["candidates"] = store.counts().completed;
    }
  }
  if (chosen) store.add_decision("chosen", chosen, record.dump());
  crash_point("chosen");
  store.set_study_ending(ending.word);
}

ExitStatus status_of(const store::Store& store, const std::optional<StudyEnding>& ending,
                     const StudyControl& control) {
  if (ending) {
    const bool nothing_succeeded = store.counts().completed == 0;
    return ending->failed || nothing_succeeded ? ExitStatus::study_failed : ExitStatus::ok;
  }
  return control.cause() == SIGINT ? ExitStatus::interrupted : ExitStatus::terminated;
}

/// The loop, from the first worker to the last; rethrows what ended it.
std::optional<StudyEnding> run_to_end(asio::io_context& context, StudyRunner& runner) {
  std::exception_ptr failure;
  std::optional<StudyEnding> ending;
  asio::awaitable<std::optional<StudyEnding>> all = runner.run();
  asio::co_spawn(context, std::move(all),
                 [&](std::exception_ptr thrown, std::optional<StudyEnding> result) {
                   failure = thrown;
                   ending = std::move(result);
                   context.stop();
                 });
  context.run();
  if (failure) std::rethrow_exception(failure);
  return ending;
}

}  // namespace

void create_study(const StudyConfig& config, const StudyFolder& folder) {
  if (std::filesystem::exists(folder.database())) {
    throw ConfigError("name",
                      fmt::format("the study '{}' exists in {}; `winnow resume {}` continues it",
                                  config.spec.name, folder.path().string(), config.spec.name));
  }
  make_folders(folder.path());
  store::NewStudy study;
  study.name = config.spec.name;
  study.spec = normalised(config).dump();
  study.config_text = config.text;
  study.config_path = config.file;
  study.seed = config.spec.seed;
  study.objectives = config.spec.objectives;
  try {
    store::Store::create(folder.database(), study);
  } catch (const store::StoreError&) {
    std::error_code ignored;  // the folder stays if somebody else put something into it
    std::filesystem::remove(folder.path(), ignored);
    throw;
  }
}

ExitStatus run_session(const StudyFolder& folder, const SessionOptions& options) {
  const auto lock = store::StudyLock::acquire(folder.lock());
  if (const auto* refusal = std::get_if<store::LockRefusal>(&lock)) {
    fmt::print(stderr, "winnow: error: {}\n", refusal->text());
    return ExitStatus::locked;
  }
  store::Store store = store::Store::open(folder.database());
  const store::StudyRow study = store.study();
  const StudyConfig config = parse_study(study.spec, study.config_path);
  if (study.ending) {
    fmt::print("study {} is over ({}); `winnow best {}` shows its result\n", study.name,
               *study.ending, study.name);
    return ExitStatus::ok;
  }
  asio::io_context context(1);
  ProgressDisplay display(context, stdout, options.verbosity);
  const std::vector<Slot> slots = slots_or_refusal(config, display);
  const TrialProgram program = find_trial_program(config, static_cast<int>(slots.size()));
  search::Setup setup;
  setup.space = config.spec.space;
  setup.objectives = config.spec.objectives;
  setup.seed = config.spec.seed;
  setup.max_trials = config.spec.limits.max_trials;
  SearchThread searcher(
      search::make_searcher(config.spec.method, config.spec.method_options, std::move(setup)));

  const store::NewSession session{::getpid(), store::host_name(), store::boot_id()};
  const store::SessionId session_id = store.begin_session(session);
  crash_point("session_begun");
  Recovered recovered =
      recover(store, config, folder, static_cast<int>(slots.size()), options.living);
  display.show_recovered(recovered);
  SearchHistory history(config.spec);
  replay(store, config, history, searcher);

  StudyControl control;
  const SignalWatch signals(context, control, display);
  LocalProcess executor(context);
  const SteadyClock clock;
  const RunnerParts parts{context,  store,   config,  folder,  program, executor,
                          searcher, history, control, display, clock};
  StudyRunner runner(parts, slots, std::move(recovered.adopted), study.run_time_s);
  const std::optional<StudyEnding> ending = run_to_end(context, runner);
  if (ending) finish_study(store, config, *ending);
  store.end_session(session_id, runner.run_time_s());
  display.show_end(runner.progress(), ending, folder);
  return status_of(store, ending, control);
}

}  // namespace winnow::run
