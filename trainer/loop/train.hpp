// One training run from its settings to its end: steps, evaluations, checkpoints, early stopping,
// leaving in good order, going on where it left. Needs no libtorch header.
#pragma once

#include "trainer/config.hpp"
#include "trainer/environment.hpp"
#include "trainer/loop/reporter.hpp"
#include "trainer/loop/stop_request.hpp"

namespace winnow::train {

enum class RunEnd {
  finished,      // the work is done and reported
  can_continue,  // asked to leave; a checkpoint holds everything done so far
  failed         // reported as failed: the loss or a metric is not finite, or memory ran out
};

/// Call set_threads() before. Throws ConfigError when settings, model, data or the checkpoint to
/// resume from are wrong.
RunEnd train(const TrainConfig& config, const Environment& environment, StopRequest& stop,
             Reporter& reporter);

}  // namespace winnow::train
