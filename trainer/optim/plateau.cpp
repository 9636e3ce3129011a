#include "trainer/optim/plateau.hpp"

namespace winnow::train {

void add_evaluation(Plateau& plateau, const PlateauRule& rule, double value) {
  const bool improved = !plateau.best || (rule.better == Better::lower
                                              ? value < *plateau.best * (1.0 - rule.threshold)
                                              : value > *plateau.best * (1.0 + rule.threshold));
  if (improved) {
    plateau.best = value;
    plateau.without_improvement = 0;
  } else {
    ++plateau.without_improvement;
  }
  if (plateau.without_improvement > rule.patience) {
    plateau.factor *= rule.factor;
    plateau.without_improvement = 0;
  }
}

}  // namespace winnow::train
