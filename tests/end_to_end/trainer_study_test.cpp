// Studies of the embedded trainer, with a program in its place that answers as it does: what is
// found before anything is made, and what happens when files change between two sessions.
#include <catch2/catch.hpp>
#include <filesystem>

#include "tests/end_to_end/program.hpp"

using Catch::Contains;
using namespace winnow::tests;

namespace {

namespace fs = std::filesystem;

/// A trainer that finds the faults of answer.json, and trains in no time.
class FakeTrainer {
 public:
  FakeTrainer() {
    for (const char* name : {"train.jsonl", "validation.jsonl"}) write("rows", name);
    fs::create_directories(folder() / "model");
    write("{}", "model/config.json");
    answer("[]");
    write(
        "#!/bin/sh\ncase $1 in\n"
        "check) cat \"$(dirname \"$0\")/answer.json\"; exit 64 ;;\n"
        "train) echo '{\"eval_loss\": 1}' >> \"$WINNOW_REPORT_FILE\" ;;\nesac\n",
        "trainer.sh");
    fs::permissions(folder() / "trainer.sh", fs::perms::owner_all);
    write(
        "name: t\nmethod: random\nlimits: {max_trials: 2}\nmetric: {name: eval_loss}\n"
        "parameters:\n  learning_rate: {min: 1e-5, max: 1e-3}\n  max_length: {min: 8, max: 64}\n"
        "trainer:\n  task: text_classification\n  model: model\n  train_data: train.jsonl\n"
        "  validation_data: validation.jsonl\n",
        "t.yaml");
  }
  void answer(const std::string& faults) const {
    write("{\"version\": 1, \"faults\": " + faults + "}", "answer.json");
  }
  void write(const std::string& text, const std::string& name) const {
    write_text(folder() / name, text);
  }
  const fs::path& folder() const { return winnow_.folder().path(); }
  Answer operator()(const std::string& words, const std::string& environment = "") const {
    return winnow_.with("WINNOW_TRAINER=./trainer.sh " + environment, words);
  }

 private:
  Winnow winnow_;
};

}  // namespace

TEST_CASE("what the trainer finds is said with its place, before anything is made") {
  const FakeTrainer winnow;
  winnow.answer(R"([{"setting": "model", "place": "/m/config.json", "message": "lacks layers"},
    {"setting": "max_length", "place": "max_length", "message": "is 64, but the model has 32"},
    {"setting": "train_data", "place": "/d/train.jsonl:17", "message": "has no label"}])");
  for (const std::string command :
       {"validate t.yaml 2>&1", "run t.yaml 2>&1", "plan t.yaml 2>&1"}) {
    INFO(command);
    const Answer answer = winnow(command);
    CHECK(answer.code == 3);
    CHECK_THAT(answer.output,
               Contains("t.yaml:10:10: error: trainer.model: /m/config.json: lacks layers [input]\n"
                        "      model: model\n             ^\n"));
    CHECK_THAT(answer.output,
               Contains("t.yaml:7:15: error: parameters.max_length is 64, but the model has 32"));
    CHECK_THAT(answer.output, Contains("/d/train.jsonl:17: error: has no label [row]\n"));
  }
  CHECK_FALSE(fs::exists(winnow.folder() / "studies"));
  const nlohmann::json faults = winnow("validate t.yaml --json").json()["faults"];
  REQUIRE(faults.size() == 3);
  CHECK(faults[2]["file"] == "/d/train.jsonl");
  CHECK(faults[2]["line"] == 17);
}

TEST_CASE("without a trainer a study is validated as far as it can be, and that is said") {
  const Winnow winnow;
  write_text(winnow.folder() / "train.jsonl", "");
  fs::create_directories(winnow.folder() / "model");
  write_text(winnow.folder() / "t.yaml",
             "name: t\nmethod: random\nlimits: {max_trials: 2}\nmetric: {name: eval_loss}\n"
             "parameters: {learning_rate: {min: 1e-5, max: 1e-3}}\n"
             "trainer: {task: text_classification, model: model, train_data: train.jsonl,\n"
             "          validation_data: train.jsonl}\n");
  const Answer answer = winnow.with("WINNOW_TRAINER=/nonexistent/trainer", "validate t.yaml 2>&1");
  CHECK(answer.code == 0);
  CHECK_THAT(answer.output, Contains("warning: the model and the rows were not looked at: "));
}

TEST_CASE("a study does not go on with other rows unless it is told to") {
  const FakeTrainer winnow;
  REQUIRE(winnow("run t.yaml --quiet 2>&1", "WINNOW_CRASH_AT=session_begun:1").code != 0);
  winnow.write("other rows", "train.jsonl");
  const Answer refused = winnow("resume t --quiet 2>&1");
  CHECK(refused.code == 3);
  CHECK_THAT(refused.output, Contains("train.jsonl: error: has changed since the study began: 4 "
                                      "bytes, SHA-256 "));
  CHECK_THAT(refused.output, Contains("`winnow resume studies/t --changed-files`"));
  CHECK(winnow("resume t --changed-files --quiet 2>&1").code == 0);
  CHECK(winnow("status t --json").json()["counts"]["completed"] == 2);
}
