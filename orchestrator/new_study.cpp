#include "orchestrator/new_study.hpp"

#include <fmt/format.h>

#include <vector>

#include "orchestrator/machine_slots.hpp"
#include "orchestrator/process/durable_file.hpp"
#include "orchestrator/process/system_error.hpp"
#include "orchestrator/report/terminal_text.hpp"
#include "orchestrator/study_holder.hpp"
#include "orchestrator/trial_program.hpp"
#include "searchers/problem/error.hpp"
#include "storage/error.hpp"
#include "storage/store.hpp"

namespace winnow::run {
namespace {

/// A folder and those above it that are not there yet; what was made of them is gone with the
/// object unless it is told to keep them. What somebody else has put something into stays.
class NewFolders final {
 public:
  explicit NewFolders(const std::filesystem::path& folder) {
    std::filesystem::path at = folder;
    std::error_code ignored;  // what cannot be looked at, make_folders will complain of
    while (!std::filesystem::exists(at, ignored) && at.has_relative_path()) {
      missing_.push_back(at);
      at = at.parent_path();
    }
  }
  ~NewFolders() {
    std::error_code ignored;  // not empty
    for (const std::filesystem::path& folder : missing_) std::filesystem::remove(folder, ignored);
  }
  NewFolders(const NewFolders&) = delete;
  NewFolders& operator=(const NewFolders&) = delete;

  void keep() { missing_.clear(); }

 private:
  std::vector<std::filesystem::path> missing_;  // inner ones first
};

/// A folder that somebody uses for other things, or that has lost its store: its trials' folders
/// would be taken for ours.
void refuse_foreign(const StudyConfig& config, const StudyFolder& folder) {
  std::error_code ignored;  // not there, or not to be looked through: others will complain
  for (std::filesystem::directory_iterator entry(folder.path(), ignored), end; entry != end;
       entry.increment(ignored)) {
    const std::string name = entry->path().filename().string();
    // What a `run` that was killed at its very beginning leaves.
    const bool is_ours = entry->path() == folder.lock() ||
                         name.starts_with(folder.database().filename().string() + ".new-");
    if (is_ours) continue;
    throw ConfigError(
        "name",
        fmt::format("the folder {} is not empty and holds no study: it has {}; clear it, give the "
                    "study '{}' another name, or name another --root",
                    std::filesystem::proximate(folder.path()).string(), terminal_text(name),
                    config.spec.name));
  }
}

[[noreturn]] void refuse_existing(const StudyConfig& config, const StudyFolder& folder) {
  throw ConfigError(
      "name", fmt::format("the study '{}' exists in {}; `winnow resume {}` goes on with it, "
                          "name=ANOTHER behind the file begins another",
                          config.spec.name, std::filesystem::proximate(folder.path()).string(),
                          folder.as_argument()));
}

store::NewStudy row_of(const StudyConfig& config) {
  store::NewStudy study;
  study.name = config.spec.name;
  study.spec = normalised(config).dump();
  study.config_text = config.text;
  study.config_path = config.file;
  study.seed = config.spec.seed;
  study.objectives = config.spec.objectives;
  return study;
}

}  // namespace

store::LockAttempt create_study(const StudyConfig& config, const StudyFolder& folder,
                                const store::KnownTrials& known) {
  std::error_code ignored;  // what cannot be looked at, make_folders will complain of
  if (std::filesystem::exists(folder.database(), ignored)) {
    std::optional<store::LockHolder> holder = living_orchestrator(folder);
    if (holder) return store::LockRefusal{folder.lock(), std::move(holder)};
    refuse_existing(config, folder);
  }
  refuse_foreign(config, folder);
  // What would stop the first session stops here, before anything is made.
  const SlotPlan plan = find_slots(config);
  find_trial_program(config, static_cast<int>(plan.slots.size()));
  NewFolders folders(folder.path());
  try {
    make_folders(folder.path());
  } catch (const SystemError& error) {  // a place that takes no folder takes no store
    throw store::system_error(error.code(), "make", folder.path());
  }
  store::LockAttempt lock = store::StudyLock::acquire(folder.lock());
  if (std::holds_alternative<store::LockRefusal>(lock)) return lock;
  // Under the lock once more: another process may have made it meanwhile, and ended.
  if (std::filesystem::exists(folder.database(), ignored)) refuse_existing(config, folder);
  try {
    store::Store::create(folder.database(), row_of(config), known);
  } catch (...) {
    std::filesystem::remove(folder.lock(), ignored);
    throw;
  }
  folders.keep();
  return lock;
}

}  // namespace winnow::run
