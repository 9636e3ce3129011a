// What the rows of a run are like, before anything is learned from them: how many, how alike, how
// long, how their labels are spread, and what is on both sides of a division. And the limits beyond
// which nothing is learned from them.
#pragma once

#include <cstddef>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "trainer/data/division.hpp"
#include "trainer/errors.hpp"

namespace winnow::train {

/// Tokens of rows before they are cut, special ones included.
struct TokenLengths {
  std::size_t shortest = 0, median = 0, longest = 0;
  std::size_t cut = 0;  // rows of which not all tokens are seen
};

/// The median of an even number of rows is the upper one. Needs a row.
TokenLengths token_lengths(std::vector<std::size_t> lengths, std::size_t max_length);

/// Rows of one side.
struct SideFacts {
  std::size_t rows = 0;
  std::size_t empty = 0;        // nothing but white space
  std::size_t repeated = 0;     // with text and label of an earlier row
  std::size_t conflicting = 0;  // whose text is there with another label too
  std::size_t leaked = 0;       // whose text was learned from, or measured on in the search
  std::map<std::string, std::size_t> labels;  // rows of each label; empty if rows have none
  std::optional<TokenLengths> tokens;         // nothing: not counted
};

struct DataFacts {
  SideFacts train;
  SideFacts validation;
  std::optional<SideFacts> test;
  std::size_t dropped = 0;  // repeated rows that were left out
};

/// `labels`: what a row's label is; nothing: it is no class, so that texts cannot conflict.
DataFacts facts_of(const DividedRows& rows, std::optional<LabelKind> labels);

/// The largest shares of a side's rows, and the fewest rows of a label, with which a run begins.
struct DataLimits {
  double empty = 1.0, repeated = 1.0, conflicting = 1.0, leaked = 1.0, cut = 1.0;
  std::size_t rows_of_label = 1;
};

inline bool counts_tokens(const DataLimits& limits) { return limits.cut < 1.0; }

/// Each limit that is not kept, by the setting that gives it. Leaks are judged by side; all else by
/// the training rows.
std::vector<Fault> faults_of(const DataFacts& facts, const DataLimits& limits);

/// A few lines for people, each with its end.
std::string text_of(const DataFacts& facts);

nlohmann::json json_of(const DataFacts& facts);

}  // namespace winnow::train
