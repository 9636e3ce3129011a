// One conversation of `winnow ask-tell`: request lines in, answer lines out. No input, no output,
// no clock; the searchers with nothing around them.
//
// Beyond what the protocol says: a space whose points have all been proposed answers further asks
// with points drawn again and says `"finished":true`; values that are null or not finite end a
// trial as failed, and the answer says `"failed":true`; a second init begins anew.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "orchestrator/ask_tell/request.hpp"
#include "orchestrator/ask_tell/space_form.hpp"
#include "searchers/encoding/unit_cube.hpp"
#include "searchers/problem/objective.hpp"
#include "searchers/searcher.hpp"

namespace winnow::run {

/// What one init began.
class AskTellSearch {
 public:
  /// Throws ConfigError.
  explicit AskTellSearch(const Request& init);

  nlohmann::ordered_json ask(const Request& request);
  nlohmann::ordered_json tell(const Request& request);

 private:
  Point drawn_again(TrialNumber number) const;

  SpaceForm form_;
  search::UnitCube cube_;
  std::vector<Objective> objectives_;
  std::uint64_t seed_;
  std::unique_ptr<search::Searcher> searcher_;
  std::int64_t next_number_ = 0;
  std::vector<Suggestion> pending_;  // by number
};

class AskTellSession {
 public:
  /// The answer to one line, with its newline.
  std::string answer(std::string_view line);
  /// Has the client said stop?
  bool is_over() const { return is_over_; }

 private:
  nlohmann::ordered_json answer_to(const Request& request);
  AskTellSearch& search();

  std::optional<AskTellSearch> search_;
  bool is_over_ = false;
};

}  // namespace winnow::run
