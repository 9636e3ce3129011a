// Limits the length of the whole gradient.
#pragma once

#include <vector>

#include "trainer/optim/optimizer.hpp"

namespace winnow::train {

/// Scales all gradients together so that their norm is at most `max_norm`, as Pascanu, Mikolov,
/// Bengio 2013, "On the difficulty of training recurrent neural networks", algorithm 1. Returns the
/// norm before; max_norm 0 measures only. A norm that is not finite scales nothing.
double clip_gradients(const std::vector<Parameter>& parameters, double max_norm);

void clear_gradients(const std::vector<Parameter>& parameters);

}  // namespace winnow::train
