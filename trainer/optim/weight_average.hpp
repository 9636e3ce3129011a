// An exponential moving average of all trained numbers (Polyak and Juditsky 1992, "Acceleration of
// Stochastic Approximation by Averaging", in its exponential form): what is evaluated and exported
// instead of the last weights.
#pragma once

#include "trainer/optim/arena.hpp"

namespace winnow::train {

class WeightAverage {
 public:
  /// Begins with the arena's values. The arena must outlive this.
  WeightAverage(Arena& arena, double decay);

  /// average ← decay·average + (1 - decay)·values
  void update();

  /// The average and the values change places; twice is once too often for a reader: see Swapped.
  void swap();

  /// Views, named "average." + the parameter's name.
  NamedTensors state() const { return arena_.views(average_, "average."); }

 private:
  Arena& arena_;
  double decay_;
  at::Tensor average_;  // (T, P)
};

/// While it lives, the model computes with the average. Null stands for no average.
class Swapped {
 public:
  explicit Swapped(WeightAverage* average) : average_(average) {
    if (average_ != nullptr) average_->swap();
  }
  ~Swapped() {
    if (average_ != nullptr) average_->swap();
  }
  Swapped(const Swapped&) = delete;
  Swapped& operator=(const Swapped&) = delete;

 private:
  WeightAverage* average_;
};

}  // namespace winnow::train
