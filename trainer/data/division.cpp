#include "trainer/data/division.hpp"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "trainer/errors.hpp"

namespace winnow::train {
namespace {

std::uint64_t place(const std::string& text, std::uint64_t seed) {
  return XXH3_64bits_withSeed(text.data(), text.size(), seed);
}

DividedRows hold_out(DividedRows rows, const Fold& fold, std::uint64_t seed) {
  DividedRows divided;
  for (std::vector<LabelledText>* side : {&rows.train, &rows.validation}) {
    for (LabelledText& row : *side) {
      const std::uint64_t part = place(row.text, seed) % static_cast<std::uint64_t>(fold.parts);
      const bool held_out = part == static_cast<std::uint64_t>(fold.part);
      (held_out ? divided.validation : divided.train).push_back(std::move(row));
    }
  }
  if (divided.train.empty() || divided.validation.empty()) {
    throw ConfigError(
        "folds",
        fmt::format("part {} of {} leaves {}; use fewer folds or more rows", fold.part, fold.parts,
                    divided.train.empty() ? "nothing to learn from" : "nothing to measure on"));
  }
  return divided;
}

std::vector<LabelledText> share_of(std::vector<LabelledText> rows, const Division& division) {
  std::map<std::string, std::vector<std::size_t>> strata;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    strata[division.strata == Strata::labels ? rows[row].label : std::string()].push_back(row);
  }
  // Another seed than that of the folds: the rows kept must not depend on the fold's part.
  const std::uint64_t seed = division.seed + 1;
  std::vector<std::size_t> kept;
  for (auto& [label, members] : strata) {
    std::stable_sort(members.begin(), members.end(), [&](std::size_t a, std::size_t b) {
      return place(rows[a].text, seed) < place(rows[b].text, seed);
    });
    const double wanted = std::round(division.train_share * static_cast<double>(members.size()));
    members.resize(std::max<std::size_t>(1, static_cast<std::size_t>(wanted)));
    kept.insert(kept.end(), members.begin(), members.end());
  }
  std::sort(kept.begin(), kept.end());
  std::vector<LabelledText> share;
  for (const std::size_t row : kept) share.push_back(std::move(rows[row]));
  return share;
}

}  // namespace

DividedRows divide(DividedRows rows, const Division& division) {
  if (division.fold) rows = hold_out(std::move(rows), *division.fold, division.seed);
  if (division.train_share < 1.0) rows.train = share_of(std::move(rows.train), division);
  return rows;
}

}  // namespace winnow::train
