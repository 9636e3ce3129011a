#include "orchestrator/study_folder.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <vector>

#include "orchestrator/config/mapping_reader.hpp"
#include "orchestrator/report/terminal_text.hpp"
#include "searchers/problem/error.hpp"
#include "storage/attempt_names.hpp"
#include "storage/error.hpp"

namespace winnow::run {
namespace {

std::string trial_name(TrialNumber number) {
  expect(number.value >= 0, "a trial's number is from 0");
  return store::trial_folder(number);
}

/// Text as one word of a POSIX shell.
std::string shell_word(const std::string& text) {
  constexpr std::string_view plain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+=:,@%";
  if (text.find_first_not_of(plain) == std::string::npos) return text;
  std::string word = "'";
  for (const char c : text) word += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return word + "'";
}

bool holds_study(const std::filesystem::path& folder) {
  std::error_code ignored;  // what cannot be looked at is not found
  return std::filesystem::exists(folder / "study.db", ignored);
}

/// A folder that may not be looked into may well hold the study.
void refuse_closed(const std::filesystem::path& folder) {
  std::error_code error;
  static_cast<void>(std::filesystem::status(folder / "study.db", error));
  if (error == std::errc::permission_denied) {
    throw store::StoreError(store::StoreFault::other, "look for a study in", folder,
                            {.system = EACCES, .text = "this user may not look into it"});
  }
}

std::vector<std::string> study_names(const std::filesystem::path& root) {
  std::vector<std::string> names;
  std::error_code error;  // a root that is not there has no studies
  for (std::filesystem::directory_iterator entry(root, error), end; !error && entry != end;
       entry.increment(error)) {
    if (holds_study(entry->path())) names.push_back(entry->path().filename().string());
  }
  std::ranges::sort(names);
  return names;
}

std::string what_exists(std::string_view argument, const std::filesystem::path& root) {
  std::vector<std::string> names = study_names(root);
  const std::string where = terminal_text(root.string());
  if (names.empty())
    return fmt::format("there are no studies in {}; --root names another folder", where);
  const std::string meant = did_you_mean(argument, names);
  // A screen of names; the folder has the rest.
  constexpr std::size_t most_names = 20;
  const std::size_t rest = names.size() - std::min(names.size(), most_names);
  names.resize(names.size() - rest);
  return fmt::format("no such study{}{} {} has: {}{}", meant, meant.empty() ? ";" : "", where,
                     terminal_text(fmt::format("{}", fmt::join(names, ", "))),
                     rest == 0 ? "" : fmt::format(" and {} more", rest));
}

}  // namespace

std::string StudyFolder::as_argument() const {
  const std::string path = std::filesystem::proximate(path_).string();
  // With a '/' it is a path, also where a study under the root has the same name.
  return shell_word(path.find('/') == std::string::npos ? "./" + path : path);
}

std::filesystem::path StudyFolder::trial(TrialNumber number) const {
  return path_ / trial_name(number);
}

std::string StudyFolder::attempt_name(TrialNumber number, int ordinal) {
  return store::attempt_folder(number, ordinal);
}

std::filesystem::path studies_root(const std::optional<std::string>& option) {
  if (option) return *option;
  const char* variable = std::getenv("WINNOW_ROOT");
  return variable == nullptr || *variable == '\0' ? "./studies" : variable;
}

StudyFolder find_study(std::string_view argument, const std::filesystem::path& root) {
  const std::filesystem::path given(argument);
  // A name first: a folder that happens to have the name of a study is rarely meant.
  const bool is_name = !argument.empty() && argument.find('/') == std::string_view::npos &&
                       argument != "." && argument != "..";
  if (is_name && holds_study(root / given)) return StudyFolder(root / given);
  if (!argument.empty() && holds_study(given)) return StudyFolder(given);
  // "NAME/", as a shell completes it; without a slash at its end it is no path of more than one
  // step.
  const std::string_view name = argument.substr(0, argument.find_last_not_of('/') + 1);
  const bool is_slashed_name = name.size() < argument.size() && !name.empty() && name != "." &&
                               name != ".." && name.find('/') == std::string_view::npos;
  if (is_slashed_name && holds_study(root / name)) return StudyFolder(root / name);
  if (is_name) refuse_closed(root / given);
  if (!argument.empty()) refuse_closed(given);
  std::error_code ignored;
  if (given.filename() == "study.db" && std::filesystem::exists(given, ignored)) {
    return StudyFolder(given.has_parent_path() ? given.parent_path() : ".");
  }
  throw ConfigError(fmt::format("study \"{}\"", terminal_text(argument)),
                    what_exists(argument, root));
}

}  // namespace winnow::run
