#include "orchestrator/control.hpp"

#include <algorithm>

namespace winnow::run {

void StudyControl::advance(Stage stage, int cause) {
  if (stage <= stage_) return;
  stage_ = stage;
  if (cause_ == 0) cause_ = cause;
  beat_all();
}

void StudyControl::pause(bool paused) {
  if (paused == paused_) return;
  paused_ = paused;
  beat_all();
}

void StudyControl::kill(TrialNumber trial) {
  killed_.insert(trial);
  beat_all();
}

void StudyControl::beat_all() {
  for (const std::weak_ptr<Pulse>& listener : listeners_) {
    if (const std::shared_ptr<Pulse> pulse = listener.lock()) pulse->beat();
  }
}

Stage StudyControl::next() const {
  switch (stage_) {
    case Stage::running:
      return Stage::draining;
    case Stage::draining:
      return Stage::stopping;
    default:
      return Stage::killing;
  }
}

void StudyControl::tell(const std::shared_ptr<Pulse>& pulse) {
  std::erase_if(listeners_,
                [](const std::weak_ptr<Pulse>& listener) { return listener.expired(); });
  listeners_.push_back(pulse);
}

}  // namespace winnow::run
