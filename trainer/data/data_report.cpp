#include "trainer/data/data_report.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "trainer/data/label_sets.hpp"
#include "trainer/data/same_text.hpp"

namespace winnow::train {
namespace {

using nlohmann::json;
using Texts = std::unordered_set<TextKey, TextKeyHash>;
using Rows = std::vector<LabelledText>;

void count_labels(SideFacts& facts, const std::string& label, LabelKind kind) {
  if (kind == LabelKind::one) {
    ++facts.labels[label];
  } else {
    for (const std::string& one : labels_in(label)) ++facts.labels[one];
  }
}

/// Adds the texts of these rows to `seen` only after they were compared with it.
SideFacts side_of(const Rows& rows, std::optional<LabelKind> labels, Texts& seen) {
  SideFacts facts;
  facts.rows = rows.size();
  std::unordered_map<TextKey, std::set<std::string>, TextKeyHash> labels_of;
  std::vector<TextKey> keys;
  const TextKey nothing = key_of("");
  for (const LabelledText& row : rows) {
    const TextKey key = keys.emplace_back(key_of(row.text));
    if (key == nothing) ++facts.empty;
    if (seen.contains(key)) ++facts.leaked;
    if (!labels_of[key].insert(row.label).second) ++facts.repeated;
    if (labels) count_labels(facts, row.label, *labels);
  }
  for (const TextKey& key : keys) {
    if (labels && labels_of.at(key).size() > 1) ++facts.conflicting;
  }
  seen.insert(keys.begin(), keys.end());
  return facts;
}

double share_of(std::size_t count, const SideFacts& side) {
  return side.rows == 0 ? 0.0 : static_cast<double>(count) / static_cast<double>(side.rows);
}

void limit(std::vector<Fault>& faults, const char* setting, double most, std::size_t count,
           const SideFacts& side, const std::string& what) {
  if (share_of(count, side) <= most) return;
  faults.push_back({setting, fmt::format("is {}, but {} of {} {}; mend the data, or allow it", most,
                                         count, side.rows, what)});
}

std::string labels_text(const std::map<std::string, std::size_t>& labels) {
  // As many as fit into a line.
  constexpr std::size_t most_listed = 8;
  if (labels.empty()) return "";
  if (labels.size() > most_listed) {
    const auto [fewest, most] =
        std::minmax_element(labels.begin(), labels.end(),
                            [](const auto& a, const auto& b) { return a.second < b.second; });
    return fmt::format("; {} labels, from {} rows ({}) to {} ({})", labels.size(), fewest->second,
                       fewest->first, most->second, most->first);
  }
  std::vector<std::string> parts;
  for (const auto& [label, rows] : labels) parts.push_back(fmt::format("{} {}", label, rows));
  return fmt::format("; {}", fmt::join(parts, ", "));
}

std::string side_text(const char* name, const SideFacts& side) {
  std::string line = fmt::format("{}: {} rows{}", name, side.rows, labels_text(side.labels));
  const auto add = [&](std::size_t count, const char* what) {
    if (count > 0) line += fmt::format("; {} {}", count, what);
  };
  add(side.empty, "empty");
  add(side.repeated, "repeated");
  add(side.conflicting, "with a text that has another label too");
  add(side.leaked, "with a text that was seen before");
  if (side.tokens) {
    line += fmt::format("; {} to {} tokens, median {}", side.tokens->shortest, side.tokens->longest,
                        side.tokens->median);
    add(side.tokens->cut, "cut off");
  }
  return line + "\n";
}

json side_json(const SideFacts& side) {
  json object = {{"rows", side.rows},
                 {"empty", side.empty},
                 {"repeated", side.repeated},
                 {"conflicting", side.conflicting},
                 {"leaked", side.leaked}};
  if (!side.labels.empty()) object["labels"] = side.labels;
  if (side.tokens) {
    object["tokens"] = {{"shortest", side.tokens->shortest},
                        {"median", side.tokens->median},
                        {"longest", side.tokens->longest},
                        {"cut", side.tokens->cut}};
  }
  return object;
}

}  // namespace

TokenLengths token_lengths(std::vector<std::size_t> lengths, std::size_t max_length) {
  expect(!lengths.empty(), "there is a row to count");
  std::sort(lengths.begin(), lengths.end());
  const auto longer = std::upper_bound(lengths.begin(), lengths.end(), max_length);
  return {lengths.front(), lengths[lengths.size() / 2], lengths.back(),
          static_cast<std::size_t>(lengths.end() - longer)};
}

DataFacts facts_of(const DividedRows& rows, std::optional<LabelKind> labels) {
  DataFacts facts;
  Texts seen;
  facts.train = side_of(rows.train, labels, seen);
  facts.validation = side_of(rows.validation, labels, seen);
  if (!rows.test.empty()) facts.test = side_of(rows.test, labels, seen);
  facts.dropped = rows.dropped;
  return facts;
}

std::vector<Fault> faults_of(const DataFacts& facts, const DataLimits& limits) {
  std::vector<Fault> faults;
  const SideFacts& train = facts.train;
  limit(faults, "max_empty_rows", limits.empty, train.empty, train, "training rows are empty");
  limit(faults, "max_repeated_rows", limits.repeated, train.repeated, train,
        "training rows repeat an earlier one");
  limit(faults, "max_conflicting_rows", limits.conflicting, train.conflicting, train,
        "training rows have a text that is there with another label too");
  const std::size_t cut = train.tokens ? train.tokens->cut : 0;
  limit(faults, "max_cut_rows", limits.cut, cut, train, "training rows are longer than max_length");
  limit(faults, "max_leaked_rows", limits.leaked, facts.validation.leaked, facts.validation,
        "validation rows are among the training rows");
  if (facts.test) {
    limit(faults, "max_leaked_rows", limits.leaked, facts.test->leaked, *facts.test,
          "test rows are among those that are learned from or measured on");
  }
  for (const auto& [label, rows] : train.labels) {
    if (rows >= limits.rows_of_label) continue;
    faults.push_back({"min_rows_of_label",
                      fmt::format("is {}, but {} training rows have the label \"{}\"; add some, "
                                  "leave the label out, or allow it",
                                  limits.rows_of_label, rows, label)});
  }
  return faults;
}

std::string text_of(const DataFacts& facts) {
  std::string text = side_text("training", facts.train) + side_text("validation", facts.validation);
  if (facts.test) text += side_text("test", *facts.test);
  if (facts.dropped > 0) text += fmt::format("dropped: {} repeated rows\n", facts.dropped);
  return text;
}

json json_of(const DataFacts& facts) {
  json object = {{"train", side_json(facts.train)},
                 {"validation", side_json(facts.validation)},
                 {"dropped", facts.dropped}};
  if (facts.test) object["test"] = side_json(*facts.test);
  return object;
}

}  // namespace winnow::train
