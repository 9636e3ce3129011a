// Between a runner and the screen: a line about something that the store has not committed yet
// waits until it has. Nobody is shown a result that a power cut or a full disk may take back.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "orchestrator/progress.hpp"
#include "storage/store.hpp"

namespace winnow::run {

class CommittedProgress final : public ProgressListener {
 public:
  /// Both outlive the object. What still waits when it goes was never committed, and is not shown.
  CommittedProgress(ProgressListener& screen, const store::Store& store)
      : screen_(screen), store_(store) {}

  void event(const std::string& line, const StudyProgress& progress) override;
  void update(const StudyProgress& progress) override;
  void committed() override;

 private:
  /// Nothing waits, and nothing has to.
  bool is_up_to_date() const { return !newest_ && !store_.has_uncommitted(); }

  ProgressListener& screen_;
  const store::Store& store_;
  std::vector<std::string> waiting_;
  std::optional<StudyProgress> newest_;  // of what waits
};

}  // namespace winnow::run
