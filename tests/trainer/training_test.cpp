#include <catch2/catch.hpp>
#include <filesystem>

#include "tests/trainer/run_support.hpp"
#include "trainer/loop/classification.hpp"
#include "trainer/loop/training_data.hpp"
#include "trainer/optim/optimizer.hpp"
#include "trainer/protocol/manifest.hpp"

using namespace winnow;
using namespace winnow::tests;
using namespace winnow::train;
namespace fs = std::filesystem;

namespace {

/// The last report of a run that finished, without its type.
nlohmann::json finished(const RunFolder& folder) {
  const auto lines = reports(folder);
  REQUIRE(lines.back().at("type") == "finished");
  return lines.back();
}

}  // namespace

// Even from 300 rows the head alone learns to get .56 of other rows right, the head with the top
// layer .72: only a whole model, its embeddings included, learns which words are good.
TEST_CASE("training the whole model learns the task, and reports what happened in order") {
  const TemporaryFolder folder;
  write_tiny_study(folder.path());
  nlohmann::json settings = tiny_settings(folder.path());
  settings["max_steps"] = 100;
  settings["eval_every_steps"] = 25;
  settings["learning_rate"] = 0.003;
  settings["dropout"] = 0.0;
  const RunFolder run{folder / "run"};
  REQUIRE(run_tiny(run, settings) == RunEnd::finished);
  const auto lines = reports(run);
  CHECK(lines.front() == nlohmann::json{{"type", "started"},
                                        {"protocol", 1},
                                        {"parameters", lines.front().at("parameters")},
                                        {"device", "cpu"},
                                        {"deterministic", true},
                                        {"threads", 1}});
  const auto metric = reports_of_type(run, "metric");
  REQUIRE(metric.size() == 4);
  CHECK(metric[0].at("step") == 25);
  CHECK(metric[0].at("values").at("train_loss") > 0.5);
  CHECK(metric[3].at("values").at("train_loss") < 0.1);
  CHECK(finished(run).at("values").at("eval_accuracy") >= 0.95);
}

TEST_CASE("rows from CSV train as the same rows from JSON lines do") {
  const TemporaryFolder folder;
  write_tiny_study(folder.path());
  nlohmann::json settings = tiny_settings(folder.path());
  const RunFolder from_json{folder / "json"}, from_csv{folder / "csv"};
  run_tiny(from_json, settings);
  for (const char* name : {"train", "validation"}) {
    std::string csv = "stars,review\r\n";
    std::istringstream rows(read_text(folder / (std::string(name) + ".jsonl")));
    for (std::string line; std::getline(rows, line);) {
      const nlohmann::json row = nlohmann::json::parse(line);
      csv +=
          row.at("label").get<std::string>() + ",\"" + row.at("text").get<std::string>() + "\"\r\n";
    }
    write_text(folder / (std::string(name) + ".csv"), csv);
    settings[std::string(name) + "_data"] = (folder / (std::string(name) + ".csv")).string();
  }
  settings["text_column"] = "review";
  settings["label_column"] = "stars";
  run_tiny(from_csv, settings);
  CHECK(same_tensors(from_json.checkpoint(20), from_csv.checkpoint(20)));
  CHECK(reports(from_json) == reports(from_csv));
}

/// Settings that each bring state of their own, or change what a step does as training goes on.
std::vector<nlohmann::json> techniques() {
  std::vector<nlohmann::json> all;
  for (const std::string& name : optimizer_names()) {
    all.push_back({{"optimizer", name}, {"trainable_layers", 1}});
  }
  all.push_back({{"adaptation", "lora"}, {"lora_dropout", 0.2}, {"ema_decay", 0.7}});
  all.push_back({{"adaptation", "bitfit"}, {"micro_batch_size", 3}, {"l1_penalty", 0.01}});
  all.push_back({{"unfreeze_every_epochs", 0.5}, {"layer_rate_decay", 0.8}});
  all.push_back({{"schedule", "plateau"}, {"plateau_patience", 0}, {"plateau_threshold", 1.0}});
  for (const char* beside : {"adapters", "prefix", "prompt"}) {
    all.push_back({{"adaptation", beside}, {"virtual_tokens", 3}});
  }
  all.push_back({{"gradient_checkpointing", true}, {"micro_batch_size", 3}});
  all.push_back({{"schedule", "one_cycle"}, {"warmup_fraction", 0.0}});
  all.push_back({{"precision", "bf16"}, {"ema_decay", 0.7}, {"micro_batch_size", 3}});
  all.push_back({{"precision", "bf16"}, {"adaptation", "lora"}, {"gradient_checkpointing", true}});
  all.push_back({{"precision", "bf16"}, {"trainable_layers", 1}, {"pooling", "cls"}});
  all.push_back(
      {{"length_bucketing", 3}, {"truncation_side", "middle"}, {"transferred_layers", 1}});
  return all;
}

TEST_CASE("twenty steps equal eleven steps, a kill and nine more, to the bit") {
  for (const nlohmann::json& technique : techniques()) {
    INFO(technique.dump());
    const TemporaryFolder folder;
    write_tiny_study(folder.path());
    nlohmann::json settings = tiny_settings(folder.path());
    settings.update(technique);
    settings["checkpoint_every_steps"] = 11;
    settings["keep_checkpoints"] = 100;
    const RunFolder whole{folder / "whole"};
    REQUIRE(run_tiny(whole, settings) == RunEnd::finished);

    // What a kill after step 11 leaves: every checkpoint up to it, and a half-written one.
    const RunFolder resumed{folder / "resumed"};
    fs::create_directories(resumed.path);
    fs::copy(whole.checkpoints(), resumed.checkpoints(), fs::copy_options::recursive);
    remove_checkpoints_beyond(resumed.checkpoints(), 11);
    fs::create_directories(resumed.checkpoints() / ".unfinished-step-000012");
    REQUIRE(run_tiny(resumed, settings, resumed.checkpoint(11)) == RunEnd::finished);

    CHECK(same_tensors(whole.checkpoint(20), resumed.checkpoint(20)));
    CHECK(read_text(whole.checkpoint(20) / "state.json") ==
          read_text(resumed.checkpoint(20) / "state.json"));
    CHECK(finished(whole) == finished(resumed));
    const auto all = reports_of_type(whole, "metric");
    const auto later = reports_of_type(resumed, "metric");
    REQUIRE(all.size() == 4);
    CHECK(later == std::vector<nlohmann::json>(all.begin() + 2, all.end()));
    CHECK_FALSE(fs::exists(resumed.checkpoints() / ".unfinished-step-000012"));
  }
}

TEST_CASE("layers that are computed again give the same numbers, to the bit") {
  const std::vector<nlohmann::json> ways = {{},
                                            {{"trainable_layers", 1}},
                                            {{"adaptation", "lora"}},
                                            {{"adaptation", "lora"}, {"lora_dropout", 0.2}},
                                            {{"unfreeze_every_epochs", 0.5}}};
  for (const nlohmann::json& way : ways) {
    INFO(way.dump());
    const TemporaryFolder folder;
    write_tiny_study(folder.path());
    nlohmann::json settings = tiny_settings(folder.path());
    if (!way.is_null()) settings.update(way);
    const RunFolder kept{folder / "kept"}, again{folder / "again"};
    REQUIRE(run_tiny(kept, settings) == RunEnd::finished);
    settings["gradient_checkpointing"] = true;
    REQUIRE(run_tiny(again, settings) == RunEnd::finished);
    CHECK(same_tensors(kept.checkpoint(20), again.checkpoint(20)));
    CHECK(reports(kept) == reports(again));
  }
}

TEST_CASE("the same settings give the same numbers, another seed others") {
  const TemporaryFolder folder;
  write_tiny_study(folder.path());
  nlohmann::json settings = tiny_settings(folder.path());
  const RunFolder first{folder / "first"}, second{folder / "second"}, other{folder / "other"};
  run_tiny(first, settings);
  run_tiny(second, settings);
  CHECK(reports(first) == reports(second));
  settings["seed"] = 99;
  run_tiny(other, settings);
  CHECK(finished(first).at("values") != finished(other).at("values"));
}

TEST_CASE("cached activations change nothing, to the bit, and frozen weights stay as they were") {
  for (const int layers : {0, 1}) {
    const TemporaryFolder folder;
    write_tiny_study(folder.path());
    nlohmann::json settings = tiny_settings(folder.path());
    settings["trainable_layers"] = layers;
    const RunFolder in_memory{folder / "memory"}, filling{folder / "fill"},
        reading{folder / "read"};
    run_tiny(in_memory, settings);
    settings["cache_dir"] = (folder / "cache").string();
    run_tiny(filling, settings);
    const auto entries = std::distance(fs::directory_iterator(folder / "cache"), {});
    CHECK(entries == 2);  // training and validation rows
    run_tiny(reading, settings);
    CHECK(std::distance(fs::directory_iterator(folder / "cache"), {}) == entries);
    for (const RunFolder& other : {filling, reading}) {
      CHECK(reports(in_memory) == reports(other));
      CHECK(same_tensors(in_memory.checkpoint(20), other.checkpoint(20)));
    }
    const NamedTensors saved = read_tensors(in_memory.checkpoint(20) / "trainable.safetensors");
    for (const auto& [name, tensor] : saved) {
      CHECK(name.find("layer.0") == std::string::npos);
      CHECK(name.find("embeddings") == std::string::npos);
    }
  }
}

TEST_CASE("a whole model, its embeddings included, is trained when no layers are named") {
  const TemporaryFolder folder;
  write_tiny_study(folder.path());
  const RunFolder run{folder / "run"};
  run_tiny(run, tiny_settings(folder.path()));
  const NamedTensors saved = read_tensors(run.checkpoint(20) / "trainable.safetensors");
  const at::Tensor before = tiny_tensors().at("embeddings.word_embeddings.weight");
  CHECK_FALSE(at::equal(saved.at("bert.embeddings.word_embeddings.weight"), before));
}

TEST_CASE("what is reported at the end belongs to the best checkpoint, which is kept") {
  const TemporaryFolder folder;
  write_tiny_study(folder.path());
  nlohmann::json settings = tiny_settings(folder.path());
  settings["learning_rate"] = 0.3;  // so large that the loss goes up again
  settings["schedule"] = "constant";
  settings["keep_checkpoints"] = 1;
  const RunFolder run{folder / "run"};
  run_tiny(run, settings);
  const auto metric = reports_of_type(run, "metric");
  auto best = metric.front();
  for (const auto& line : metric) {
    if (line.at("values").at("eval_loss") < best.at("values").at("eval_loss")) best = line;
  }
  REQUIRE(best.at("step") < 20);
  CHECK(finished(run).at("step") == best.at("step"));
  CHECK(finished(run).at("values") == best.at("values"));
  CHECK_FALSE(protocol::verify_manifest(run.checkpoint(best.at("step"))));
  CHECK(fs::exists(run.checkpoint(20)));

  settings["restore_best"] = false;
  const RunFolder last{folder / "last"};
  run_tiny(last, settings);
  CHECK(finished(last).at("step") == 20);
  CHECK(finished(last).at("values") == metric.back().at("values"));
}

TEST_CASE("without a step the model is measured as it is, and can be exported") {
  const TemporaryFolder folder;
  write_tiny_study(folder.path());
  nlohmann::json settings = tiny_settings(folder.path());
  settings["max_steps"] = 0;
  settings["evaluate_test"] = true;
  settings["test_data"] = (folder / "validation.jsonl").string();
  const RunFolder run{folder / "run"};
  REQUIRE(run_tiny(run, settings) == RunEnd::finished);
  CHECK(finished(run).at("step") == 0);
  const nlohmann::json values = finished(run).at("values");
  CHECK(values.at("test_loss") == values.at("eval_loss"));
  CHECK_FALSE(values.contains("train_loss"));
  CHECK(read_checkpoint(run.checkpoint(0)).state.step == 0);
}

TEST_CASE("layers that are not transferred begin at random, the others as they were trained") {
  const TemporaryFolder folder;
  write_tiny_study(folder.path());
  nlohmann::json settings = tiny_settings(folder.path());
  const auto tensors_of = [&](const nlohmann::json& given) {
    const TrainConfig config = parse_config(given, Environment{});
    const TrainingData data = load_training_data(config);
    return make_classifier(config, data.model, data.bert, 2)->tensors();
  };
  const NamedTensors pretrained = tensors_of(settings);
  settings["transferred_layers"] = 1;
  const NamedTensors transferred = tensors_of(settings);
  settings.erase("transferred_layers");
  settings["initial_weights"] = "random";
  const NamedTensors drawn = tensors_of(settings);
  for (const auto& [name, tensor] : transferred) {
    INFO(name);
    const bool new_layer = name.find("encoder.layer.1.") != std::string::npos;
    const bool head = name.starts_with("classifier.");
    CHECK((head || tensor.equal((new_layer ? drawn : pretrained).at(name))));
  }
}

TEST_CASE("test metrics are those of the best weights") {
  const TemporaryFolder folder;
  write_tiny_study(folder.path());
  nlohmann::json settings = tiny_settings(folder.path());
  settings["learning_rate"] = 0.3;
  settings["schedule"] = "constant";
  settings["evaluate_test"] = true;
  settings["test_data"] = (folder / "validation.jsonl").string();
  const RunFolder run{folder / "run"};
  run_tiny(run, settings);
  const nlohmann::json values = finished(run).at("values");
  CHECK(values.at("test_loss") == values.at("eval_loss"));
  CHECK(values.at("test_macro_f1") == values.at("eval_macro_f1"));
}

TEST_CASE("training ends early when patience has run out") {
  const TemporaryFolder folder;
  write_tiny_study(folder.path());
  nlohmann::json settings = tiny_settings(folder.path());
  settings["max_steps"] = 400;
  settings["learning_rate"] = 0.3;
  settings["early_stopping_patience"] = 2;
  const RunFolder run{folder / "run"};
  REQUIRE(run_tiny(run, settings) == RunEnd::finished);
  const auto metric = reports_of_type(run, "metric");
  CHECK(metric.size() < 80);
  CHECK(metric.back().at("step") == finished(run).at("step").get<int>() + 2 * 5);
}

TEST_CASE("a budget of steps ends a run in good order, a larger one goes on from there") {
  const TemporaryFolder folder;
  write_tiny_study(folder.path());
  const nlohmann::json settings = tiny_settings(folder.path());
  const RunFolder whole{folder / "whole"}, rungs{folder / "rungs"};
  run_tiny(whole, settings);
  CHECK(run_tiny(rungs, settings, {}, 10) == RunEnd::finished);
  CHECK(reports_of_type(rungs, "metric").back().at("step") == 10);
  CHECK(run_tiny(rungs, settings, rungs.checkpoint(10), 20) == RunEnd::finished);
  CHECK(same_tensors(whole.checkpoint(20), rungs.checkpoint(20)));
}

TEST_CASE("a trial that goes on from another trial's checkpoint owns the best one too") {
  const TemporaryFolder folder;
  write_tiny_study(folder.path());
  nlohmann::json settings = tiny_settings(folder.path());
  const RunFolder parent{folder / "parent"}, child{folder / "child"};
  run_tiny(parent, settings, {}, 10);
  const std::int64_t best = finished(parent).at("step");
  settings["learning_rate"] = 1e-9;  // nothing gets better any more
  settings["schedule"] = "constant";
  settings["dropout"] = 0.0;
  REQUIRE(run_tiny(child, settings, parent.checkpoint(10)) == RunEnd::finished);
  CHECK_FALSE(protocol::verify_manifest(child.checkpoint(finished(child).at("step"))));
  CHECK(reports_of_type(child, "checkpoint").front().at("step") == best);
}

TEST_CASE("a stop line in the control file ends the run after the step, with a checkpoint") {
  const TemporaryFolder folder;
  write_tiny_study(folder.path());
  write_text(folder / "control.jsonl",
             "{\"type\":\"hello\"}\n{\"type\":\"stop\",\"reason\":\"r\"}\n");
  const nlohmann::json settings = tiny_settings(folder.path());
  const RunFolder whole{folder / "whole"}, stopped{folder / "stopped"};
  run_tiny(whole, settings);
  REQUIRE(run_tiny(stopped, settings, {}, {}, folder / "control.jsonl") == RunEnd::can_continue);
  CHECK(reports(stopped).back() ==
        nlohmann::json{{"type", "checkpoint"}, {"step", 1}, {"path", "step-000001"}});
  REQUIRE(run_tiny(stopped, settings, stopped.checkpoint(1)) == RunEnd::finished);
  CHECK(same_tensors(whole.checkpoint(20), stopped.checkpoint(20)));
  CHECK(finished(whole) == finished(stopped));
}

TEST_CASE("a loss that is not finite fails the trial and says at which step") {
  const TemporaryFolder folder;
  write_tiny_study(folder.path());
  NamedTensors broken = tiny_tensors();
  broken.at("encoder.layer.1.output.LayerNorm.weight").fill_(3e38f);
  write_tiny_model(folder / "model", broken);
  const RunFolder run{folder / "run"};
  CHECK(run_tiny(run, tiny_settings(folder.path())) == RunEnd::failed);
  const auto lines = reports(run);
  CHECK(lines.back().at("type") == "failed");
  CHECK(lines.back().at("kind") == "non_finite_loss");
  CHECK(lines[lines.size() - 2].at("values").at("eval_loss") == "nan");
  CHECK(fs::is_empty(run.checkpoints()));
}

TEST_CASE("rare classes count more in the training loss when weights are balanced") {
  const TokenDataset rows({1, 2, 3, 4}, {0, 1, 2, 3, 4}, {0, 0, 0, 1});
  CHECK(class_weights(ClassWeights::none, rows, 2).empty());
  const std::vector<float> weights = class_weights(ClassWeights::balanced, rows, 2);
  CHECK(weights[0] == Approx(4.0 / (2 * 3)));
  CHECK(weights[1] == Approx(4.0 / (2 * 1)));
}
