// winnow db check|backup|recover STUDY: is the store sound, a copy of it, a new one from what is
// left.
#include <fmt/format.h>

#include <filesystem>
#include <memory>

#include "orchestrator/commands/command.hpp"
#include "orchestrator/commands/study_argument.hpp"
#include "orchestrator/config/mapping_reader.hpp"
#include "orchestrator/process/process_table.hpp"
#include "orchestrator/process/report_file.hpp"
#include "orchestrator/report/terminal_text.hpp"
#include "orchestrator/store_rescue.hpp"
#include "orchestrator/study_holder.hpp"
#include "searchers/problem/error.hpp"
#include "storage/study_lock.hpp"
#include "storage/verify.hpp"

namespace winnow::run {
namespace {

namespace fs = std::filesystem;

struct Arguments {
  std::string action;
  StudyArgument study;
  std::optional<std::string> file;
};

// How far off a store may be is said line by line; these are enough to see what it is about.
constexpr std::size_t most_lines = 100;

ExitStatus check(const Arguments& arguments) {
  const StudyFolder folder = arguments.study.folder();
  const store::Store store = arguments.study.open();
  store::LiveProcesses live;
  // While an orchestrator is at work, processes come and go between our looks.
  const bool is_at_rest = !living_orchestrator(folder);
  for (const TokenHolder& holder : is_at_rest ? find_token_holders() : std::vector<TokenHolder>()) {
    if (store.has_attempt(holder.token)) live.push_back({holder.token, holder.pid});
  }
  const std::vector<std::string> violations =
      store::verify(store, folder.path(), values_of_line, live);
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

ExitStatus act(const Arguments& arguments) {
  if (arguments.action == "check") return check(arguments);
  if (arguments.action == "backup") return back_up(arguments);
  if (arguments.action == "recover") return recover_store(arguments);
  const std::string hint = did_you_mean(arguments.action, {"check", "backup", "recover"});
  throw ConfigError("db", fmt::format("there is check, backup and recover, not `{}`{}",
                                      terminal_text(arguments.action), hint));
}

const CommandRegistration registration(CommandEntry{
    "db", "check, back up or recover a study's store",
    [](CommandOptions& options) -> std::function<ExitStatus()> {
      auto arguments = std::make_shared<Arguments>();
      options.add_required("ACTION", arguments->action,
                           "check: everything that must hold; backup: a copy, also while it is "
                           "written; recover: a new store from what is left of a damaged one");
      arguments->study.add_to(options);
      options.add("--to", arguments->file, "backup: the file to make (default study.db.backup)");
      return [arguments] { return act(*arguments); };
    }});

}  // namespace
}  // namespace winnow::run
