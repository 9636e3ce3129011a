#include "trainer/data/data_report.hpp"

#include <catch2/catch.hpp>

using namespace winnow::train;
using Catch::Contains;

namespace {

DividedRows rows() {
  DividedRows rows;
  rows.train = {{"good film", "pos"}, {" good  film", "pos"}, {"good film", "neg"},
                {"bad film", "neg"},  {"  ", "neg"},          {"dull", "neg"}};
  rows.validation = {{"bad  film", "neg"}, {"new", "pos"}, {"new", "pos"}};
  rows.test = {{"new", "pos"}, {"dull ", "pos"}, {"other", "neg"}};
  rows.dropped = 7;
  return rows;
}

std::vector<std::string> places_of(const std::vector<Fault>& faults) {
  std::vector<std::string> places;
  for (const Fault& fault : faults) places.push_back(fault.place);
  return places;
}

}  // namespace

TEST_CASE("rows are counted by what is the matter with them") {
  const DataFacts facts = facts_of(rows(), LabelKind::one);
  CHECK(facts.train.rows == 6);
  CHECK(facts.train.empty == 1);
  CHECK(facts.train.repeated == 1);
  CHECK(facts.train.conflicting == 3);
  CHECK(facts.train.leaked == 0);
  CHECK(facts.train.labels == std::map<std::string, std::size_t>{{"neg", 4}, {"pos", 2}});
  CHECK(facts.validation.leaked == 1);
  CHECK(facts.validation.repeated == 1);
  CHECK(facts.validation.conflicting == 0);
  REQUIRE(facts.test.has_value());
  CHECK(facts.test->leaked == 2);  // one was measured on, one learned
  CHECK(facts.dropped == 7);
  CHECK_FALSE(facts.train.tokens.has_value());
}

TEST_CASE("completions are no classes, and a row of several labels counts for each") {
  const DataFacts prompts = facts_of(rows(), std::nullopt);
  CHECK(prompts.train.conflicting == 0);
  CHECK(prompts.train.labels.empty());
  DividedRows sets;
  sets.train = {{"a", "[\"x\",\"y\"]"}, {"b", "[\"y\"]"}, {"c", "[]"}};
  const DataFacts several = facts_of(sets, LabelKind::set);
  CHECK(several.train.labels == std::map<std::string, std::size_t>{{"x", 1}, {"y", 2}});
  CHECK_FALSE(several.test.has_value());
}

TEST_CASE("lengths are of rows before they are cut") {
  const TokenLengths lengths = token_lengths({9, 3, 12, 10}, 10);
  CHECK(lengths.shortest == 3);
  CHECK(lengths.median == 10);
  CHECK(lengths.longest == 12);
  CHECK(lengths.cut == 1);
}

TEST_CASE("each limit is kept up to its value and names its setting beyond") {
  DataFacts facts = facts_of(rows(), LabelKind::one);
  facts.train.tokens = TokenLengths{1, 2, 3, 2};
  CHECK(faults_of(facts, {}).empty());
  DataLimits limits{1.0 / 6, 1.0 / 6, 0.5, 2.0 / 3, 1.0 / 3, 2};
  CHECK(faults_of(facts, limits).empty());
  const auto tightened = [&](double DataLimits::*limit) {
    DataLimits tight = limits;
    tight.*limit -= 1e-9;
    return places_of(faults_of(facts, tight));
  };
  using Places = std::vector<std::string>;
  CHECK(tightened(&DataLimits::empty) == Places{"max_empty_rows"});
  CHECK(tightened(&DataLimits::repeated) == Places{"max_repeated_rows"});
  CHECK(tightened(&DataLimits::conflicting) == Places{"max_conflicting_rows"});
  CHECK(tightened(&DataLimits::leaked) == Places{"max_leaked_rows"});
  CHECK(tightened(&DataLimits::cut) == Places{"max_cut_rows"});
  limits.rows_of_label = 3;
  const std::vector<Fault> faults = faults_of(facts, limits);
  REQUIRE(places_of(faults) == Places{"min_rows_of_label"});
  CHECK_THAT(faults.front().message, Contains("2 training rows have the label \"pos\""));
  limits.leaked = 0.0;
  CHECK(places_of(faults_of(facts, limits)) ==
        Places{"max_leaked_rows", "max_leaked_rows", "min_rows_of_label"});
}

TEST_CASE("people and programs read the same numbers") {
  DataFacts facts = facts_of(rows(), LabelKind::one);
  facts.validation.tokens = TokenLengths{2, 4, 8, 1};
  CHECK(text_of(facts) ==
        "training: 6 rows; neg 4, pos 2; 1 empty; 1 repeated; 3 with a text that has another label "
        "too\n"
        "validation: 3 rows; neg 1, pos 2; 1 repeated; 1 with a text that was seen before; 2 to 8 "
        "tokens, median 4; 1 cut off\n"
        "test: 3 rows; neg 1, pos 2; 2 with a text that was seen before\n"
        "dropped: 7 repeated rows\n");
  const nlohmann::json object = json_of(facts);
  CHECK(object["train"]["labels"]["neg"] == 4);
  CHECK(object["train"]["conflicting"] == 3);
  CHECK(object["validation"]["tokens"]["cut"] == 1);
  CHECK(object["test"]["leaked"] == 2);
  CHECK(object["dropped"] == 7);
  DividedRows many;
  for (int i = 0; i < 12; ++i) {
    const std::string label(1, static_cast<char>('a' + i));
    for (int k = 0; k <= i; ++k) many.train.push_back({label + std::to_string(k), label});
  }
  CHECK_THAT(text_of(facts_of(many, LabelKind::one)),
             Contains("12 labels, from 1 rows (a) to 12 (l)"));
}
