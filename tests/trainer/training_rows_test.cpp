#include "trainer/loop/training_rows.hpp"

#include <catch2/catch.hpp>

#include "tests/trainer/binary_support.hpp"
#include "tests/trainer/run_support.hpp"

using namespace winnow;
using namespace winnow::tests;
using namespace winnow::train;

TEST_CASE("rows put aside by shares are those of files with the same rows") {
  const TemporaryFolder folder;
  write_tiny_study(folder.path());
  nlohmann::json settings = tiny_settings(folder.path());
  settings.erase("validation_data");
  settings.update({{"validation_share", 0.25},
                   {"test_share", 0.25},
                   {"split_seed", 8},
                   {"evaluate_test", true}});
  const DividedRows rows = read_divided_rows(parse_config(settings, Environment{}));
  const auto write = [&](const char* name, const std::vector<LabelledText>& of) {
    std::string lines;
    for (const LabelledText& row : of) {
      lines += nlohmann::json{{"text", row.text}, {"label", row.label}}.dump() + "\n";
    }
    write_text(folder / name, lines);
    return (folder / name).string();
  };
  const RunFolder shares{folder / "shares"}, files{folder / "files"};
  REQUIRE(run_tiny(shares, settings) == RunEnd::finished);
  for (const char* name : {"validation_share", "test_share"}) settings.erase(name);
  settings["train_data"] = write("train_part.jsonl", rows.train);
  settings["validation_data"] = write("validation_part.jsonl", rows.validation);
  settings["test_data"] = write("test_part.jsonl", rows.test);
  REQUIRE(run_tiny(files, settings) == RunEnd::finished);
  const auto of_shares = reports_of_type(shares, "finished"),
             of_files = reports_of_type(files, "finished");
  REQUIRE(of_shares.size() == 1);
  CHECK(of_shares == of_files);
  CHECK(of_shares.front().at("values").contains("test_loss"));
}

TEST_CASE("winnow-trainer data says what the rows are like, and refuses what is beyond a limit") {
  const TemporaryFolder folder;
  write_tiny_study(folder.path());
  nlohmann::json settings = tiny_settings(folder.path());
  write_text(folder / "config.json", settings.dump());
  const BinaryEnd told =
      run_trainer(folder / "run", {"data", (folder / "config.json").string(), "--json"});
  REQUIRE(told.exit_code == 0);
  const nlohmann::json facts = nlohmann::json::parse(told.out);
  CHECK(facts["version"] == 1);
  CHECK(facts["train"]["rows"] == 60);
  CHECK(facts["validation"]["rows"] == 40);
  CHECK(facts["train"]["labels"].size() == 2);
  // Rows have 2 to 13 words, and [CLS] and [SEP] around them.
  CHECK(facts["train"]["tokens"]["shortest"] >= 4);
  CHECK(facts["train"]["tokens"]["longest"] <= 15);
  CHECK(facts["train"]["tokens"]["cut"] > 0);
  settings["min_rows_of_label"] = 60;
  write_text(folder / "config.json", settings.dump());
  const BinaryEnd refused =
      run_trainer(folder / "run", {"data", (folder / "config.json").string()});
  CHECK(refused.exit_code == 64);
  CHECK_THAT(refused.out, Catch::Contains("training: 60 rows; neg "));
  CHECK_THAT(refused.error, Catch::Contains("min_rows_of_label"));
  const BinaryEnd untrained =
      run_trainer(folder / "run", {"train", (folder / "config.json").string()});
  CHECK(untrained.exit_code == 64);
}
