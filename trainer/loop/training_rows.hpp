// The rows of a run as its settings name, divide and judge them. Needs no libtorch.
#pragma once

#include <filesystem>
#include <vector>

#include "trainer/config.hpp"
#include "trainer/data/causal_rows.hpp"
#include "trainer/data/data_report.hpp"
#include "trainer/text/tokenizer.hpp"

namespace winnow::train {

CausalColumns causal_columns(const TrainConfig& config);

/// One label a row, or a set.
LabelKind label_kind(const TrainConfig& config);

/// The rows of one file. Throws ConfigError.
std::vector<LabelledText> read_file_of(const TrainConfig& config,
                                       const std::filesystem::path& path);

/// Whether a test file is read although nothing is measured on it: to compare its rows with others.
enum class TestRows { if_measured_on, always };

/// All rows, divided. Throws ConfigError.
DividedRows read_divided_rows(const TrainConfig& config,
                              TestRows test_rows = TestRows::if_measured_on);

/// The rows with the prompts of the settings in place of their texts; examples come from the
/// training rows. Division and report look at the texts as they were read: they are the same for
/// all templates of a study. Throws ConfigError.
DividedRows written_prompts(const TrainConfig& config, DividedRows rows);

/// Where validation rows come from, for messages.
const std::filesystem::path& validation_source(const TrainConfig& config);
const std::filesystem::path& test_source(const TrainConfig& config);

/// The tokenizer of the model's folder. Throws ConfigError.
Tokenizer tokenizer_of(const TrainConfig& config);

/// Without a tokenizer tokens are not counted. Plain text of a language model is divided and never
/// cut.
DataFacts facts_of(const TrainConfig& config, const DividedRows& rows, const Tokenizer* tokenizer);

/// For people, on standard error.
void print(const DataFacts& facts);

/// Throws ConfigError naming each limit of the settings that the rows do not keep. Tokens are
/// counted, with `tokenizer`, only where a limit asks for it: it takes as long as training's own
/// reading.
DataFacts require_fit(const TrainConfig& config, const DividedRows& rows,
                      const Tokenizer* tokenizer);

}  // namespace winnow::train
