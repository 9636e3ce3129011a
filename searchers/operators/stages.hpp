// Several search methods over one history, one of them asked at a time. Each is told everything:
// its own suggestions with the memos it gave them, the others' as points that came from elsewhere.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "searchers/searcher.hpp"

namespace winnow::search {

/// Memos are {stage} followed by the stage's own memo.
class Stages {
 public:
  explicit Stages(std::vector<std::unique_ptr<Searcher>> searchers);

  std::size_t size() const { return searchers_.size(); }

  /// Which stage suggested this; nothing where it came from elsewhere.
  std::optional<std::size_t> stage_of(const Suggestion& suggestion) const;

  /// One suggestion of that stage, or why there is none: finished, or to wait.
  Proposal ask(std::size_t stage, TrialNumber number, std::span<const Suggestion> pending) const;

  void tell(const Outcome& outcome);

 private:
  /// `suggestion` as that stage knows it.
  Suggestion seen_by(std::size_t stage, const Suggestion& suggestion) const;

  std::vector<std::unique_ptr<Searcher>> searchers_;
};

}  // namespace winnow::search
