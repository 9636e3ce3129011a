#include "orchestrator/session.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <cstdio>

#include "orchestrator/build_id.hpp"
#include "orchestrator/committed_progress.hpp"
#include "orchestrator/control_socket.hpp"
#include "orchestrator/crash_point.hpp"
#include "orchestrator/crash_report.hpp"
#include "orchestrator/decision/chosen_trial.hpp"
#include "orchestrator/decision/decision.hpp"
#include "orchestrator/disk_reserve.hpp"
#include "orchestrator/executors/local_process.hpp"
#include "orchestrator/machine_slots.hpp"
#include "orchestrator/metrics_server.hpp"
#include "orchestrator/prior_studies.hpp"
#include "orchestrator/process/memory_group.hpp"
#include "orchestrator/process/system_error.hpp"
#include "orchestrator/progress_display.hpp"
#include "orchestrator/random_token.hpp"
#include "orchestrator/replay.hpp"
#include "orchestrator/report/numbers.hpp"
#include "orchestrator/report/study_status.hpp"
#include "orchestrator/store_watch.hpp"
#include "orchestrator/study_change.hpp"
#include "orchestrator/study_commands.hpp"
#include "orchestrator/study_runner.hpp"
#include "searchers/registry.hpp"
#include "storage/event_kinds.hpp"
#include "storage/store_file.hpp"
#include "storage/study_lock.hpp"

namespace winnow::run {
namespace {

bool is_ignored(int signal) {
  struct sigaction now {};
  return ::sigaction(signal, nullptr, &now) == 0 && now.sa_handler == SIG_IGN;
}

/// Signals become stages: ^C the next one each time; TERM and HUP go straight to stopping and never
/// beyond, since a closing terminal sends several. What was ignored when we were started (nohup, a
/// shell's background job) stays ignored.
class SignalWatch {
 public:
  SignalWatch(asio::io_context& context, StudyControl& control, StudyRunner& runner,
              ProgressDisplay& display)
      : signals_(context), control_(control), runner_(runner), display_(display) {
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
      if (!is_ignored(signal)) signals_.add(signal);
    }
    wait();
  }

 private:
  void wait() {
    signals_.async_wait([this](boost::system::error_code error, int signal) {
      if (error) return;
      const Stage before = control_.stage();
      control_.advance(signal == SIGINT ? control_.next() : Stage::stopping, signal);
      if (control_.stage() != before) display_.show_stage(runner_.progress());
      wait();
    });
  }

  asio::signal_set signals_;
  StudyControl& control_;
  StudyRunner& runner_;
  ProgressDisplay& display_;
};

/// The searcher with its past told again. Where it would not propose now what is on record, the
/// study goes on from the record, and says so.
std::unique_ptr<search::Searcher> replayed_searcher(store::Store& store, const StudyConfig& config,
                                                    SearchHistory& history,
                                                    ProgressDisplay& display) {
  std::unique_ptr<search::Searcher> searcher = make_searcher(config.spec);
  for (const ChangedProposal& changed : replay(store, config, history, *searcher)) {
    const nlohmann::json detail = {{"stored", changed.stored}, {"recomputed", changed.recomputed}};
    store.add_event("search_changed", changed.trial, detail.dump());
    display.note(changed.text());
  }
  return searcher;
}

/// What the decision rests on. Where nothing is tested that is one trial: all rows of a long study
/// would take more memory than all the rest of the session.
std::vector<store::TrialRow> trials_to_decide_on(const store::Store& store, const StudySpec& spec) {
  if (spec.selection) return store.trials();
  return spec.objectives.size() == 1 ? store.best(spec.objectives.front(), 1)
                                     : std::vector<store::TrialRow>();
}

/// Records the decision and why the study is over. The best trial of `progress` is then the chosen
/// one, which a selection may have found elsewhere than the search.
void finish_study(store::Store& store, const StudyConfig& config, const StudyEnding& ending,
                  ProgressDisplay& display, StudyProgress& progress) {
  crash_point("finishing");
  const Decision decision = decide(config.spec, trials_to_decide_on(store, config.spec));
  store.end_study(ending.word, decision.chosen, decision.record.dump());
  if (!config.spec.selection) return;
  display.event(
      fmt::format("decision: {}{}; `winnow decide {}` shows the proof",
                  decision.record.at("verdict").get<std::string>(),
                  decision.chosen ? fmt::format(", trial {}", decision.chosen->value) : "",
                  config.spec.name),
      progress);
  if (!decision.chosen) return;
  const store::TrialRow row = *store.trial(*decision.chosen);
  const auto value = row.values.find(progress.objective.metric);
  if (value == row.values.end()) return;
  progress.best =
      BestTrial{*decision.chosen, value->second, point_text(row.trial.suggestion.point)};
}

ExitStatus exit_status_of(const store::Store& store, const std::optional<StudyEnding>& ending,
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

/// Where trials may take only so much memory: who holds them to it, on record and for people.
std::filesystem::path bound_memory(store::Store& store, ProgressDisplay& display) {
  std::optional<std::filesystem::path> home = memory_group_home();
  std::string why =
      "no control group is this user's; `systemd-run --user --scope -p Delegate=yes winnow …` "
      "gives one";
  try {
    if (home) prepare_memory_groups(*home);
  } catch (const SystemError& error) {
    why = error.what();
    home.reset();
  }
  nlohmann::json detail = {{"by", home ? "cgroup" : "rlimit"}};
  if (!home) detail["because"] = why;
  store.add_event("memory_bound", std::nullopt, detail.dump());
  display.note(home ? "resources.memory bounds each trial as a whole (control group)"
                    : "resources.memory bounds each process of a trial (RLIMIT_DATA): " + why);
  return home.value_or("");
}

/// The page for Prometheus of a study that this process is at work on, as far as it is durable.
std::string metrics_page(store::Store& store) {
  store.commit_deferred();
  store::LockHolder self;
  self.pid = ::getpid();
  StudyStatus status = status_of(store, self);
  if (status.study.objectives.size() > 1) status.best = chosen_trial(store);
  return as_prometheus(status);
}

/// The disk is full: with the reserve given back, at least that is put on record, and the time.
/// What runs goes on, and is adopted by the session that has space again.
void pause_for_space(store::Store& store, store::SessionId session, DiskReserve& reserve) {
  reserve.release();
  try {
    store.add_event("paused", std::nullopt, R"({"reason":"disk full"})");
    store.end_session(session);
  } catch (const store::StoreError&) {
    // Others were faster to take the space: the first error says it.
  }
}

/// The lock is this machine's. A study that another machine left in the middle may be a copy of one
/// that goes on there, or lie on a disk that both have: two orchestrators would end each other's
/// trials. Nothing when there is no such session; the refusal, unless it is to be taken over.
std::optional<std::string> other_machine(store::Store& store, const StudyFolder& folder,
                                         bool take_over) {
  const std::optional<store::LockHolder> last = store.unended_session();
  // Containers have names of their own, and the kernel of their machine; a machine that was started
  // again has its name.
  const bool is_here =
      !last || last->host == store::host_name() || last->boot_id == store::boot_id();
  if (is_here) return std::nullopt;
  if (!take_over) {
    return fmt::format(
        "another winnow may run this study: process {} on {} since {}, of whose end there is no "
        "record; if it is gone, `winnow resume {} --take-over`",
        last->pid, last->host, last->since, folder.as_argument());
  }
  const nlohmann::json detail = {{"pid", last->pid}, {"host", last->host}, {"since", last->since}};
  store.add_event("taken_over", std::nullopt, detail.dump());
  return std::nullopt;
}

ExitStatus locked(const std::string& who) {
  fmt::print(stderr, "winnow: error: {}\n", who);
  return ExitStatus::locked;
}

}  // namespace

ExitStatus run_session(const StudyFolder& folder, const SessionOptions& options,
                       const store::LockAttempt& lock) {
  if (const auto* refusal = std::get_if<store::LockRefusal>(&lock)) return locked(refusal->text());
  store::remove_unfinished(folder.database());
  store::Store store = store::Store::open(folder.database());
  const store::StudyRow study = store.study();
  StudyConfig config = parse_stored_study(study.spec, study.config_path, folder.database());
  config.spec.known_trials = store.known_trials();
  config.spec.prior_studies = recorded_prior_studies(store, config.spec);
  if (study.ending) {
    fmt::print("study {} is over ({}); `winnow best {}` shows its result\n", study.name,
               *study.ending, study.name);
    return ExitStatus::ok;
  }
  if (const auto who = other_machine(store, folder, options.take_over)) return locked(*who);
  ::signal(SIGPIPE, SIG_IGN);  // a closed pipe on stdout must not end a study
  asio::io_context context(1);
  SessionLog log(options.log, store);
  ProgressDisplay display(context, stdout, options.verbosity, log);
  std::vector<std::string> notes;
  if (options.file == StudyFileChanges::follow) {
    config = follow_study_file(store, config, folder, notes);
  }
  // What has changed is in the store by now, whatever the next step says.
  for (const std::string& note : std::exchange(notes, {})) display.note(note);
  hold_inputs(store, config, folder.as_argument(), options.inputs, notes);
  for (const std::string& note : notes) display.note(note);
  SlotPlan plan = find_slots(config);
  if (!plan.note.empty()) display.note(plan.note);
  const std::vector<Slot> slots = std::move(plan.slots);
  TrialProgram program = find_trial_program(config, static_cast<int>(slots.size()));
  std::optional<MetricsServer> metrics;
  if (options.metrics_port) {
    metrics.emplace(context, *options.metrics_port, [&store] { return metrics_page(store); });
    display.note(
        fmt::format("numbers for Prometheus: http://127.0.0.1:{}/metrics", metrics->port()));
  }
  const store::NewSession session{::getpid(), store::host_name(), store::boot_id(), random_token()};
  const SteadyClock clock;
  const RunTime run_time(clock, study.run_time_s);
  const store::SessionId session_id =
      store.begin_session(session, [&run_time] { return run_time.session_s(); });
  store.add_event(store::events::build_recorded, std::nullopt,
                  nlohmann::json({{"build", build_id()}}).dump());
  crash_point("session_begun");
  if (config.trial.memory_bytes) program.memory_home = bound_memory(store, display);
  EarlyStopping early_stopping(config.spec, store);
  Recovered recovered = recover(store, config, early_stopping, folder, slots, options.living);
  display.show_recovered(recovered);
  SearchHistory history(config.spec);
  SearchThread searcher(replayed_searcher(store, config, history, display));

  DiskReserve reserve(folder.reserve());
  if (!reserve.problem().empty()) display.note(reserve.problem());
  StudyControl control;
  LocalProcess executor(context);
  CommittedProgress screen(display, store);
  const RunnerParts parts{context,        store,   config,  folder, program, executor, searcher,
                          early_stopping, history, control, screen, clock,   run_time};
  StudyRunner runner(parts, slots, std::move(recovered.adopted));
  const SignalWatch signals(context, control, runner, display);
  StudyCommands commands(store, config, control, runner, screen);
  std::optional<ControlSocket> socket;
  try {
    socket.emplace(context, folder,
                   [&commands](const std::string& word, const nlohmann::json& arguments) {
                     return commands.obey(word, arguments);
                   });
  } catch (const SystemError& error) {  // some file systems have no sockets; signals still work
    display.note(std::string("other commands cannot reach this study: ") + error.what());
  }
  std::optional<StudyEnding> ending;
  StudyProgress progress;
  try {
    ending = run_to_end(context, runner);
    socket.reset();
    require_in_place(store, folder);
    progress = runner.progress();
    if (ending) finish_study(store, config, *ending, display, progress);
    store.end_session(session_id);
  } catch (const store::StoreError& error) {
    log.say(std::string("error: ") + error.what());
    if (error.kind() == store::StoreFault::full) pause_for_space(store, session_id, reserve);
    throw;
  } catch (const std::exception& error) {
    log.say(std::string("error: ") + error.what());
    const auto report =
        is_our_mistake(error) ? write_crash_report(folder, store, error) : std::nullopt;
    if (report) display.note("what led to the mistake is in " + report->string());
    throw;
  }
  display.show_end(progress, ending, folder);
  return exit_status_of(store, ending, control);
}

}  // namespace winnow::run
