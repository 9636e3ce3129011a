// A program of one's own as a trial, with the one header it needs: gradient descent on (w − 3)²,
// which reports its loss at every step.
//
//   trial: {command: [build/release/bin/example_own_trial]}   with a parameter `rate`
#include "examples/clients/winnow.hpp"

int main() {
  const double rate = std::stod(winnow::param("rate", "0.1"));
  double weight = 0;
  for (int step = 1; step <= 10; ++step) {
    weight -= rate * 2 * (weight - 3);
    winnow::report(step, {{"loss", (weight - 3) * (weight - 3)}});
    constexpr int left_in_good_order = 75;
    if (winnow::should_stop()) return left_in_good_order;
  }
}
