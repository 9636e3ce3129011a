// Particle swarm: particles fly towards the best place they saw and the best that their neighbours
// saw, with inertia. For numbers; robust, with few options.
//
// Sources: Kennedy, Eberhart (1995), "Particle swarm optimization"; inertia and attraction: Clerc
// (2012), "Standard particle swarm optimisation", section 3; ring of neighbours: Kennedy, Mendes
// (2002), "Population structure and particle swarm performance".
// Differences: it never waits, a particle that flies already may fly again from the same place;
// choices without order are taken over by chance, with the probability of the attraction's share;
// at a bound a particle stops and turns back; repeats are scattered. Memo: {particle, velocity}, 1
// + d numbers. Cost: O(N + d) for N particles.

#include <algorithm>
#include <cmath>
#include <optional>

#include "searchers/encoding/genome.hpp"
#include "searchers/operators/mutation.hpp"
#include "searchers/operators/one_by_one.hpp"
#include "searchers/operators/population.hpp"
#include "searchers/operators/sampling.hpp"
#include "searchers/operators/standing.hpp"
#include "searchers/registry.hpp"

namespace winnow::search {
namespace {

using Genome = std::vector<double>;

/// Where a particle is and how it moves. Its best place is a member of the population.
struct Motion {
  Genome at, velocity;
};

class ParticleSwarm final : public Searcher {
 public:
  explicit ParticleSwarm(const Setup& setup)
      : cube_(setup.space),
        unordered_(unordered_axes(cube_)),
        opening_(cube_.dimension(), setup.seed),
        used_(setup.space),
        seed_(setup.seed),
        best_(static_cast<std::size_t>(setup.options.integer("particles"))),
        motions_(best_.size()),
        inertia_(setup.options.real("inertia")),
        attraction_(setup.options.real("attraction")),
        neighbours_(static_cast<std::size_t>(setup.options.integer("neighbours"))) {}

  Proposal ask(const Context& context, int count) const override {
    std::vector<std::int64_t> flights = best_.children_with(context.pending);
    return one_by_one(used_, context, count, [&](TrialNumber number, FreePoints& free) {
      Rng rng(seed_, number.value, "flight");
      const std::size_t particle = best_.least_visited(flights);
      Genome velocity;
      const auto draw = [&](int attempt) {
        Motion motion = moved(particle, attempt, rng);
        scatter(motion.at, share_to_scatter(attempt), rng);
        velocity = std::move(motion.velocity);
        return cube_.decode(motion.at);
      };
      Point point = free.take_drawn(draw, rng);
      std::vector<double> memo = {static_cast<double>(particle)};
      memo.insert(memo.end(), velocity.begin(), velocity.end());
      ++flights[particle];
      return Suggestion{number, std::move(point), {}, {}, std::move(memo)};
    });
  }

  void tell(const Outcome& outcome) override {
    used_.add(outcome.suggestion.point);
    if (!cube_.space().contains(outcome.suggestion.point)) return;
    const Standing standing = standing_of(outcome);
    Member member{genome_of(cube_, outcome.suggestion, seed_), standing};
    const std::optional<std::size_t> particle = particle_in(outcome.suggestion.memo);
    if (!particle) {
      if (standing.is_measured()) best_.admit(std::move(member));
      return;
    }
    best_.count_child(*particle);
    const std::vector<double>& memo = outcome.suggestion.memo;
    motions_[*particle] = Motion{member.genome, Genome(memo.begin() + 1, memo.end())};
    const std::optional<Member>& own = best_.member(*particle);
    if (standing.is_measured() && (!own || standing < own->standing))
      best_.set(*particle, std::move(member));
  }

 private:
  std::optional<std::size_t> particle_in(const std::vector<double>& memo) const {
    if (memo.size() != cube_.dimension() + 1) return std::nullopt;
    const bool is_motion =
        std::all_of(memo.begin() + 1, memo.end(), [](double v) { return std::abs(v) <= 1; });
    return is_motion ? best_.place_in(memo) : std::nullopt;
  }

  Motion moved(std::size_t particle, int attempt, Rng& rng) const {
    const std::size_t d = cube_.dimension();
    const std::optional<Motion>& motion = motions_[particle];
    if (!motion || !best_.member(particle)) {
      const bool is_first = best_.children(particle) == 0 && attempt == 0;
      Motion begun{
          is_first ? opening_.at(static_cast<std::uint32_t>(particle)) : uniform_point(d, rng),
          uniform_point(d, rng)};
      for (std::size_t j = 0; j < d; ++j)  // halfway to a random place: Clerc 2012, section 3.1
        begun.velocity[j] = (begun.velocity[j] - begun.at[j]) / 2;
      return begun;
    }
    Motion next = *motion;
    const Genome &own = best_.genome(particle), &leader = best_.genome(leader_of(particle));
    for (std::size_t j = 0; j < d; ++j) {
      const double to_own = attraction_ * rng.uniform(), to_leader = attraction_ * rng.uniform();
      if (unordered_[j]) {
        next.velocity[j] = 0;
        take_over(next.at[j], own[j], leader[j], rng);
        continue;
      }
      double& velocity = next.velocity[j];
      velocity = inertia_ * velocity + to_own * (own[j] - next.at[j]) +
                 to_leader * (leader[j] - next.at[j]);
      velocity = std::clamp(velocity, -1.0, 1.0);  // the width of the range: farther is outside
      next.at[j] += velocity;
      if (next.at[j] >= 0 && next.at[j] <= 1) continue;
      next.at[j] = std::clamp(next.at[j], 0.0, 1.0);
      velocity *= -0.5;  // Clerc 2012, section 3.4
    }
    return next;
  }

  /// A choice: the particle's own with the share that inertia has, else of one of its attractors;
  /// any other one once in a while, so that no choice is lost: cells are met by chance.
  void take_over(double& choice, double own, double leader, Rng& rng) const {
    const double total = inertia_ + 2 * attraction_ + 0.1;
    double mark = total * rng.uniform();
    if ((mark -= inertia_) < 0) return;
    if ((mark -= attraction_) < 0)
      choice = own;
    else if ((mark -= attraction_) < 0)
      choice = leader;
    else
      choice = rng.uniform();
  }

  /// The particle of the ring around `particle` whose best place is best.
  std::size_t leader_of(std::size_t particle) const {
    const std::size_t n = best_.size();
    std::size_t leader = particle;
    for (std::size_t step = 1; step <= std::min(neighbours_, n / 2); ++step)
      for (const std::size_t other : {(particle + step) % n, (particle + n - step) % n})
        if (best_.member(other) && best_.member(other)->standing < best_.member(leader)->standing)
          leader = other;
    return leader;
  }

  UnitCube cube_;
  std::vector<bool> unordered_;
  Opening opening_;
  UsedPoints used_;
  std::uint64_t seed_;
  Population best_;  // the best place of each particle
  std::vector<std::optional<Motion>> motions_;
  double inertia_, attraction_;
  std::size_t neighbours_;
};

const SearcherRegistration registration({
    .name = "pso",
    .summary = "particle swarm: flights between the best places of a particle and its neighbours",
    .citation = "Kennedy, Eberhart (1995), Particle swarm optimization; Clerc (2012), Standard "
                "particle swarm optimisation",
    .capabilities = {.multi_objective = false},
    // 1/(2 ln 2) and 1/2 + ln 2: Clerc 2012, section 3.
    .options = {{"particles", Integer{2, 100'000}, std::int64_t{20}, "size of the swarm"},
                {"inertia", Real{0, 1}, 0.721, "part of its velocity that a particle keeps"},
                {"attraction", Real{0, 4}, 1.193, "towards its own and its neighbours' best place"},
                {"neighbours", Integer{1, 100'000}, std::int64_t{2},
                 "to either side on the ring; as many as there are: one swarm with one leader"}},
    .make = [](const Setup& setup) { return std::make_unique<ParticleSwarm>(setup); },
});

}  // namespace
}  // namespace winnow::search
