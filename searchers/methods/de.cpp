// Differential evolution: children are members of a population plus scaled differences between
// other members. For many cheap trials in up to some hundred dimensions, rugged or badly scaled.
//
// Sources: Storn, Price (1997), "Differential evolution – a simple and efficient heuristic for
// global optimization over continuous spaces" (rand/1/bin); Tanabe, Fukunaga (2014), "Improving the
// search performance of SHADE using linear population size reduction" (L-SHADE, current-to-pbest/1
// with an archive). Variants:
// - rand_1_bin: as published, generation by generation; waits for the last trial of each.
// - steady_state: rand/1/bin, but a child replaces its parent as soon as it is told. Never waits.
// - l_shade: replacement as in steady_state; as many children as there are members are a generation
//   of its memory; the population shrinks only where limits.max_trials is known. Never waits.
// Other differences: choices without order (operators/mutation.hpp); members' inactive parameters
// (encoding/genome.hpp); children outside go halfway back to the bound; repeats are scattered;
// points that others gave compete with the worst member.
// Memo: {place, F, CR}: the child replaces the member of that place unless it is worse.
// Cost: O(N + d) for a population of N. Letters: F factor, CR rate, N population.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "searchers/encoding/genome.hpp"
#include "searchers/operators/crossover.hpp"
#include "searchers/operators/mutation.hpp"
#include "searchers/operators/population.hpp"
#include "searchers/operators/sampling.hpp"
#include "searchers/operators/success_memory.hpp"
#include "searchers/operators/used_points.hpp"
#include "searchers/problem/error.hpp"
#include "searchers/registry.hpp"

namespace winnow::search {
namespace {

enum class Variant { rand_1_bin, steady_state, l_shade };

constexpr double best_share = 0.11;        // p, Tanabe, Fukunaga 2014, table I
constexpr double archive_rate = 2.6;       // archive to population, the same table
constexpr std::size_t fewest_members = 4;  // a parent and three others; N_min of the same table

struct Memo {
  std::size_t place;
  DifferentialControl control;
};

class DifferentialEvolution final : public Searcher {
 public:
  explicit DifferentialEvolution(const Setup& setup)
      : cube_(setup.space),
        unordered_(unordered_axes(cube_)),
        opening_(cube_.dimension(), setup.seed),
        used_(setup.space),
        seed_(setup.seed),
        variant_(variant_of(setup.options.text("variant"))),
        control_{setup.options.real("factor"), setup.options.real("crossover")},
        population_(places_of(setup, variant_, cube_.dimension())),
        next_members_(population_.size()),
        max_trials_(setup.max_trials) {}

  Proposal ask(const Context& context, int count) const override {
    FreePoints free(used_, context.pending);
    std::vector<std::int64_t> children = population_.children_with(context.pending);
    const std::vector<std::size_t> members = population_.filled();
    Proposal proposal;
    for (int i = 0; i < count; ++i) {
      proposal.finished = free.exhausted();
      const std::size_t place = population_.least_visited(children);
      if (proposal.finished || must_wait(children[place])) break;
      const TrialNumber number{context.next_number.value + i};
      Rng rng(seed_, number.value, "child");
      const auto [factor, rate] = variant_ == Variant::l_shade ? memory_.draw(rng) : control_;
      const auto draw = [&, control = DifferentialControl{factor, rate}](int attempt) {
        return candidate(place, members, control, attempt, rng);
      };
      Point point = free.take_drawn(draw, rng);
      proposal.suggestions.push_back(
          {number, std::move(point), {}, {}, {static_cast<double>(place), factor, rate}});
      ++children[place];
    }
    proposal.reason = free.fallback();
    return proposal;
  }

  void tell(const Outcome& outcome) override {
    used_.add(outcome.suggestion.point);
    ++told_;
    if (!cube_.space().contains(outcome.suggestion.point)) return;
    const std::optional<Memo> memo = memo_in(outcome.suggestion.memo);
    const Standing standing = standing_of(outcome);
    if (standing.is_measured()) {
      Member member{genome_of(cube_, outcome.suggestion, seed_), standing};
      const bool has_place = memo && !population_.is_retired(memo->place);
      has_place ? select(*memo, std::move(member)) : population_.admit(std::move(member));
    }
    if (!memo) return;
    population_.count_child(memo->place);
    variant_ == Variant::rand_1_bin ? end_generation() : learn();
  }

 private:
  static Variant variant_of(const std::string& word) {
    if (word == "rand_1_bin") return Variant::rand_1_bin;
    return word == "steady_state" ? Variant::steady_state : Variant::l_shade;
  }

  static std::size_t places_of(const Setup& setup, Variant variant, std::size_t dimension) {
    const std::int64_t option = setup.options.integer("population");
    if (option > 0 && option < static_cast<std::int64_t>(fewest_members))
      throw ConfigError("method_options.population",
                        fmt::format("expected 0 (by dimensions and budget) or at least {}: a child "
                                    "is made of its parent and three others; found {}",
                                    fewest_members, option));
    if (option > 0) return static_cast<std::size_t>(option);
    // With a known budget 50 generations' worth of trials, measured: at 1,000 trials of Rastrigin
    // and Rosenbrock in 10 dimensions 20 members end far below 40 or 50 ones. 18 d: table I of
    // Tanabe, Fukunaga 2014. Else 5 d, the least that Storn, Price 1997 recommend.
    if (!setup.max_trials) return std::max<std::size_t>(10, 5 * dimension);
    const std::size_t affordable =
        static_cast<std::size_t>(std::max<std::int64_t>(*setup.max_trials, 0)) / 50;
    const std::size_t wanted = (variant == Variant::l_shade ? 18 : 5) * dimension;
    return std::max<std::size_t>(10, std::min(wanted, affordable));
  }

  std::optional<Memo> memo_in(const std::vector<double>& memo) const {
    const std::optional<std::size_t> place = population_.place_in(memo);
    if (memo.size() != 3 || !place) return std::nullopt;
    const DifferentialControl control{memo[1], memo[2]};
    const bool is_valid =
        control.factor > 0 && control.factor <= 2 && control.rate >= 0 && control.rate <= 1;
    return is_valid ? std::optional(Memo{*place, control}) : std::nullopt;
  }

  bool must_wait(std::int64_t fewest_children) const {
    return variant_ == Variant::rand_1_bin && fewest_children > generation_;
  }

  /// A child for `place`; a point to begin with while its place or the population is empty.
  Point candidate(std::size_t place, const std::vector<std::size_t>& members,
                  const DifferentialControl& control, int attempt, Rng& rng) const {
    if (population_.member(place) && members.size() >= fewest_members) {
      std::vector<double> genome = child(place, members, control, rng);
      scatter(genome, share_to_scatter(attempt), rng);
      return cube_.decode(genome);
    }
    if (population_.children(place) == 0 && attempt == 0)
      return cube_.decode(opening_.at(static_cast<std::uint32_t>(place)));
    return cube_.decode(uniform_point(cube_.dimension(), rng));
  }

  std::vector<double> child(std::size_t place, const std::vector<std::size_t>& members,
                            const DifferentialControl& control, Rng& rng) const {
    if (cube_.dimension() == 0) return {};
    const std::vector<double>& parent = population_.genome(place);
    const std::size_t self[] = {place_among(members, place)};
    std::vector<double> donor;
    const auto genome = [&](std::size_t k) -> const std::vector<double>& {
      return k < members.size() ? population_.genome(members[k]) : archive_[k - members.size()];
    };
    if (variant_ != Variant::l_shade) {
      const std::vector<std::size_t> r = distinct_indices(members.size(), 3, self, rng);
      donor = genome(r[0]);
      add_difference(donor, control.factor, genome(r[1]), genome(r[2]), unordered_, rng);
    } else {
      const std::size_t r1 = distinct_indices(members.size(), 1, self, rng).front();
      const std::size_t excluded[] = {self[0], r1};
      const std::size_t r2 =
          distinct_indices(members.size() + archive_.size(), 1, excluded, rng).front();
      const std::size_t best = population_.one_of_best(members, best_share, rng);
      donor = parent;
      add_difference(donor, control.factor, population_.genome(best), parent, unordered_, rng);
      add_difference(donor, control.factor, genome(r1), genome(r2), unordered_, rng);
    }
    return_halfway(donor, parent);
    cross_binomial(donor, parent, control.rate, rng);
    return donor;
  }

  static std::size_t place_among(const std::vector<std::size_t>& members, std::size_t place) {
    return static_cast<std::size_t>(std::lower_bound(members.begin(), members.end(), place) -
                                    members.begin());
  }

  /// The better of child and parent; a generation's are kept apart until it is complete.
  void select(const Memo& memo, Member child) {
    const std::optional<Member>& parent = population_.member(memo.place);
    if (parent && parent->standing < child.standing) return;
    if (variant_ == Variant::rand_1_bin) {
      next_members_[memo.place] = std::move(child);
      return;
    }
    if (parent && child.standing < parent->standing) {
      archive(parent->genome);
      const double gain = parent->standing.loss - child.standing.loss;
      // A stopped parent may lose against a completed child that has the higher loss. The cap keeps
      // the difference of two huge losses finite.
      if (gain > 0) memory_.add_success(memo.control, std::min(gain, 1e300));
    }
    population_.set(memo.place, std::move(child));
  }

  void archive(const std::vector<double>& genome) {
    if (variant_ != Variant::l_shade) return;
    archive_.push_back(genome);
    Rng rng(seed_, told_, "archive");
    const double capacity = archive_rate * static_cast<double>(population_.alive());
    while (static_cast<double>(archive_.size()) > capacity) {
      std::swap(archive_[static_cast<std::size_t>(rng.below(archive_.size()))], archive_.back());
      archive_.pop_back();
    }
  }

  void end_generation() {
    const std::int64_t fewest = population_.fewest_children();
    if (fewest <= generation_) return;
    generation_ = fewest;
    for (std::size_t place = 0; place < next_members_.size(); ++place)
      if (next_members_[place])
        population_.set(place, *std::exchange(next_members_[place], std::nullopt));
  }

  /// As many children as there are members make a generation of the success memory.
  void learn() {
    if (variant_ != Variant::l_shade) return;
    if (++told_of_generation_ < static_cast<std::int64_t>(population_.alive())) return;
    told_of_generation_ = 0;
    memory_.end_generation();
    if (!max_trials_) return;
    // Linear population size reduction, Tanabe, Fukunaga 2014, equation (10).
    const double spent =
        std::min(1.0, static_cast<double>(told_) / static_cast<double>(*max_trials_));
    const double all = static_cast<double>(population_.size()), least = fewest_members;
    const double wanted = std::round(all + (least - all) * spent);
    if (wanted < static_cast<double>(population_.alive()))
      population_.shrink_to(static_cast<std::size_t>(wanted));
  }

  UnitCube cube_;
  std::vector<bool> unordered_;
  Opening opening_;
  UsedPoints used_;
  std::uint64_t seed_;
  Variant variant_;
  DifferentialControl control_;  // of rand/1/bin
  Population population_;
  std::vector<std::optional<Member>> next_members_;  // of rand_1_bin
  std::optional<std::int64_t> max_trials_;
  SuccessMemory memory_;
  std::vector<std::vector<double>> archive_;
  std::int64_t told_ = 0, told_of_generation_ = 0;
  std::int64_t generation_ = 0;  // of rand_1_bin: children that every place has had
};

const SearcherRegistration registration({
    .name = "de",
    .summary = "differential evolution: differences between members of a population as steps",
    .citation =
        "Storn, Price (1997), Differential evolution; Tanabe, Fukunaga (2014), Improving the "
        "search performance of SHADE using linear population size reduction",
    .capabilities = {.multi_objective = false},
    .options =
        {{"variant",
          Categorical{
              {std::string("l_shade"), std::string("steady_state"), std::string("rand_1_bin")}},
          std::string("l_shade"),
          "l_shade learns its steps; steady_state is rand/1/bin that never waits; rand_1_bin waits "
          "for the end of each generation"},
         {"population", Integer{0, 100'000}, std::int64_t{0},
          "members; 0: by dimensions and limits.max_trials; otherwise at least 4"},
         {"factor", Real{0.01, 2}, 0.5, "F, of rand/1/bin"},
         {"crossover", Real{0, 1}, 0.5, "CR, of rand/1/bin"}},
    .make = [](const Setup& setup) { return std::make_unique<DifferentialEvolution>(setup); },
});

}  // namespace
}  // namespace winnow::search
