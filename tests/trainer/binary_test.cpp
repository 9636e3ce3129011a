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

/// What a run by the binary needs to know of its place.
std::vector<std::string> environment_of(const RunFolder& run, const fs::path& reports,
                                        std::optional<std::int64_t> resume_step = {}) {
  std::vector<std::string> variables = {"WINNOW_REPORT_FILE=" + reports.string(),
                                        "WINNOW_CHECKPOINT_DIR=" + run.checkpoints().string()};
  if (resume_step) {
    variables.push_back("WINNOW_RESUME_FROM=" + run.checkpoint(*resume_step).string());
  }
  return variables;
}

/// Starts the binary, ends it by SIGTERM after its first evaluation, and returns the step it left
/// at.
std::int64_t train_until_terminated(const RunFolder& run, const fs::path& config,
                                    std::optional<std::int64_t> resume_step) {
  const fs::path reports = run.path / ("pipe-" + std::to_string(resume_step.value_or(0)));
  fs::create_directories(run.path);
  ReportPipe pipe(reports);
  TrainerProcess trainer(run.path, {"train", config.string()},
                         environment_of(run, reports, resume_step));
  while (nlohmann::json::parse(pipe.line()).at("type") != "metric") continue;
  trainer.terminate();
  const nlohmann::json last = nlohmann::json::parse(pipe.last_line());
  CHECK(trainer.wait().exit_code == 75);
  REQUIRE(last.at("type") == "checkpoint");
  return last.at("step");
}

}  // namespace

TEST_CASE("two SIGTERMs end training with code 75 each, and the rest gives what none would have") {
  const TemporaryFolder folder;
  write_tiny_study(folder.path());
  const std::vector<nlohmann::json> variants = {
      {{"optimizer", "adamw"}, {"threads", 1}},
      {{"optimizer", "sgd"}, {"threads", 2}, {"trainable_layers", 1}},
      {{"optimizer", "adam"},
       {"threads", 2},
       {"trainable_layers", 0},
       {"pooling", "cls"},
       {"cache_dir", (folder / "cache").string()}}};
  for (std::size_t i = 0; i < variants.size(); ++i) {
    INFO(variants[i].dump());
    nlohmann::json settings = tiny_settings(folder.path());
    settings.update(variants[i]);
    // Far more reports than two pipes hold: the trainer is certainly at work when a signal comes.
    settings["max_steps"] = 80;
    settings["eval_every_steps"] = 1;
    const fs::path config = folder / ("config-" + std::to_string(i) + ".json");
    write_config(config, settings);
    const RunFolder whole{folder / ("whole-" + std::to_string(i))};
    const RunFolder stopped{folder / ("stopped-" + std::to_string(i))};
    const auto finish = [&](const RunFolder& run, std::optional<std::int64_t> resume_step) {
      const BinaryEnd end = run_trainer(run.path, {"train", config.string()},
                                        environment_of(run, run.reports(), resume_step));
      INFO(end.error);
      CHECK(end.exit_code == 0);
    };
    finish(whole, {});
    const std::int64_t first = train_until_terminated(stopped, config, {});
    const std::int64_t second = train_until_terminated(stopped, config, first);
    REQUIRE(first < second);
    REQUIRE(second < 80);
    finish(stopped, second);
    CHECK(same_tensors(whole.checkpoint(80), stopped.checkpoint(80)));
    CHECK(read_text(whole.checkpoint(80) / "state.json") ==
          read_text(stopped.checkpoint(80) / "state.json"));
    CHECK(reports(whole).back() == reports(stopped).back());
  }
}

// An OpenBLAS with threads of its own once ran with two of them in this process and with one in the
// binary: products of 384 × 16 by 16 × 48 numbers, as the frozen layers below have them, then
// differ in their last bits.
TEST_CASE("the loop in this process gives the bits of the binary: one thread, for BLAS too") {
  const TemporaryFolder folder;
  write_tiny_study(folder.path());
  nlohmann::json settings = tiny_settings(folder.path());
  settings["trainable_layers"] = 0;
  write_config(folder / "config.json", settings);
  const RunFolder here{folder / "here"}, there{folder / "there"};
  run_tiny(here, settings);
  const BinaryEnd end = run_trainer(there.path, {"train", (folder / "config.json").string()},
                                    environment_of(there, there.reports()));
  INFO(end.error);
  REQUIRE(end.exit_code == 0);
  CHECK(same_tensors(here.checkpoint(20), there.checkpoint(20)));
  CHECK(reports(here) == reports(there));
}

TEST_CASE("run by hand, the trainer reports on standard output and needs no environment") {
  const TemporaryFolder folder;
  write_tiny_study(folder.path());
  write_config(folder / "config.json", tiny_settings(folder.path()));
  const BinaryEnd end = run_trainer(folder / "run", {"train", (folder / "config.json").string()});
  CHECK(end.exit_code == 0);
  const auto report = lines_of(end.error);  // what the rows are like, and nothing else
  REQUIRE(report.size() == 2);
  CHECK_THAT(report[0], Catch::StartsWith("training: 60 rows"));
  CHECK_THAT(report[1], Catch::StartsWith("validation: 40 rows"));
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

TEST_CASE("the baseline tells apart what frozen features tell apart") {
  const TemporaryFolder folder;
  write_tiny_model(folder / "model");
  // Three good words or three bad ones; a mean of random vectors of either kind lies on one side.
  const auto write_rows = [&](const char* name, int rows) {
    std::string lines;
    for (int row = 0; row < rows; ++row) {
      const std::size_t first = row % 2 == 0 ? 0 : 4;
      std::string text;
      for (const int step : {1, 3, 7}) {
        text += tiny_words[first + static_cast<std::size_t>(row * step / 2 % 4)] + " ";
      }
      lines += nlohmann::json{{"text", text}, {"label", row % 2}}.dump() + "\n";
    }
    write_text(folder / name, lines);
  };
  write_rows("train.jsonl", 24);
  write_rows("test.jsonl", 30);
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
  CHECK(correct >= 27);
  CHECK(summary.at("values").at("test_accuracy").get<double>() ==
        Approx(static_cast<double>(correct) / 30.0));
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
  const auto settings = nlohmann::json::parse(run_trainer(folder / "l", {"--describe"}).out);
  CHECK(settings.at("settings").at(0).at("name") == "task");
  CHECK(run_trainer(folder / "l", {"settings"}).out.find("learning_rate") != std::string::npos);
  CHECK(run_trainer(folder / "l", {"--version"}).out.find("libtorch ") != std::string::npos);
  CHECK(run_trainer(folder / "l", {"fly"}).exit_code == 64);
  CHECK(run_trainer(folder / "l", {}).exit_code == 64);
  CHECK(run_trainer(folder / "l", {"--help"}).exit_code == 0);
}
