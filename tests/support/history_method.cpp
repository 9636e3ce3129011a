// A search method for the crash tests' copy of winnow: its proposals depend on everything a
// searcher may depend on, so that an outcome that was lost, told twice or told out of order shows.
#include <fmt/format.h>

#include <memory>
#include <string>
#include <utility>

#include "searchers/encoding/unit_cube.hpp"
#include "searchers/numerics/rng.hpp"
#include "searchers/registry.hpp"

namespace winnow::search {
namespace {

/// FNV-1a, 64 bits (Fowler, Noll, Vo; RFC 9923): continues `hash` with `text`.
std::uint64_t hashed(std::uint64_t hash, const std::string& text) {
  for (const char c : text) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  }
  return hash;
}

class HistoryMethod final : public Searcher {
 public:
  explicit HistoryMethod(const Setup& setup)
      : cube_(setup.space), told_(hashed(0xcbf29ce484222325ULL, std::to_string(setup.seed))) {}

  Proposal ask(const Context& context, int count) const override {
    std::uint64_t seen = told_;
    for (const Suggestion& pending : context.pending) seen = hashed(seen, text_of(pending));
    Proposal proposal;
    for (int i = 0; i < count; ++i) {
      const TrialNumber number{context.next_number.value + i};
      Rng rng(seen, number.value, "sample");
      std::vector<double> unit_point(cube_.dimension());
      for (double& coordinate : unit_point) coordinate = rng.uniform();
      proposal.suggestions.push_back({number, cube_.decode(unit_point), {}, {}, {}});
    }
    return proposal;
  }

  void tell(const Outcome& outcome) override {
    told_ = hashed(
        told_, fmt::format("{} {}", text_of(outcome.suggestion), static_cast<int>(outcome.ending)));
    for (const double loss : outcome.losses) told_ = hashed(told_, fmt::format(" {}", loss));
  }

 private:
  static std::string text_of(const Suggestion& suggestion) {
    return fmt::format("{} {};", suggestion.number.value, canonical_text(suggestion.point));
  }

  UnitCube cube_;
  std::uint64_t told_;
};

const SearcherRegistration registration({
    .name = "test_history",
    .summary = "points that depend on the whole history, for tests",
    .citation = "—",
    .capabilities = {},
    .options = {},
    .make = [](const Setup& setup) { return std::make_unique<HistoryMethod>(setup); },
});

}  // namespace
}  // namespace winnow::search
