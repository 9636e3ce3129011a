// Numbers in what a program prints, for programs that cannot be changed: patterns of one's own, and
// presets for the forms that others know. Each line becomes a report or nothing.
//
//   tagged        ::winnow {"loss": 1.5}: whatever may be a line of the report file
//   katib         loss=1.5, accuracy = 0.9 anywhere in a line
//   guild         loss: 1.5 (step 10), alone on its line
//   keras         … - loss: 0.25 - val_loss: 0.31; the step is that of the last "Epoch 3/10"
//   huggingface   {'eval_loss': 0.31, 'epoch': 1.0}
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace winnow::run {

std::vector<std::string> metric_presets();

class MetricPatterns {
 public:
  /// Each a preset, or a regular expression (RE2) whose named groups are metrics; a group `step` is
  /// the step. The fault of one that is neither, in words.
  static std::variant<MetricPatterns, std::string> parse(const std::vector<std::string>& words);

  /// What a line says, as a line of the report file with its newline; nothing when it says nothing.
  /// Lines come in order: some presets remember an earlier one. Of a line that was overwritten with
  /// carriage returns the last state counts.
  std::optional<std::string> report_of(std::string_view line);

  /// One way to find numbers in a line.
  class Pattern;

 private:
  explicit MetricPatterns(std::vector<std::shared_ptr<Pattern>> patterns)
      : patterns_(std::move(patterns)) {}
  std::vector<std::shared_ptr<Pattern>> patterns_;
};

}  // namespace winnow::run
