#include "trainer/data/division.hpp"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <set>
#include <utility>

#include "trainer/data/same_text.hpp"
#include "trainer/errors.hpp"

namespace winnow::train {
namespace {

std::uint64_t place(const std::string& text, std::uint64_t seed) {
  const std::string same = without_spare_blanks(text);
  return XXH3_64bits_withSeed(same.data(), same.size(), seed);
}

/// The place as a number from 0 to below 1, of the upper 53 bits: folds use the lower ones.
double share_before(const std::string& text, std::uint64_t seed) {
  return std::ldexp(static_cast<double>(place(text, seed) >> 11), -53);
}

std::size_t drop_repeated(std::vector<LabelledText>& rows) {
  std::set<std::pair<TextKey, std::string>> seen;
  return std::erase_if(rows, [&](const LabelledText& row) {
    return !seen.emplace(key_of(row.text), row.label).second;
  });
}

void require_rows(const std::vector<LabelledText>& rows, double share, const char* setting) {
  if (share == 0.0 || !rows.empty()) return;
  throw ConfigError(setting, fmt::format("is {}, which leaves nothing to measure on; hold out a "
                                         "larger share, or take more rows",
                                         share));
}

DividedRows hold_out_shares(DividedRows rows, const HeldOutShares& shares) {
  DividedRows divided;
  divided.validation = std::move(rows.validation);
  divided.test = std::move(rows.test);
  divided.dropped = rows.dropped;
  for (LabelledText& row : rows.train) {
    const double before = share_before(row.text, shares.seed);
    const bool test = before < shares.test;
    const bool validation = !test && before < shares.test + shares.validation;
    (test         ? divided.test
     : validation ? divided.validation
                  : divided.train)
        .push_back(std::move(row));
  }
  require_rows(divided.test, shares.test, "test_share");
  require_rows(divided.validation, shares.validation, "validation_share");
  if (divided.train.empty()) {
    throw ConfigError("train_data", "has no rows left to learn from beside those held out");
  }
  return divided;
}

DividedRows hold_out_fold(DividedRows rows, const Fold& fold, std::uint64_t seed) {
  DividedRows divided;
  divided.test = std::move(rows.test);
  divided.dropped = rows.dropped;
  for (LabelledText& row : rows.train) {
    const std::uint64_t part = place(row.text, seed) % static_cast<std::uint64_t>(fold.parts);
    const bool held_out = part == static_cast<std::uint64_t>(fold.part);
    (held_out ? divided.validation : divided.train).push_back(std::move(row));
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
  using Placed = std::pair<std::uint64_t, std::size_t>;  // place and number of a row
  // Another seed than that of the folds: the rows kept must not depend on the fold's part.
  const std::uint64_t seed = division.seed + 1;
  std::map<std::string, std::vector<Placed>> strata;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    strata[division.strata == Strata::labels ? rows[row].label : std::string()].emplace_back(
        place(rows[row].text, seed), row);
  }
  std::vector<std::size_t> kept;
  for (auto& [label, members] : strata) {
    std::sort(members.begin(), members.end());
    const double wanted = std::round(division.train_share * static_cast<double>(members.size()));
    members.resize(std::max<std::size_t>(1, static_cast<std::size_t>(wanted)));
    for (const Placed& member : members) kept.push_back(member.second);
  }
  std::sort(kept.begin(), kept.end());
  std::vector<LabelledText> share;
  for (const std::size_t row : kept) share.push_back(std::move(rows[row]));
  return share;
}

}  // namespace

DividedRows divide(DividedRows rows, const Division& division) {
  const HeldOutShares& shares = division.held_out;
  const bool holds_out = shares.validation > 0.0 || shares.test > 0.0;
  const bool drops = division.drop_repeated || holds_out;
  if (drops) {
    for (std::vector<LabelledText>* side : {&rows.train, &rows.validation, &rows.test}) {
      rows.dropped += drop_repeated(*side);
    }
  }
  // Before validation rows come in: they were measured on, and are no test rows any more.
  if (holds_out) rows = hold_out_shares(std::move(rows), shares);
  if (division.fold) {
    std::move(rows.validation.begin(), rows.validation.end(), std::back_inserter(rows.train));
    if (drops) rows.dropped += drop_repeated(rows.train);
    rows = hold_out_fold(std::move(rows), *division.fold, division.seed);
  }
  if (division.train_share < 1.0) rows.train = share_of(std::move(rows.train), division);
  return rows;
}

}  // namespace winnow::train
