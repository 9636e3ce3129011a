// winnow db check|backup|recover|upgrade STUDY: is the store sound, a copy of it, a new one from
// what is left, one of today.
#include <fmt/format.h>

#include <filesystem>
#include <memory>

#include "orchestrator/commands/command.hpp"
#include "orchestrator/commands/study_argument.hpp"
#include "orchestrator/config/mapping_reader.hpp"
#include "orchestrator/process/process_table.hpp"
#include "orchestrator/process/report_file.hpp"
#include "orchestrator/report/json_forms.hpp"
#include "orchestrator/report/terminal_text.hpp"
#include "orchestrator/store_rescue.hpp"
#include "orchestrator/study_holder.hpp"
#include "searchers/problem/error.hpp"
#include "storage/migration.hpp"
#include "storage/sqlite.hpp"
#include "storage/study_lock.hpp"
#include "storage/verify.hpp"

namespace winnow::run {
namespace {

namespace fs = std::filesystem;

struct Arguments {
  std::string action;
  StudyArgument study;
  std::optional<std::string> file;
  bool json = false;
};

// How far off a store may be is said line by line; these are enough to see what it is about.
constexpr std::size_t most_lines = 100;

std::vector<std::string> violations_of(const store::Store& store, const StudyFolder& folder) {
  store::LiveProcesses live;
  // While an orchestrator is at work, processes come and go between our looks.
  const bool is_at_rest = !living_orchestrator(folder);
  for (const TokenHolder& holder : is_at_rest ? find_token_holders() : std::vector<TokenHolder>()) {
    if (store.has_attempt(holder.token)) live.push_back({holder.token, holder.pid});
  }
  return store::verify(store, folder.path(), values_of_line, live);
}

ExitStatus check(const Arguments& arguments) {
  const StudyFolder folder = arguments.study.folder();
  const store::Store store = arguments.study.open();
  const std::vector<std::string> violations = violations_of(store, folder);
  if (arguments.json) {
    nlohmann::ordered_json answer = {{"version", 1}, {"trials", store.counts().total()}};
    answer["violations"] = violations;
    fmt::print("{}", json_line(answer));
    return violations.empty() ? ExitStatus::ok : ExitStatus::store;
  }
  for (std::size_t k = 0; k < std::min(violations.size(), most_lines); ++k) {
    fmt::print("{}\n", terminal_text(violations[k]));
  }
  if (violations.empty()) {
    fmt::print("sound: {} trials, and all that their files say\n", store.counts().total());
    return ExitStatus::ok;
  }
  fmt::print(
      "{} in all; put a backup in its place (study.db.backup-*), or save what can be read "
      "with `winnow db recover {}`\n",
      violations.size() == 1 ? "1 violation" : fmt::format("{} violations", violations.size()),
      folder.as_argument());
  return ExitStatus::store;
}

ExitStatus back_up(const Arguments& arguments) {
  const StudyFolder folder = arguments.study.folder();
  const fs::path target =
      arguments.file ? fs::path(*arguments.file) : fs::path(folder.database().string() + ".backup");
  if (arguments.file && fs::exists(target)) {
    throw ConfigError("--to", fmt::format("{} exists", terminal_text(target.string())));
  }
  arguments.study.open().back_up(target);
  fmt::print("{}\n", terminal_text(fs::proximate(target).string()));
  return ExitStatus::ok;
}

void rename_if_there(const fs::path& from, const fs::path& to) {
  if (fs::exists(from)) fs::rename(from, to);
}

bool is_sound(const StudyFolder& folder) {
  try {
    return violations_of(store::Store::open_read_only(folder.database()), folder).empty();
  } catch (const store::StoreError&) {
    return false;
  }
}

ExitStatus recover_store(const Arguments& arguments) {
  const StudyFolder folder = arguments.study.folder();
  const store::LockAttempt lock = store::StudyLock::acquire(folder.lock());
  if (const auto* refusal = std::get_if<store::LockRefusal>(&lock)) {
    fmt::print(stderr, "winnow: error: {}\n", refusal->text());
    return ExitStatus::locked;
  }
  const std::string database = folder.database().string();
  if (fs::exists(database + ".damaged")) {
    throw ConfigError("recover", fmt::format("{}.damaged exists: of an earlier recovery; move it "
                                             "away first",
                                             terminal_text(database)));
  }
  if (is_sound(folder)) {
    throw ConfigError("recover", "nothing is wrong with the store; `winnow db backup` copies it");
  }
  const fs::path made = database + ".recovered";
  fs::remove(made);  // of a recovery that was killed
  const Rescue rescue = rescue_store(folder, made);
  // The damaged one is kept, with its log: somebody may be able to read more of it.
  for (const char* suffix : {"-wal", "-shm", ""}) {
    rename_if_there(database + suffix, database + ".damaged" + suffix);
  }
  fs::rename(made, database);
  for (const std::string& note : rescue.notes) fmt::print("{}\n", terminal_text(note));
  fmt::print("a new store of {} trials, {} completed; the damaged one is {}.damaged\n",
             rescue.trials, rescue.completed,
             terminal_text(fs::proximate(folder.database()).string()));
  return ExitStatus::ok;
}

int version_of(const fs::path& database) {
  store::Connection connection(database, store::Access::read_only);
  return store::version_of(connection).version;
}

/// What every writing command does at its start, by itself: a backup first, then step by step.
ExitStatus upgrade(const Arguments& arguments) {
  const StudyFolder folder = arguments.study.folder();
  const store::LockAttempt lock = store::StudyLock::acquire(folder.lock());
  if (const auto* refusal = std::get_if<store::LockRefusal>(&lock)) {
    fmt::print(stderr, "winnow: error: {}\n", refusal->text());
    return ExitStatus::locked;
  }
  const int before = version_of(folder.database());
  const store::Store store = store::Store::open(folder.database());
  const int now = version_of(folder.database());
  if (before == now) {
    fmt::print("its version is {}, the newest one\n", now);
  } else {
    fmt::print("version {} is now version {}; as it was: {}.backup-v{}\n", before, now,
               terminal_text(fs::proximate(folder.database()).string()), before);
  }
  return ExitStatus::ok;
}

ExitStatus act(const Arguments& arguments) {
  if (arguments.json && arguments.action != "check") {
    throw ConfigError("--json", "belongs to `db check`");
  }
  if (arguments.action == "check") return check(arguments);
  if (arguments.action == "backup") return back_up(arguments);
  if (arguments.action == "recover") return recover_store(arguments);
  if (arguments.action == "upgrade") return upgrade(arguments);
  const std::string hint =
      did_you_mean(arguments.action, {"check", "backup", "recover", "upgrade"});
  throw ConfigError("db", fmt::format("there is check, backup, recover and upgrade, not `{}`{}",
                                      terminal_text(arguments.action), hint));
}

const CommandRegistration registration(CommandEntry{
    "db", "check, back up, recover or upgrade a study's store",
    [](CommandOptions& options) -> std::function<ExitStatus()> {
      auto arguments = std::make_shared<Arguments>();
      options.add_required("ACTION", arguments->action,
                           "check: everything that must hold; backup: a copy, also while it is "
                           "written; recover: a new store from what is left of a damaged one; "
                           "upgrade: an older winnow's store as this one writes it");
      arguments->study.add_to(options);
      options.add("--to", arguments->file, "backup: the file to make (default study.db.backup)");
      options.add_flag("--json", arguments->json, "check: one JSON object");
      return [arguments] { return act(*arguments); };
    }});

}  // namespace
}  // namespace winnow::run
