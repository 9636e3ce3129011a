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

TEST_CASE(
    "prompts are written for all sides, with solved training rows and nothing of the others") {
  const TemporaryFolder folder;
  std::string train, held_out = "{\"q\":\"who\",\"a\":\"me\",\"hint\":\"h\"}\n";
  for (const char* word : {"one", "two", "three"}) {
    train += nlohmann::json{{"q", word}, {"a", std::string("the ") + word}, {"hint", 7}}.dump();
    train += "\n";
  }
  write_text(folder / "train.jsonl", train);
  write_text(folder / "validation.jsonl", held_out);
  const nlohmann::json settings = {{"task", "causal_lm"},
                                   {"model", "m"},
                                   {"train_data", (folder / "train.jsonl").string()},
                                   {"validation_data", (folder / "validation.jsonl").string()},
                                   {"prompt_column", "q"},
                                   {"completion_column", "a"},
                                   {"prompt_template", "{instruction}\n{examples}{text} ({hint}):"},
                                   {"instruction", "Answer."},
                                   {"few_shot_rows", 1},
                                   {"few_shot_choice", "first"}};
  const TrainConfig config = parse_config(settings, Environment{});
  const DividedRows read = read_divided_rows(config);
  CHECK(read.train.front().text == "one");
  const DividedRows rows = written_prompts(config, read);
  CHECK(rows.train[0].text == "Answer.\ntwo (7):the two\n\none (7):");
  CHECK(rows.train[1].text == "Answer.\none (7):the one\n\ntwo (7):");
  CHECK(rows.train[1].label == "the two");
  REQUIRE(rows.validation.size() == 1);
  CHECK(rows.validation[0].text == "Answer.\none (7):the one\n\nwho (h):");
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
