#include "searchers/problem/trial.hpp"

#include <array>

#include "searchers/problem/error.hpp"

namespace winnow {
namespace {

template <class Enum>
struct Word {
  Enum value;
  std::string_view text;
};

constexpr std::array<Word<TrialState>, 6> trial_state_words = {{
    {TrialState::queued, "queued"},
    {TrialState::running, "running"},
    {TrialState::completed, "completed"},
    {TrialState::stopped, "stopped"},
    {TrialState::failed, "failed"},
    {TrialState::cancelled, "cancelled"},
}};

constexpr std::array<Word<Ending>, 4> ending_words = {{
    {Ending::completed, "completed"},
    {Ending::stopped, "stopped"},
    {Ending::failed, "failed"},
    {Ending::cancelled, "cancelled"},
}};

template <class Words, class Enum>
std::string_view text_of(const Words& words, Enum value) {
  for (const auto& word : words)
    if (word.value == value) return word.text;
  expect(false, "an enumerator without a word");
  return {};
}

template <class Enum, std::size_t n>
std::optional<Enum> value_of(const std::array<Word<Enum>, n>& words, std::string_view text) {
  for (const Word<Enum>& word : words)
    if (word.text == text) return word.value;
  return std::nullopt;
}

}  // namespace

bool is_ended(TrialState state) {
  return state != TrialState::queued && state != TrialState::running;
}

bool may_become(TrialState from, TrialState to) {
  switch (from) {
    case TrialState::queued:
      return to == TrialState::running || to == TrialState::cancelled;
    case TrialState::running:
      return to != TrialState::running;
    default:
      return false;
  }
}

TrialState state_of(Ending ending) {
  switch (ending) {
    case Ending::completed:
      return TrialState::completed;
    case Ending::stopped:
      return TrialState::stopped;
    case Ending::failed:
      return TrialState::failed;
    case Ending::cancelled:
      return TrialState::cancelled;
  }
  expect(false, "an ending without a state");
  return TrialState::failed;
}

std::string_view to_text(TrialState state) { return text_of(trial_state_words, state); }
std::optional<TrialState> trial_state_from(std::string_view text) {
  return value_of(trial_state_words, text);
}
std::string_view to_text(Ending ending) { return text_of(ending_words, ending); }
std::optional<Ending> ending_from(std::string_view text) { return value_of(ending_words, text); }

}  // namespace winnow
