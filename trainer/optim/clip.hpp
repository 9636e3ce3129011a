// Limits the size of the whole gradient.
#pragma once

#include "trainer/optim/arena.hpp"

namespace winnow::train {

/// Scales each trial's gradient so that its norm is at most `max_norm`, as Pascanu, Mikolov, Bengio
/// 2013, "On the difficulty of training recurrent neural networks", algorithm 1. Returns the first
/// trial's norm before; max_norm 0 measures only. A norm that is not finite scales nothing.
double clip_gradients(const Arena& arena, double max_norm);

/// Moves every entry of the gradient into [-max_size, max_size]; 0: none is moved.
void clip_gradient_values(const Arena& arena, double max_size);

}  // namespace winnow::train
