#include "orchestrator/store_rescue.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <map>
#include <optional>

#include "orchestrator/attempt.hpp"
#include "orchestrator/conclusion.hpp"
#include "orchestrator/process/durable_file.hpp"
#include "orchestrator/process/report_file.hpp"
#include "orchestrator/random_token.hpp"
#include "orchestrator/search_trial.hpp"
#include "storage/known_trials.hpp"
#include "storage/rows.hpp"
#include "storage/study_lock.hpp"
#include "storage/verify.hpp"

namespace winnow::run {
namespace {

namespace fs = std::filesystem;

/// The answer to a question that a damaged store may not be able to answer.
template <class Question>
auto readable(const Question& question) -> std::optional<decltype(question())> {
  try {
    return question();
  } catch (const store::StoreError& error) {
    if (error.kind() == store::StoreFault::damaged) return std::nullopt;
    throw;
  }
}

/// The highest number among the names "PREFIXn" in a folder; -1 when there is none.
std::int64_t highest_number(const fs::path& folder, std::string_view prefix) {
  std::int64_t highest = -1;
  std::error_code none;  // no folder: no numbers
  for (const auto& entry : fs::directory_iterator(folder, none)) {
    const std::string name = entry.path().filename().string();
    std::int64_t number = -1;
    if (!name.starts_with(prefix)) continue;
    const auto parsed =
        std::from_chars(name.data() + prefix.size(), name.data() + name.size(), number);
    if (parsed.ec == std::errc() && parsed.ptr == name.data() + name.size()) {
      highest = std::max(highest, number);
    }
  }
  return highest;
}

/// The keeper of an attempt that ran, when its name is lost: a process that is not alive.
store::ProcessIdentity unknown_process() { return {.pid = 0, .started = 0, .boot_id = "unknown"}; }

class Rescuer {
 public:
  Rescuer(const StudyFolder& folder, const fs::path& target)
      : folder_(folder),
        damaged_(store::Store::open_damaged(folder.database())),
        study_(damaged_.study()),
        config_(parse_stored_study(study_.spec, study_.config_path, folder.database())),
        known_(known_trials(damaged_)),
        rescued_(store::Store::create(target, study_, known_)) {
    rescued_.begin_session({::getpid(), store::host_name(), store::boot_id()});
  }

  Rescue run() {
    const auto last_row = readable([&] { return damaged_.last_trial(); });
    std::int64_t last = highest_number(folder_.path() / "trials", "");
    if (last_row && *last_row) last = std::max(last, (*last_row)->value);
    for (std::int64_t number = std::ssize(known_.trials); number <= last; ++number) {
      rescue_trial(TrialNumber{number});
    }
    tell();
    copy_decisions();
    for (const std::string& violation :
         store::verify(rescued_, folder_.path(), values_of_line, {})) {
      note("afterwards: " + violation);
    }
    rescue_.trials = rescued_.counts().total();
    rescue_.completed = rescued_.counts().completed;
    return std::move(rescue_);
  }

 private:
  /// Their numbers are their places: all of them, or the store cannot be put together.
  static store::KnownTrials known_trials(const store::Store& damaged) {
    store::KnownTrials known;
    const std::int64_t count = readable([&] { return damaged.known_trials(); }).value_or(0);
    for (const store::TrialRow& row : damaged.trials(0, count)) {
      known.trials.push_back({row.trial.suggestion.point, *end_of(row, {})});
    }
    return known;
  }

  void note(std::string text) { rescue_.notes.push_back(std::move(text)); }

  std::optional<store::TrialRow> readable_trial(TrialNumber number) {
    const auto whole = readable([&] { return damaged_.trial(number); });
    if (whole && *whole) return **whole;
    const auto alone = readable([&] { return damaged_.trial_alone(number); });
    if (!alone || !*alone) return std::nullopt;
    note(fmt::format("trial {}: its results are put together from its reports", number.value));
    return **alone;
  }

  /// A trial of the search, of which only its folder is left.
  store::NewTrial trial_from_folder(TrialNumber number) {
    const std::int64_t attempts = highest_number(folder_.trial(number), "attempt-");
    for (std::int64_t ordinal = attempts; ordinal > 0; --ordinal) {
      const AttemptFiles files{
          folder_.attempt(StudyFolder::attempt_name(number, static_cast<int>(ordinal)))};
      const std::optional<std::string> params = read_file_if_present(files.params());
      const auto point = readable([&] { return store::point_from_json(params.value_or("")); });
      if (!point) continue;
      note(fmt::format("trial {}: its row is lost; its point comes from {}", number.value,
                       files.params().lexically_relative(folder_.path()).string()));
      // In strict mode suggestion n rests on all trials up to n - lag; else nobody knows any more.
      const std::int64_t lag = config_.spec.determinism.lag.value_or(0);
      const std::int64_t history = lag > 0 ? std::max<std::int64_t>(0, number.value - lag + 1) : 0;
      return search_trial(Suggestion{.number = number, .point = *point}, study_.seed, history);
    }
    throw store::StoreError(store::StoreFault::damaged, "put together", folder_.database(),
                            {.text = fmt::format("of trial {} neither a row nor {} is left",
                                                 number.value, folder_.trial(number).string())});
  }

  void rescue_trial(TrialNumber number) {
    const std::optional<store::TrialRow> row = readable_trial(number);
    rescued_.add_trial(row ? row->trial : trial_from_folder(number));
    if (row && row->told) told_[*row->told] = number;
    std::map<int, store::AttemptRow> attempts;
    const auto rows = readable([&] { return damaged_.attempts(number); });
    if (!rows) note(fmt::format("trial {}: its attempts' rows are lost", number.value));
    for (const store::AttemptRow& attempt : rows.value_or(std::vector<store::AttemptRow>())) {
      attempts.emplace(attempt.attempt.ordinal, attempt);
    }
    int last = static_cast<int>(
        std::max<std::int64_t>(0, highest_number(folder_.trial(number), "attempt-")));
    if (!attempts.empty()) last = std::max(last, attempts.rbegin()->first);
    if (row && row->state == TrialState::cancelled && last == 0) {
      rescued_.end_queued_trial(number, {Ending::cancelled, row->reason, {}, std::nullopt});
    }
    std::optional<std::int64_t> checkpoint;  // the highest step of those reported so far
    for (int ordinal = 1; ordinal <= last; ++ordinal) {
      const auto known = attempts.find(ordinal);
      rescue_attempt(number, ordinal, row, known == attempts.end() ? nullptr : &known->second,
                     ordinal == last, checkpoint);
    }
  }

  void rescue_attempt(TrialNumber number, int ordinal, const std::optional<store::TrialRow>& trial,
                      const store::AttemptRow* row, bool is_last,
                      std::optional<std::int64_t>& checkpoint) {
    const std::string name = StudyFolder::attempt_name(number, ordinal);
    const fs::path files = folder_.attempt(name);
    AttemptEnd end;
    if (row != nullptr) end.elapsed_s = row->elapsed_s;
    read_process_end(files, config_.trial.log_policies, end);
    ReportFile reports(AttemptFiles{files}.reports(), 0);
    end.last_reports = reports.read(Amount::all, end.elapsed_s);
    end.facts = reports.facts();

    const store::AttemptId id = rescued_.start_attempt(
        row != nullptr ? row->attempt : attempt_from_folder(number, ordinal, end, checkpoint));
    if (end.facts.newest_checkpoint) {
      checkpoint = std::max(checkpoint.value_or(-1), *end.facts.newest_checkpoint);
    }
    const bool has_run = row != nullptr ? row->process.has_value()
                                        : fs::exists(AttemptFiles{files}.exit_record()) ||
                                              end.last_reports.offset > 0;
    if (has_run) {
      rescued_.record_process(id, row != nullptr ? *row->process : unknown_process());
      if (row != nullptr && row->early_stop) {
        rescued_.record_early_stop(id, *row->early_stop);
      } else if (row != nullptr && row->stop_cause != StopCause::none) {
        rescued_.record_stop(id, row->stop_cause);
      }
    }
    if (row != nullptr && !row->end) return;  // the next session settles or adopts it
    conclude_attempt(number, id, end, trial, row, is_last);
  }

  /// An attempt without a row. One that began beyond a checkpoint of its trial went on from it.
  store::NewAttempt attempt_from_folder(TrialNumber number, int ordinal, const AttemptEnd& end,
                                        std::optional<std::int64_t> checkpoint) {
    store::NewAttempt attempt;
    attempt.trial = number;
    attempt.ordinal = ordinal;
    attempt.token = random_token();
    attempt.folder = StudyFolder::attempt_name(number, ordinal);
    const std::vector<store::ReportedMeasurement>& reported = end.last_reports.measurements;
    if (checkpoint && !reported.empty() && reported.front().measurement.step > *checkpoint) {
      attempt.resumed_from = fmt::format("step {}", *checkpoint);
      attempt.resumed_step = checkpoint;
    }
    return attempt;
  }

  void conclude_attempt(TrialNumber number, store::AttemptId id, const AttemptEnd& end,
                        const std::optional<store::TrialRow>& trial, const store::AttemptRow* row,
                        bool is_last) {
    const bool is_early = row != nullptr && row->early_stop;
    const auto last_step = is_early ? std::optional(row->early_stop->last_step) : std::nullopt;
    TrialSoFar so_far;
    so_far.values = trial_values(rescued_, study_.objectives, number, end.last_reports, last_step);
    const bool is_search = !trial || trial->trial.role == store::Role::search;
    Verdict verdict =
        judge(end, so_far, study_.objectives, config_.trial.retries, Witness::recovery,
              is_search ? config_.spec.outcome_constraints : std::vector<MetricBound>());
    if (row != nullptr) verdict.attempt = *row->end;
    if (!is_last) verdict.trial.reset();
    // The row of the trial decides, unless that of its attempt is lost and it had not ended.
    const bool is_told = trial && (row != nullptr || is_ended(trial->state));
    if (is_last && is_told) verdict.trial = end_of(*trial, so_far.values);
    if (verdict.trial) verdict.trial->last_step = last_step;
    rescued_.end_attempt(id, end.last_reports, verdict.attempt, verdict.trial);
  }

  /// The end that a readable row says; nothing for a trial that has not ended.
  static std::optional<store::TrialEndRow> end_of(const store::TrialRow& trial,
                                                  const store::MetricValues& reported) {
    if (!is_ended(trial.state)) return std::nullopt;
    store::TrialEndRow end;
    end.ending = *ending_from(to_text(trial.state));
    end.reason = trial.reason;
    end.values = trial.values.empty() ? reported : trial.values;
    return end;
  }

  /// The order of tells that can still be read, holes closed. In strict mode the k-th told is trial
  /// k, whatever can be read.
  void tell() {
    if (told_.empty()) return;
    if (!config_.spec.determinism.is_strict()) {
      std::int64_t place = std::ssize(known_.trials);
      for (const auto& [told, number] : told_) rescued_.record_told(number, place++);
      return;
    }
    for (std::int64_t k = std::ssize(known_.trials); k <= told_.rbegin()->first; ++k) {
      rescued_.record_told(TrialNumber{k}, k);
    }
  }

  void copy_decisions() {
    const auto decisions = readable([&] { return damaged_.decisions(); });
    if (!decisions) note("the decisions are lost");
    bool is_over = false;
    for (const store::DecisionRow& row : decisions.value_or(std::vector<store::DecisionRow>())) {
      if (row.kind == "chosen" && study_.ending) {
        rescued_.end_study(*study_.ending, row.trial, row.record);
        is_over = true;
      } else if (row.kind != store::known_trials_kind) {
        rescued_.add_decision(row.kind, row.trial, row.record);
      }
    }
    if (study_.ending && !is_over) {
      note("the study was over; `winnow resume` decides its result again");
    }
  }

  const StudyFolder& folder_;
  store::Store damaged_;
  store::StudyRow study_;
  StudyConfig config_;
  store::KnownTrials known_;
  store::Store rescued_;
  std::map<std::int64_t, TrialNumber> told_;  // by place
  Rescue rescue_;
};

}  // namespace

Rescue rescue_store(const StudyFolder& folder, const fs::path& target) {
  if (fs::exists(target)) throw store::system_error(EEXIST, "make", target);
  try {
    return Rescuer(folder, target).run();
  } catch (...) {
    std::error_code ignored;  // it may not have been made
    for (const char* suffix : {"", "-wal", "-shm"}) fs::remove(target.string() + suffix, ignored);
    throw;
  }
}

}  // namespace winnow::run
