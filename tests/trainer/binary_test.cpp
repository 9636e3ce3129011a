#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>

#include "tests/trainer/binary_support.hpp"
#include "tests/trainer/run_support.hpp"

using namespace winnow;
using namespace winnow::tests;
namespace fs = std::filesystem;

namespace {

void write_config(const fs::path& path, const nlohmann::json& settings) {
  write_text(path, settings.dump());
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

}  // namespace

TEST_CASE(
    "SIGTERM ends training with code 75, and the rest gives what no signal would have given") {
  const TemporaryFolder folder;
  write_tiny_study(folder.path());
  nlohmann::json settings = tiny_settings(folder.path());
  // Far more reports than the pipe holds: the trainer is certainly at work when the signal comes.
  settings["max_steps"] = 120;
  settings["eval_every_steps"] = 1;
  settings["trainable_layers"] = 0;
  write_config(folder / "config.json", settings);
  const RunFolder whole{folder / "whole"}, stopped{folder / "stopped"};
  run_tiny(whole, settings);

  ReportPipe pipe(folder / "reports");
  TrainerProcess trainer(stopped.path, {"train", (folder / "config.json").string()},
                         {"WINNOW_REPORT_FILE=" + (folder / "reports").string(),
                          "WINNOW_CHECKPOINT_DIR=" + stopped.checkpoints().string()});
  while (nlohmann::json::parse(pipe.line()).at("type") != "metric") continue;
  trainer.terminate();
  const nlohmann::json last = nlohmann::json::parse(pipe.last_line());
  CHECK(trainer.wait().exit_code == 75);
  REQUIRE(last.at("type") == "checkpoint");
  const std::int64_t step = last.at("step");
  REQUIRE(step < 120);

  const BinaryEnd end = run_trainer(stopped.path, {"train", (folder / "config.json").string()},
                                    {"WINNOW_REPORT_FILE=" + stopped.reports().string(),
                                     "WINNOW_CHECKPOINT_DIR=" + stopped.checkpoints().string(),
                                     "WINNOW_RESUME_FROM=" + stopped.checkpoint(step).string()});
  CHECK(end.exit_code == 0);
  CHECK(same_tensors(whole.checkpoint(120), stopped.checkpoint(120)));
  CHECK(reports(whole).back() == reports(stopped).back());
}

TEST_CASE("run by hand, the trainer reports on standard output and needs no environment") {
  const TemporaryFolder folder;
  write_tiny_study(folder.path());
  write_config(folder / "config.json", tiny_settings(folder.path()));
  const BinaryEnd end = run_trainer(folder / "run", {"train", (folder / "config.json").string()});
  CHECK(end.exit_code == 0);
  CHECK(end.error.empty());
  const auto lines = lines_of(end.out);
  REQUIRE(lines.size() == 6);  // started, four evaluations, finished
  CHECK(nlohmann::json::parse(lines.back()).at("type") == "finished");
}

TEST_CASE("wrong settings end with code 64, every fault on a line of its own and as a report") {
  const TemporaryFolder folder;
  nlohmann::json settings = tiny_settings(folder.path());
  settings["optimiser"] = "adamw";
  settings["dropout"] = 2;
  write_config(folder / "config.json", settings);
  const BinaryEnd end = run_trainer(folder / "run", {"train", (folder / "config.json").string()});
  CHECK(end.exit_code == 64);
  CHECK(lines_of(end.error).size() == 2);
  CHECK(end.error.find("error: optimiser:") != std::string::npos);
  CHECK(nlohmann::json::parse(end.out).at("kind") == "config_wrong");
}

TEST_CASE("a loss that is not finite ends with code 1 after a failed report") {
  const TemporaryFolder folder;
  write_tiny_study(folder.path());
  auto broken = tiny_tensors();
  broken.at("encoder.layer.1.output.LayerNorm.weight").fill_(3e38f);
  write_tiny_model(folder / "model", broken);
  write_config(folder / "config.json", tiny_settings(folder.path()));
  const BinaryEnd end = run_trainer(folder / "run", {"train", (folder / "config.json").string()});
  CHECK(end.exit_code == 1);
  CHECK(nlohmann::json::parse(lines_of(end.out).back()).at("kind") == "non_finite_loss");
}

TEST_CASE("an exported checkpoint evaluates to the numbers of its training run") {
  const TemporaryFolder folder;
  write_tiny_study(folder.path());
  for (const std::string pooling : {"mean", "cls"}) {
    nlohmann::json settings = tiny_settings(folder.path());
    settings["pooling"] = pooling;
    settings["trainable_layers"] = 1;
    const RunFolder run{folder / ("run-" + pooling)};
    run_tiny(run, settings);
    const nlohmann::json finished = reports(run).back();
    const fs::path out = folder / ("export-" + pooling);
    const std::vector<std::string> words = {"export", "--checkpoint",
                                            run.checkpoint(finished.at("step")).string(), "--out",
                                            out.string()};
    const BinaryEnd exported = run_trainer(folder / "log", words);
    INFO(exported.error);
    REQUIRE(exported.exit_code == 0);
    for (const char* name : {"model.safetensors", "config.json", "tokenizer.json", "README.md"}) {
      CHECK(fs::exists(out / name));
    }
    CHECK(nlohmann::json::parse(read_text(out / "config.json")).at("id2label") ==
          nlohmann::json{{"0", "neg"}, {"1", "pos"}});

    const fs::path predictions = folder / "predictions.jsonl";
    const BinaryEnd evaluated = run_trainer(
        folder / "log", {"evaluate", out.string(), "--data", (folder / "validation.jsonl").string(),
                         "--predictions", predictions.string()});
    INFO(evaluated.error);
    REQUIRE(evaluated.exit_code == 0);
    const nlohmann::json values = nlohmann::json::parse(evaluated.out).at("values");
    CHECK(values.at("test_accuracy") == finished.at("values").at("eval_accuracy"));
    CHECK(values.at("test_loss").get<double>() ==
          Approx(finished.at("values").at("eval_loss").get<double>()).epsilon(1e-6));
    const auto rows = lines_of(read_text(predictions));
    REQUIRE(rows.size() == 40);
    int correct = 0;
    for (const std::string& row : rows) {
      const nlohmann::json line = nlohmann::json::parse(row);
      CHECK(line.at("correct") == (line.at("label") == line.at("predicted")));
      correct += line.at("correct").get<bool>() ? 1 : 0;
    }
    CHECK(correct / 40.0 == Approx(values.at("test_accuracy").get<double>()));
    CHECK(run_trainer(folder / "log", words).exit_code == 64);  // the folder exists
  }
}

TEST_CASE("an export that cannot be made leaves nothing behind") {
  const TemporaryFolder folder;
  write_tiny_study(folder.path());
  const RunFolder run{folder / "run"};
  run_tiny(run, tiny_settings(folder.path()));
  const auto export_to = [&](const fs::path& out) {
    return run_trainer(folder / "log", {"export", "--checkpoint", run.checkpoint(20).string(),
                                        "--out", out.string()});
  };
  auto other = tiny_tensors();
  other.at("pooler.dense.bias").fill_(0.5);
  write_tiny_model(folder / "model", other);
  const BinaryEnd end = export_to(folder / "exports" / "new");
  CHECK(end.exit_code == 64);
  CHECK(end.error.find("is not the pretrained model") != std::string::npos);
  CHECK_FALSE(fs::exists(folder / "exports"));
  write_text(run.checkpoint(20) / "trainable.safetensors", "damaged");
  CHECK(export_to(folder / "new").error.find("damaged checkpoint") != std::string::npos);
}

TEST_CASE("the baseline fits frozen features and judges other rows") {
  const TemporaryFolder folder;
  write_tiny_study(folder.path());
  const fs::path predictions = folder / "predictions.jsonl";
  const BinaryEnd end = run_trainer(
      folder / "log",
      {"baseline", (folder / "model").string(), "--train", (folder / "train.jsonl").string(),
       "--data", (folder / "test.jsonl").string(), "--max-length", "12", "--predictions",
       predictions.string(), "--cache-dir", (folder / "cache").string()});
  INFO(end.error);
  REQUIRE(end.exit_code == 0);
  const nlohmann::json summary = nlohmann::json::parse(end.out);
  CHECK(summary.at("cross_validation").size() == 7);
  const auto rows = lines_of(read_text(predictions));
  REQUIRE(rows.size() == 30);
  const auto correct = std::count_if(rows.begin(), rows.end(), [](const std::string& row) {
    return nlohmann::json::parse(row).at("correct").get<bool>();
  });
  CHECK(summary.at("values").at("test_accuracy").get<double>() == Approx(double(correct) / 30.0));
}

TEST_CASE("texts are encoded one a line") {
  const TemporaryFolder folder;
  write_tiny_model(folder / "model");
  write_text(folder / "in.txt", "a good film\nbad\n");
  const BinaryEnd end =
      run_trainer(folder / "log", {"encode", (folder / "model").string(), "--max-length", "12"}, {},
                  (folder / "in.txt").string());
  REQUIRE(end.exit_code == 0);
  const auto lines = lines_of(end.out);
  REQUIRE(lines.size() == 2);
  for (const std::string& line : lines) CHECK(nlohmann::json::parse(line).size() == 16);
}

TEST_CASE("verbs that only inform name what they found") {
  const TemporaryFolder folder;
  const auto doctor = nlohmann::json::parse(run_trainer(folder / "l", {"doctor", "--json"}).out);
  CHECK(doctor.at("matmul_gflops") > 0.0);
  CHECK(doctor.at("threads") == 1);
  const auto settings =
      nlohmann::json::parse(run_trainer(folder / "l", {"settings", "--json"}).out);
  CHECK(settings.at("settings").at(0).at("name") == "task");
  CHECK(run_trainer(folder / "l", {"--version"}).out.find("libtorch ") != std::string::npos);
  CHECK(run_trainer(folder / "l", {"fly"}).exit_code == 64);
  CHECK(run_trainer(folder / "l", {}).exit_code == 64);
  CHECK(run_trainer(folder / "l", {"--help"}).exit_code == 0);
}
