// The prompt that a row becomes: a template, an instruction, and solved training rows as examples.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "trainer/data/prompt_template.hpp"
#include "trainer/data/rows.hpp"
#include "trainer/data/same_text.hpp"
#include "trainer/data/word_index.hpp"

namespace winnow::train {

/// Which training rows are shown: the first ones of the file; others for each row, drawn by a seed
/// (Brown et al. 2020, "Language Models are Few-Shot Learners", section 2); drawn, the same for all
/// rows, the completions in turns (Zhao et al. 2021, "Calibrate Before Use", on what one completion
/// in excess does); or those with the most alike words, the most alike one last (Rubin, Herzig,
/// Berant 2022, "Learning To Retrieve Prompts for In-Context Learning", BM25).
enum class FewShotChoice { first, random, balanced, similar };

/// Throws ConfigError naming `place`.
FewShotChoice parse_few_shot_choice(const std::string& name, const std::string& place);

struct PromptSettings {
  PromptTemplate form;
  std::string instruction = {};
  std::size_t examples = 0;  // solved rows in front
  FewShotChoice choice = FewShotChoice::random;
  std::uint64_t seed = 0;  // of the drawn ones
};

class PromptWriter {
 public:
  /// Examples come from `pool`, the training rows as they were read. Settings are copied.
  PromptWriter(const PromptSettings& settings, const std::vector<LabelledText>& pool);

  /// A row never sees itself or a row with the same text. An example is its prompt, its completion
  /// and an empty line. Throws ConfigError "few_shot_rows" where there are too few.
  std::string prompt(const LabelledText& row) const;

  /// Puts the prompt into each row's text; the rest of a row stays.
  std::vector<LabelledText> written(std::vector<LabelledText> rows) const;

 private:
  std::string examples_for(const LabelledText& row) const;

  PromptSettings settings_;
  std::vector<LabelledText> pool_;    // empty without examples
  std::vector<TextKey> keys_;         // of the pool's texts
  std::vector<std::uint32_t> order_;  // in which rows of the pool are shown
  std::unique_ptr<WordIndex> index_;  // FewShotChoice::similar only
};

}  // namespace winnow::train
