// Lowers the learning rate when evaluations stop improving, with the counting of PyTorch's
// ReduceLROnPlateau (relative threshold, no cooldown). Plain values, saved with every checkpoint.
#pragma once

#include <cstdint>
#include <optional>

#include "trainer/metrics/metric.hpp"

namespace winnow::train {

struct PlateauRule {
  Better better = Better::lower;
  double factor = 0.1;         // of each drop
  std::int64_t patience = 10;  // evaluations without improvement that are borne
  double threshold = 1e-4;     // relative improvement that counts
};

struct Plateau {
  double factor = 1.0;  // times the schedule's learning rate
  std::optional<double> best;
  std::int64_t without_improvement = 0;
  bool operator==(const Plateau&) const = default;
};

void add_evaluation(Plateau& plateau, const PlateauRule& rule, double value);

}  // namespace winnow::train
