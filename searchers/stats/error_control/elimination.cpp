#include "searchers/stats/error_control/elimination.hpp"

#include <algorithm>
#include <map>

#include "searchers/stats/error_control/corrections.hpp"

namespace winnow::stats {
namespace {

Elimination compare(const Arm& first, const Arm& second, const Differences& pairs,
                    const PairTest& test) {
  const double difference = mean(pairs.values);
  const bool first_loses = difference > 0;
  Elimination result{.loser = first_loses ? first.id : second.id,
                     .winner = first_loses ? second.id : first.id,
                     .mean_difference = first_loses ? difference : -difference};
  if (const Answer<TestResult> found = test(pairs); found) result.p = found->p;
  return result;
}

}  // namespace

Answer<std::vector<Elimination>> eliminate(const std::vector<Arm>& living, double to_spend,
                                           const PairTest& test, std::size_t silent) {
  expect(to_spend > 0 && to_spend < 1, "a look spends a part of the level");
  std::vector<Elimination> compared;
  for (std::size_t a = 0; a < living.size(); ++a) {
    for (std::size_t b = a + 1; b < living.size(); ++b) {
      const Answer<Differences> pairs = differences(living[a].losses, living[b].losses);
      if (!pairs) return pairs.refusal();
      if (auto fault = fault_of(pairs->values, 1, "seeds that all arms have")) return *fault;
      compared.push_back(compare(living[a], living[b], *pairs, test));
    }
  }
  std::vector<double> raw;
  for (const Elimination& pair : compared) raw.push_back(pair.p);
  const auto arms = static_cast<std::int64_t>(living.size() + silent);
  const std::vector<double> corrected = *adjusted(raw, Correction::holm, arms * (arms - 1) / 2);

  std::map<std::size_t, Elimination> clearest;  // by loser
  for (std::size_t i = 0; i < compared.size(); ++i) {
    compared[i].adjusted_p = corrected[i];
    if (!rejects(corrected[i], to_spend) || compared[i].mean_difference == 0) continue;
    const auto [place, is_new] = clearest.emplace(compared[i].loser, compared[i]);
    if (!is_new && compared[i].p < place->second.p) place->second = compared[i];
  }
  std::vector<Elimination> gone;
  for (const auto& [loser, elimination] : clearest) gone.push_back(elimination);
  return gone;
}

}  // namespace winnow::stats
