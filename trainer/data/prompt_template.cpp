#include "trainer/data/prompt_template.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "trainer/errors.hpp"

namespace winnow::train {
namespace {

struct Named {
  std::string_view name;
  std::string_view text;
};

// question_answer: Brown et al. 2020, appendix G; alpaca: the headings of Taori et al. 2023,
// without the sentence above them; the others have the plainest headings there are.
constexpr std::array library = {
    Named{"plain", "{text}"}, Named{"question_answer", "Q: {text}\n\nA:"},
    Named{"input_output", "Input: {text}\nOutput:"},
    Named{"instruction_input_output", "{instruction}\n\n{examples}Input: {text}\nOutput:"},
    Named{"alpaca", "### Instruction:\n{instruction}\n\n### Input:\n{text}\n\n### Response:\n"}};

std::optional<std::string_view> in_library(std::string_view name) {
  for (const Named& known : library) {
    if (known.name == name) return known.text;
  }
  return std::nullopt;
}

}  // namespace

PromptTemplate::PromptTemplate() { add("", "text"); }

PromptTemplate PromptTemplate::parse(const std::string& text, const std::string& place) {
  const std::string_view form = in_library(text).value_or(text);
  PromptTemplate prompt;
  prompt.parts_.clear();
  std::string literal;
  for (std::size_t k = 0; k < form.size(); ++k) {
    const char c = form[k];
    const bool brace = c == '{' || c == '}';
    if (!brace || form.substr(k, 2) == std::string(2, c)) {
      literal += c;
      k += brace ? 1 : 0;
      continue;
    }
    const std::size_t end = form.find_first_of("{}", k + 1);
    const bool closed = c == '{' && end != std::string_view::npos && form[end] == '}';
    if (!closed || end == k + 1) {
      throw ConfigError(place, fmt::format("has a brace at character {} that belongs to no {{slot}}"
                                           "; a brace itself is written twice",
                                           k + 1));
    }
    prompt.add(std::exchange(literal, ""), std::string(form.substr(k + 1, end - k - 1)));
    k = end;
  }
  const auto has = [&](Slot slot) {
    return std::count_if(prompt.parts_.begin(), prompt.parts_.end(),
                         [&](const Part& part) { return part.slot == slot; });
  };
  if (has(Slot::text) == 0) {
    throw ConfigError(place, fmt::format("has no slot {{text}} for what a row asks: \"{}\" is no "
                                         "template, and none of {}",
                                         text, fmt::join(known_prompt_templates(), ", ")));
  }
  if (has(Slot::examples) > 1) throw ConfigError(place, "has the slot {examples} twice");
  if (!literal.empty()) prompt.parts_.push_back({std::move(literal), Slot::none, 0});
  return prompt;
}

void PromptTemplate::add(std::string literal, const std::string& slot) {
  Part part{std::move(literal), Slot::column, 0};
  if (slot == "text") part.slot = Slot::text;
  if (slot == "instruction") part.slot = Slot::instruction;
  if (slot == "examples") part.slot = Slot::examples;
  if (part.slot == Slot::instruction) has_instruction_ = true;
  if (part.slot == Slot::examples) example_begin_ = parts_.size() + 1;
  if (part.slot == Slot::column) {
    const auto found = std::find(columns_.begin(), columns_.end(), slot);
    part.column = static_cast<std::size_t>(found - columns_.begin());
    if (found == columns_.end()) columns_.push_back(slot);
  }
  parts_.push_back(std::move(part));
}

std::string PromptTemplate::filled_from(std::size_t first, const Values& values) const {
  std::string text;
  for (std::size_t i = first; i < parts_.size(); ++i) {
    const Part& part = parts_[i];
    text += part.literal;
    switch (part.slot) {
      case Slot::none:
        break;
      case Slot::text:
        text += values.text;
        break;
      case Slot::column:
        text += values.columns.at(part.column);
        break;
      case Slot::instruction:
        text += values.instruction;
        break;
      case Slot::examples:
        text += values.examples;
        break;
    }
  }
  return text;
}

std::string PromptTemplate::filled(const Values& values) const {
  const std::string text = filled_from(0, values);
  return example_begin_ > 0 ? text : values.examples + text;
}

std::string PromptTemplate::filled_example(const Values& values) const {
  return filled_from(example_begin_, values);
}

std::vector<std::string> known_prompt_templates() {
  std::vector<std::string> names;
  for (const Named& known : library) names.emplace_back(known.name);
  return names;
}

}  // namespace winnow::train
