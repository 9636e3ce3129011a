// Study files of other tools, and tables of past trials, read into ours. One file is one format;
// import_formats.cpp lists them.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "orchestrator/config/diagnostic.hpp"
#include "orchestrator/config/yaml.hpp"
#include "orchestrator/past_trials.hpp"
#include "searchers/problem/study.hpp"

namespace winnow::run {

/// A study in the words of our study files, and what of the other file it does not say, or says
/// otherwise.
struct ImportedStudy {
  nlohmann::ordered_json study;
  std::vector<std::string> notes;
};

/// A study file of another tool. What cannot be read is in the diagnostics.
struct DefinitionFormat {
  std::string name;
  std::string summary;  // one line
  ImportedStudy (*read)(const Node& root, Diagnostics& diagnostics);
};

/// Past trials, for a study that is to know them. `notes`: what was passed over. Throws ConfigError
/// when the file cannot be read.
struct ResultsFormat {
  std::string name;
  std::string summary;
  std::vector<PastTrial> (*read)(const std::filesystem::path& file, const StudySpec& spec,
                                 std::vector<std::string>& notes);
};

const std::vector<DefinitionFormat>& definition_formats();
const std::vector<ResultsFormat>& results_formats();

ImportedStudy read_wandb(const Node& root, Diagnostics& diagnostics);
ImportedStudy read_nni(const Node& root, Diagnostics& diagnostics);
ImportedStudy read_katib(const Node& root, Diagnostics& diagnostics);
std::vector<PastTrial> read_past_csv(const std::filesystem::path& file, const StudySpec& spec,
                                     std::vector<std::string>& notes);
std::vector<PastTrial> read_past_optuna(const std::filesystem::path& file, const StudySpec& spec,
                                        std::vector<std::string>& notes);

/// A scalar, list or mapping of a file as JSON, plain scalars by what they mean.
nlohmann::ordered_json json_of(const Node& node);

/// The study as a file of ours, its notes as comments at the top.
std::string study_file_of(const ImportedStudy& imported, const std::string& origin);

}  // namespace winnow::run
