#include "orchestrator/committed_progress.hpp"

#include <utility>

namespace winnow::run {

void CommittedProgress::event(const std::string& line, const StudyProgress& progress) {
  if (is_up_to_date()) return screen_.event(line, progress);
  waiting_.push_back(line);
  newest_ = progress;
  committed();
}

void CommittedProgress::update(const StudyProgress& progress) {
  if (is_up_to_date()) return screen_.update(progress);
  newest_ = progress;
  committed();
}

void CommittedProgress::committed() {
  if (!newest_ || store_.has_uncommitted()) return;
  const StudyProgress progress = *std::exchange(newest_, std::nullopt);
  const std::vector<std::string> lines = std::exchange(waiting_, {});
  for (const std::string& line : lines) screen_.event(line, progress);
  if (lines.empty()) screen_.update(progress);
}

}  // namespace winnow::run
