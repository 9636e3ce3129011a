#include "trainer/loop/checkpoint.hpp"

#include <ATen/ATen.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "tests/support/temporary_folder.hpp"
#include "trainer/errors.hpp"
#include "trainer/protocol/manifest.hpp"

using namespace winnow;
using namespace winnow::train;
using tests::TemporaryFolder;
namespace fs = std::filesystem;

namespace {

Checkpoint a_checkpoint(std::int64_t step) {
  RunState state;
  state.step = step;
  state.train_loss_sum = 1.0 / 3.0;
  state.train_loss_steps = 2;
  state.gradient_norms = {1.0 / 3.0, 0.3, 2};
  state.history.best = EvaluationResult{1, {{"eval_loss", 0.1}}};
  state.history.last = EvaluationResult{2, {{"eval_loss", 0.1 + 0.2}}};
  state.history.improved_value = 0.1;
  state.history.lowest_loss = 0.1;
  state.history.bad_in_a_row = 1;
  state.plateau = {0.5, 0.1, 1};
  state.settings = {{"pooling", "mean"}, {"batch_size", 8}};
  state.labels = {"neg", "pos"};
  state.model_path = "/models/tiny";
  state.model_hash = std::string(32, 'f');
  return {state,
          {{"classifier.weight", at::arange(6, at::kFloat).view({2, 3}) / 7}},
          {{"m.classifier.weight", at::ones({2, 3})}}};
}

std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) {
    names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

TEST_CASE("a checkpoint is read back to the bit, under a name that says its step") {
  const TemporaryFolder root;
  const Checkpoint written = a_checkpoint(200);
  write_checkpoint(root.path(), written);
  REQUIRE(names_in(root.path()) == std::vector<std::string>{"step-000200"});
  CHECK(names_in(root / "step-000200") ==
        std::vector<std::string>{"manifest.json", "optimizer.safetensors", "state.json",
                                 "trainable.safetensors"});
  const Checkpoint read = read_checkpoint(root / "step-000200");
  CHECK(read.state == written.state);
  CHECK(
      at::equal(read.trainable.at("classifier.weight"), written.trainable.at("classifier.weight")));
  CHECK(at::equal(read.optimizer.at("m.classifier.weight"), at::ones({2, 3})));
}

TEST_CASE("every kind of damage to a checkpoint is noticed and named") {
  for (const char* name : {"trainable.safetensors", "optimizer.safetensors", "state.json"}) {
    const TemporaryFolder root;
    write_checkpoint(root.path(), a_checkpoint(1));
    const fs::path folder = root / "step-000001";
    REQUIRE_FALSE(protocol::verify_manifest(folder));
    const std::string content = tests::read_text(folder / name);

    std::string flipped = content;
    flipped[flipped.size() / 2] = static_cast<char>(flipped[flipped.size() / 2] ^ 1);
    tests::write_text(folder / name, flipped);
    CHECK(*protocol::verify_manifest(folder) ==
          std::string(name) + " has other content than the manifest says");

    tests::write_text(folder / name, content.substr(0, content.size() - 1));
    CHECK(protocol::verify_manifest(folder)->starts_with(std::string(name) + " has "));
    CHECK_THROWS_AS(read_checkpoint(folder), ConfigError);

    fs::remove(folder / name);
    CHECK(*protocol::verify_manifest(folder) == std::string(name) + " is missing");

    tests::write_text(folder / name, content);
    CHECK_FALSE(protocol::verify_manifest(folder));
  }
}

TEST_CASE("a folder whose manifest is missing, cut short, empty or tricky is no checkpoint") {
  const TemporaryFolder root;
  write_checkpoint(root.path(), a_checkpoint(1));
  const fs::path folder = root / "step-000001";
  const std::string manifest = tests::read_text(folder / "manifest.json");
  const auto fault_with = [&](const std::string& text) {
    tests::write_text(folder / "manifest.json", text);
    return protocol::verify_manifest(folder);
  };
  CHECK(fault_with(manifest.substr(0, manifest.size() / 2)));
  CHECK(fault_with("{}"));
  CHECK(fault_with(R"({"version":1,"files":[]})"));
  CHECK(fault_with(R"({"version":2,"files":[{"name":"state.json"}]})"));
  CHECK(fault_with(R"({"version":1,"files":[{"name":"../x","size_bytes":0,"xxh3_128":""}]})")
            ->find("plain file name") != std::string::npos);
  CHECK_FALSE(fault_with(manifest));
  fs::remove(folder / "manifest.json");
  CHECK(*protocol::verify_manifest(folder) == "manifest.json is missing");
  CHECK_THROWS_AS(read_checkpoint(root / "absent"), ConfigError);
}

TEST_CASE(
    "the latest checkpoints and the best are kept, leftovers of a killed writer are removed") {
  const TemporaryFolder root;
  for (const std::int64_t step : {10, 20, 30, 40, 1000000}) {
    write_checkpoint(root.path(), a_checkpoint(step));
  }
  fs::create_directories(root / ".unfinished-step-000050");
  tests::write_text(root / ".unfinished-step-000050" / "state.json", "half");
  fs::create_directories(root / "notes");
  remove_old_checkpoints(root.path(), 2, 20);
  CHECK(names_in(root.path()) ==
        std::vector<std::string>{"notes", "step-000020", "step-000040", "step-1000000"});
  remove_checkpoints_beyond(root.path(), 40);
  CHECK(names_in(root.path()) == std::vector<std::string>{"notes", "step-000020", "step-000040"});
}

TEST_CASE("a checkpoint of the same step replaces the older one as a whole") {
  const TemporaryFolder root;
  write_checkpoint(root.path(), a_checkpoint(5));
  tests::write_text(root / "step-000005" / "trainable.safetensors", "damaged");
  write_checkpoint(root.path(), a_checkpoint(5));
  CHECK_FALSE(protocol::verify_manifest(root / "step-000005"));
  CHECK(names_in(root.path()) == std::vector<std::string>{"step-000005"});
}

TEST_CASE("a run can go on only from a checkpoint of the same model, labels and binding settings") {
  const RunState saved = a_checkpoint(1).state;
  CHECK(obstacles_to_resume(saved, saved).empty());
  RunState now = saved;
  now.settings["learning_rate"] = 0.5;  // may differ: a promoted trial may go on with another rate
  CHECK(obstacles_to_resume(saved, now).empty());
  now.settings["data_seed"] = 9;
  CHECK(obstacles_to_resume(saved, now).empty());
  RunState held_out = saved, other = now;  // with folds it says which rows are held out
  for (RunState* state : {&held_out, &other}) {
    state->settings["folds"] = 5;
    state->settings["fold"] = 0;
  }
  CHECK(obstacles_to_resume(held_out, held_out).empty());
  CHECK(obstacles_to_resume(held_out, other).size() == 1);
  now.settings["pooling"] = "cls";
  now.settings["trainable_layers"] = 1;
  now.labels = {"pos", "neg"};
  now.model_hash = std::string(32, '0');
  CHECK(obstacles_to_resume(saved, now).size() == 4);
}
