#include "orchestrator/decision/prediction_pairs.hpp"

#include <catch2/catch.hpp>

#include "searchers/problem/error.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace winnow;
using namespace winnow::run;
using winnow::tests::TemporaryFolder;
using winnow::tests::write_text;

namespace {

std::string line(int row, bool correct) {
  return std::string(R"({"row":)") + std::to_string(row) + R"(,"label":"a","predicted":")" +
         (correct ? "a" : "b") + R"(","correct":)" + (correct ? "true" : "false") + "}\n";
}

class Files {
 public:
  std::vector<std::string> faults(const std::string& first, const std::string& second) {
    try {
      compare(first, second);
    } catch (const ConfigError& error) {
      std::vector<std::string> texts;
      for (const Fault& fault : error.faults()) {
        texts.push_back(fault.place.substr(folder_.path().string().size()) + " " + fault.message);
      }
      return texts;
    }
    return {};
  }

  PredictionComparison compare(const std::string& first, const std::string& second) {
    write_text(folder_ / "a", first);
    write_text(folder_ / "b", second);
    return compare_predictions(folder_ / "a", folder_ / "b");
  }

 private:
  TemporaryFolder folder_;
};

}  // namespace

TEST_CASE("two models are compared on the rows where they disagree") {
  std::string first, second;
  // 20 rows: 10 both right, 8 only the first, 1 only the second, 1 both wrong.
  for (int row = 0; row < 20; ++row) first += line(row, row < 18);
  for (int row = 19; row >= 0; --row) second += line(row, row < 10 || row == 18);
  const PredictionComparison comparison = Files().compare(first, second);
  CHECK(comparison.rows == 20);
  CHECK(comparison.first_correct == 18);
  CHECK(comparison.second_correct == 11);
  CHECK(comparison.discordant.only_first == 8);
  CHECK(comparison.discordant.only_second == 1);
  // scipy 1.10.1: binomtest(1, 9, 0.5).pvalue
  CHECK(comparison.test.exact_p == Approx(0.0390625));
  CHECK(as_json(comparison)["accuracy_a"] == 0.9);
  CHECK(as_json(comparison)["only_b_correct"] == 1);
}

TEST_CASE("files about different rows or data are refused") {
  Files files;
  CHECK(files.faults(line(0, true) + line(1, true), line(0, true))
            .at(0)
            .starts_with("/a:2 row 1 is not in"));
  CHECK(files.faults(line(0, true), line(0, true) + line(1, true))
            .at(0)
            .starts_with("/b:2 row 1 is not in"));
  CHECK(files.faults(line(0, true), R"({"row":0,"label":"b","predicted":"b","correct":true})")
            .at(0)
            .find("the label of row 0 differs") != std::string::npos);
  CHECK(files.faults(line(0, true) + line(0, true), line(0, true))
            .at(0)
            .starts_with("/a:2 row 0 was on line 1"));
}

TEST_CASE("every line that is no prediction is named") {
  Files files;
  const std::string bad = "nonsense\n{}\n" + line(0, true) +
                          R"({"row":1,"label":"a","predicted":"b","correct":true})"
                          "\n"
                          R"({"row":"x","label":"a","predicted":"b","correct":true})"
                          "\n";
  const auto faults = files.faults(bad, line(0, true));
  REQUIRE(faults.size() == 4);
  CHECK(faults[0].starts_with("/a:1 "));
  CHECK(faults[2].find("contradicts") != std::string::npos);
  CHECK(files.faults("", line(0, true)).at(0) == "/a has no predictions");
}

TEST_CASE("a missing file is named") {
  const TemporaryFolder folder;
  CHECK_THROWS_AS(compare_predictions(folder / "none", folder / "nothing"), ConfigError);
}
