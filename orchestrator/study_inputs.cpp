#include "orchestrator/study_inputs.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <map>
#include <ranges>
#include <set>
#include <variant>

#include "orchestrator/config/read_trial.hpp"
#include "orchestrator/export/checksums.hpp"
#include "orchestrator/report/terminal_text.hpp"
#include "storage/event_kinds.hpp"
#include "trainer/protocol/settings.hpp"

namespace winnow::run {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// Every path that a setting may have: that of the block, those that are searched.
std::set<fs::path> named_paths(const StudyConfig& config) {
  std::set<fs::path> paths;
  const auto* trainer = std::get_if<TrainerProgram>(&config.program);
  if (trainer == nullptr) return paths;
  for (const protocol::Setting& setting : protocol::settings()) {
    if (setting.kind != protocol::SettingKind::path || setting.name == "cache_dir") continue;
    const auto given = trainer->settings.find(setting.name);
    if (given != trainer->settings.end()) paths.insert(given->get<std::string>());
    const Parameter* parameter = config.spec.space.find(setting.name);
    if (parameter == nullptr) continue;
    for (const Value& value : extreme_values(parameter->domain)) {
      paths.insert((config.folder() / std::get<std::string>(value)).lexically_normal());
    }
  }
  return paths;
}

void add_file(const fs::path& path, std::vector<InputFile>& files) {
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0 || !S_ISREG(found.st_mode)) return;
  constexpr std::int64_t ns_per_s = 1'000'000'000;
  files.push_back({path.string(), static_cast<std::uintmax_t>(found.st_size),
                   found.st_mtim.tv_sec * ns_per_s + found.st_mtim.tv_nsec});
}

json to_json(const std::vector<InputFile>& files) {
  json list = json::array();
  for (const InputFile& file : files) {
    list.push_back({{"path", file.path},
                    {"bytes", file.bytes},
                    {"modified_ns", file.modified_ns},
                    {"sha256", file.sha256}});
  }
  return json{{"files", std::move(list)}};
}

std::map<std::string, InputFile> recorded_files(const std::string& detail) {
  std::map<std::string, InputFile> files;
  const json record = json::parse(detail);
  for (const json& file : record.at("files")) {
    const auto path = file.at("path").get<std::string>();
    files[path] = {path, file.at("bytes").get<std::uintmax_t>(),
                   file.at("modified_ns").get<std::int64_t>(),
                   file.at("sha256").get<std::string>()};
  }
  return files;
}

/// With the sum of each file: that of the record where its size and time are those of now.
std::vector<InputFile> with_sums(std::vector<InputFile> files,
                                 const std::map<std::string, InputFile>& recorded) {
  for (InputFile& file : files) {
    const auto before = recorded.find(file.path);
    const bool looks_the_same = before != recorded.end() && before->second.bytes == file.bytes &&
                                before->second.modified_ns == file.modified_ns;
    file.sha256 = looks_the_same ? before->second.sha256 : sha256_of(file.path);
  }
  return files;
}

struct ChangedFile {
  std::string path;
  std::string how;
};

std::string content_text(const InputFile& file) {
  constexpr std::size_t digits_to_tell_apart = 12;
  return fmt::format("{} bytes, SHA-256 {}…", file.bytes,
                     file.sha256.substr(0, digits_to_tell_apart));
}

std::vector<ChangedFile> changes(std::map<std::string, InputFile> recorded,
                                 const std::vector<InputFile>& now) {
  std::vector<ChangedFile> found;
  for (const InputFile& file : now) {
    const auto before = recorded.find(file.path);
    if (before == recorded.end()) {
      found.push_back({file.path, "was not there when the study began"});
      continue;
    }
    if (before->second.sha256 != file.sha256) {
      found.push_back({file.path, fmt::format("has changed since the study began: {} → {}",
                                              content_text(before->second), content_text(file))});
    }
    recorded.erase(before);
  }
  for (const auto& [path, file] : recorded) {
    found.push_back({path, "is gone; the study began with " + content_text(file)});
  }
  return found;
}

[[noreturn]] void refuse(const std::vector<ChangedFile>& changed, const StudyConfig& config,
                         const std::string& study) {
  Diagnostics diagnostics;
  for (const auto& [path, how] : changed) diagnostics.error_in(path, 0, "changed", how);
  std::vector<Diagnostic> faults = diagnostics.errors();
  const std::string ways =
      config.spec.determinism.is_strict()
          ? std::string("a strict study goes on with the same files only")
          : fmt::format("`winnow resume {} --changed-files` goes on with them as they are now",
                        study);
  faults.push_back(
      {{},
       "changed",
       fmt::format("trials so far read other files; put them back, or {}; `winnow fork "
                   "{} NAME` begins another study with the results so far",
                   ways, study)});
  throw StudyFileError(std::move(faults), fs::proximate(config.file), "");
}

}  // namespace

std::vector<InputFile> input_files(const StudyConfig& config) {
  std::vector<InputFile> files;
  for (const fs::path& path : named_paths(config)) {
    std::error_code error;  // what cannot be looked at is reported by whoever reads it
    if (!fs::is_directory(path, error)) {
      add_file(path, files);
      continue;
    }
    for (fs::directory_iterator entry(path, error), end; !error && entry != end;
         entry.increment(error)) {
      const std::string ending = entry->path().extension().string();
      if (ending == ".json" || ending == ".safetensors") add_file(entry->path(), files);
    }
  }
  std::ranges::sort(files, {}, &InputFile::path);
  return files;
}

void hold_inputs(store::Store& store, const StudyConfig& config, const std::string& study,
                 ChangedInputs changed, std::vector<std::string>& notes) {
  if (!std::holds_alternative<TrainerProgram>(config.program)) return;
  const std::optional<std::string> record = store.newest_event(store::events::inputs_recorded);
  std::map<std::string, InputFile> before;
  if (record) before = recorded_files(*record);
  const std::vector<InputFile> now = with_sums(input_files(config), before);
  std::vector<ChangedFile> differing;
  if (record) differing = changes(before, now);
  const bool may_differ = changed == ChangedInputs::accept && !config.spec.determinism.is_strict();
  if (!differing.empty() && !may_differ) refuse(differing, config, study);
  for (const auto& [path, how] : differing) {
    notes.push_back(fmt::format("{} {}", terminal_text(path), how));
  }
  // Also where only a time has changed: else the same bytes would be read again in every session.
  if (!record || !std::ranges::equal(now, before | std::views::values)) {
    store.add_event(store::events::inputs_recorded, std::nullopt, to_json(now).dump());
  }
}

}  // namespace winnow::run
