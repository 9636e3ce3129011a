#include "trainer/data/division.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "trainer/errors.hpp"

using namespace winnow::train;

namespace {

/// 300 rows, every tenth rare; each tenth text is there twice, once in either file.
DividedRows files() {
  DividedRows rows;
  for (int i = 0; i < 300; ++i) {
    const LabelledText row{"text " + std::to_string(i), i % 10 == 3 ? "rare" : "usual"};
    (i < 200 ? rows.train : rows.validation).push_back(row);
    if (i % 10 == 0) (i < 200 ? rows.validation : rows.train).push_back(row);
  }
  return rows;
}

std::set<std::string> texts_of(const std::vector<LabelledText>& rows) {
  std::set<std::string> texts;
  for (const LabelledText& row : rows) texts.insert(row.text);
  return texts;
}

long rows_with(const std::vector<LabelledText>& rows, const std::string& label) {
  return std::count_if(rows.begin(), rows.end(),
                       [&](const LabelledText& row) { return row.label == label; });
}

}  // namespace

TEST_CASE("every row is held out by one fold, equal texts together, whatever file they are in") {
  std::set<std::string> held_out;
  std::size_t count = 0;
  for (std::int64_t part = 0; part < 5; ++part) {
    const DividedRows divided = divide(files(), {Fold{part, 5}, 1.0, 7});
    const auto train = texts_of(divided.train), validation = texts_of(divided.validation);
    std::vector<std::string> both;
    std::set_intersection(train.begin(), train.end(), validation.begin(), validation.end(),
                          std::back_inserter(both));
    CHECK(both.empty());
    CHECK(divided.train.size() + divided.validation.size() == 330);
    // Binomial with n = 330, p = 1/5: standard deviation 7.3.
    CHECK(divided.validation.size() > 36);
    CHECK(divided.validation.size() < 96);
    held_out.insert(validation.begin(), validation.end());
    count += divided.validation.size();
  }
  CHECK(held_out.size() == 300);
  CHECK(count == 330);
}

TEST_CASE("folds follow the seed and not the order of the rows") {
  DividedRows reversed = files();
  std::swap(reversed.train, reversed.validation);
  std::reverse(reversed.train.begin(), reversed.train.end());
  const Division division{Fold{1, 4}, 1.0, 7};
  const auto expected = texts_of(divide(files(), division).validation);
  CHECK(texts_of(divide(reversed, division).validation) == expected);
  CHECK(texts_of(divide(files(), {Fold{1, 4}, 1.0, 8}).validation) != expected);
}

TEST_CASE("a share is the same of every label, keeps the order, and grows by adding") {
  const auto kept = [](double share) { return divide(files(), {{}, share, 3}).train; };
  const std::vector<LabelledText> all = files().train;
  const std::vector<LabelledText> some = kept(0.4), more = kept(0.7);
  CHECK(rows_with(some, "rare") == std::lround(0.4 * static_cast<double>(rows_with(all, "rare"))));
  CHECK(rows_with(some, "usual") ==
        std::lround(0.4 * static_cast<double>(rows_with(all, "usual"))));
  const auto small = texts_of(some), large = texts_of(more);
  CHECK(std::includes(large.begin(), large.end(), small.begin(), small.end()));
  auto next = all.begin();
  for (const LabelledText& row : some) {
    next = std::find(next, all.end(), row);
    REQUIRE(next != all.end());
    ++next;
  }
  CHECK(kept(1.0) == all);
  CHECK(divide(files(), {{}, 0.4, 3}).validation == files().validation);
  CHECK(rows_with(kept(1e-6), "rare") == 1);
  CHECK(divide(files(), {{}, 1e-6, 3, Strata::none}).train.size() == 1);
}

TEST_CASE("a fold that leaves a side empty is refused") {
  DividedRows two;
  two.train = {{"a", "x"}, {"b", "y"}};
  bool refused = false;
  for (std::int64_t part = 0; part < 50; ++part) {
    try {
      const DividedRows divided = divide(two, {Fold{part, 50}, 1.0, 1});
      CHECK(divided.validation.size() == 1);
    } catch (const ConfigError&) {
      refused = true;
    }
  }
  CHECK(refused);
}

TEST_CASE("a fold divides the rows of both files, in the order of the files") {
  const DividedRows divided = divide(files(), {Fold{2, 5}, 1.0, 7});
  DividedRows all = files();
  all.train.insert(all.train.end(), all.validation.begin(), all.validation.end());
  auto next = all.train.begin();
  for (const LabelledText& row : divided.validation) {
    next = std::find(next, all.train.end(), row);
    REQUIRE(next != all.train.end());
    ++next;
  }
}

TEST_CASE("shares are put aside by text, once, whatever the other settings are") {
  Division division;
  division.held_out = {0.2, 0.1, 5};
  const auto put_aside = [&](const Division& by) {
    DividedRows rows = files();
    rows.validation.clear();
    return divide(std::move(rows), by);
  };
  const DividedRows divided = put_aside(division);
  const auto train = texts_of(divided.train), validation = texts_of(divided.validation),
             test = texts_of(divided.test);
  // The 210 rows of the file have 210 different texts. Binomial with n = 210: standard deviations
  // 5.8 for p = 1/5 and 4.3 for p = 1/10.
  CHECK(train.size() + validation.size() + test.size() == 210);
  CHECK(validation.size() > 18);
  CHECK(validation.size() < 66);
  CHECK(test.size() > 3);
  CHECK(test.size() < 39);
  division.seed = 99;
  division.train_share = 0.5;
  CHECK(texts_of(put_aside(division).test) == test);
  CHECK(texts_of(put_aside(division).validation) == validation);
  division.fold = Fold{1, 3};
  division.held_out.validation = 0.0;
  const DividedRows fold = put_aside(division);
  CHECK(texts_of(fold.test) == test);
  for (const LabelledText& row : fold.validation) CHECK_FALSE(test.contains(row.text));
  division.held_out.seed = 6;
  CHECK(texts_of(put_aside(division).test) != test);
}

TEST_CASE("under folds too no row that was measured on becomes a test row") {
  Division division;
  division.held_out = {0.0, 0.3, 5};
  const auto without_folds = texts_of(divide(files(), division).test);
  division.fold = Fold{0, 3};
  const DividedRows rows = files();
  const auto train = texts_of(rows.train), test = texts_of(divide(rows, division).test);
  CHECK(test == without_folds);
  CHECK(std::includes(train.begin(), train.end(), test.begin(), test.end()));
}

TEST_CASE("under folds a row that both files have is dropped once") {
  DividedRows rows;
  for (const char* text : {"a", "b", "c", "d", "e", "f"}) rows.train.push_back({text, "x"});
  rows.validation = rows.train;
  Division division;
  division.fold = Fold{0, 2};
  division.drop_repeated = true;
  const DividedRows divided = divide(rows, division);
  CHECK(divided.dropped == 6);
  CHECK(divided.train.size() + divided.validation.size() == 6);
}

TEST_CASE("a larger test share keeps the rows of a smaller one") {
  const auto test_of = [](double share) {
    Division division;
    division.held_out = {0.0, share, 5};
    return texts_of(divide(files(), division).test);
  };
  const auto small = test_of(0.1), large = test_of(0.3);
  CHECK(small.size() < large.size());
  CHECK(std::includes(large.begin(), large.end(), small.begin(), small.end()));
}

TEST_CASE("rows that repeat text and label are dropped before shares are put aside") {
  DividedRows rows;
  rows.train = {{"a b", "x"}, {" a  b\n", "x"}, {"a b", "y"}, {"A b", "x"}, {"ab", "x"}};
  rows.validation = {{"a b", "x"}, {"a\tb", "x"}};
  Division division;
  CHECK(divide(rows, division).dropped == 0);
  division.drop_repeated = true;
  const DividedRows dropped = divide(rows, division);
  CHECK(dropped.train ==
        std::vector<LabelledText>{{"a b", "x"}, {"a b", "y"}, {"A b", "x"}, {"ab", "x"}});
  CHECK(dropped.validation == std::vector<LabelledText>{{"a b", "x"}});
  CHECK(dropped.dropped == 2);
  division.drop_repeated = false;
  division.held_out = {0.0, 0.4, 1};
  rows.validation.clear();
  for (const char* more : {"c", "d", "e", "f", "g", "h"}) rows.train.push_back({more, "x"});
  const DividedRows divided = divide(rows, division);
  CHECK(divided.dropped == 1);
  CHECK(divided.train.size() + divided.test.size() == 10);
  // Both rows with the text "a b" are on one side.
  const bool in_train = texts_of(divided.train).contains("a b");
  CHECK(in_train != texts_of(divided.test).contains("a b"));
}

TEST_CASE("a share that leaves a side empty is refused by its name") {
  DividedRows one;
  one.train = {{"a", "x"}};
  Division division;
  division.held_out = {1e-9, 0.0, 1};
  try {
    divide(one, division);
    FAIL("nothing is left to measure on");
  } catch (const ConfigError& error) {
    CHECK(error.faults().front().place == "validation_share");
  }
  division.held_out = {0.5, 0.5 - 1e-12, 1};
  CHECK_THROWS_AS(divide(one, division), ConfigError);
}
