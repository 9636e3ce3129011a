// Runs that are refused before their first step, and what they leave: nothing.
#include <catch2/catch.hpp>
#include <filesystem>

#include "tests/trainer/run_support.hpp"
#include "trainer/errors.hpp"

using namespace winnow;
using namespace winnow::tests;
using namespace winnow::train;
namespace fs = std::filesystem;

TEST_CASE("a run whose weights, shape or rows are damaged names the place and makes nothing") {
  const TemporaryFolder folder;
  write_tiny_study(folder.path());
  const nlohmann::json settings = tiny_settings(folder.path());
  const RunFolder run{folder / "run"};
  const auto refused_with = [&](const fs::path& damaged, const std::string& content) {
    const std::string whole = read_text(damaged);
    write_text(damaged, content);
    CHECK_THROWS_WITH(run_tiny(run, settings), Catch::StartsWith(damaged.string()));
    CHECK(read_text(run.reports()).empty());
    CHECK_FALSE(fs::exists(run.checkpoints()));
    write_text(damaged, whole);
  };
  const fs::path weights = folder / "model" / "model.safetensors";
  refused_with(weights, read_text(weights).substr(0, 20000));
  nlohmann::json shape = tiny_config();
  shape["hidden_size"] = "16";
  refused_with(folder / "model" / "config.json", shape.dump());
  refused_with(folder / "validation.jsonl",
               std::string("{\"text\":\"a\",\"label\":\"pos\"}\0", 29));
  refused_with(folder / "validation.jsonl", "{\"text\":\"a\",\"label\":\"positive\"}");
  CHECK(run_tiny(run, settings) == RunEnd::finished);
}

TEST_CASE("a place where no checkpoints can be made is found before the first step") {
  const TemporaryFolder folder;
  write_tiny_study(folder.path());
  const RunFolder run{folder / "run"};
  fs::create_directories(run.path);
  write_text(run.checkpoints(), "a file");
  CHECK_THROWS_AS(run_tiny(run, tiny_settings(folder.path())), FileError);
  CHECK(read_text(run.reports()).empty());
}

TEST_CASE("a damaged checkpoint or one of another model is refused") {
  const TemporaryFolder folder;
  write_tiny_study(folder.path());
  const nlohmann::json settings = tiny_settings(folder.path());
  const RunFolder run{folder / "run"};
  run_tiny(run, settings, {}, 10);
  NamedTensors other = tiny_tensors();
  other.at("encoder.layer.0.output.dense.bias").fill_(0.5);
  write_tiny_model(folder / "model", other);
  CHECK_THROWS_AS(run_tiny(run, settings, run.checkpoint(10)), ConfigError);
  write_tiny_model(folder / "model");
  CHECK(run_tiny(run, settings, run.checkpoint(10)) == RunEnd::finished);
  write_text(run.checkpoint(20) / "optimizer.safetensors", "damaged");
  CHECK_THROWS_AS(run_tiny(run, settings, run.checkpoint(20)), ConfigError);
}
