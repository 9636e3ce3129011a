// How far a running study has been told to stop, and who wants to know. ^C takes one stage at a
// time: drain (running trials finish), stop (TERM, grace, KILL; trials continue on resume), kill.
// A pause is no stage: it can be taken back.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "orchestrator/pulse.hpp"
#include "searchers/problem/trial.hpp"

namespace winnow::run {

enum class Stage { running, draining, stopping, killing };

class StudyControl {
 public:
  Stage stage() const { return stage_; }
  /// The signal that began it: 0 while running.
  int cause() const { return cause_; }

  /// Goes on to `stage`; never back.
  void advance(Stage stage, int cause);
  /// Whether trials may start, until the opposite is said.
  void pause(bool paused);
  bool is_paused() const { return paused_ && stage_ == Stage::running; }
  /// The trial is to end for good. Until `forget_kill`, when it has.
  void kill(TrialNumber trial);
  void forget_kill(TrialNumber trial) { killed_.erase(trial); }
  bool is_killed(TrialNumber trial) const { return killed_.contains(trial); }
  /// The stage after the present one: what another ^C means.
  Stage next() const;
  /// `pulse` beats at every change for as long as the caller keeps it.
  void tell(const std::shared_ptr<Pulse>& pulse);

 private:
  void beat_all();

  Stage stage_ = Stage::running;
  bool paused_ = false;
  int cause_ = 0;
  std::set<TrialNumber> killed_;
  std::vector<std::weak_ptr<Pulse>> listeners_;
};

}  // namespace winnow::run
