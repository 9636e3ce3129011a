#include "trainer/config.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>

#include "tests/support/temporary_folder.hpp"
#include "trainer/arguments.hpp"
#include "trainer/errors.hpp"
#include "trainer/model/adapter_config.hpp"

using namespace winnow;
using namespace winnow::train;

namespace {

nlohmann::json least_settings() {
  return {{"task", "text_classification"},
          {"model", "m"},
          {"train_data", "t.jsonl"},
          {"validation_data", "v.jsonl"}};
}

std::vector<std::string> fault_places(const nlohmann::json& settings) {
  std::vector<std::string> places;
  try {
    parse_config(settings, {});
  } catch (const ConfigError& error) {
    for (const Fault& fault : error.faults()) places.push_back(fault.place);
  }
  return places;
}

std::size_t argument_faults(const Syntax& syntax, const std::vector<std::string>& words) {
  try {
    const Arguments arguments(syntax, words);
  } catch (const ConfigError& error) {
    return error.faults().size();
  }
  return 0;
}

}  // namespace

TEST_CASE("the least settings are enough, and defaults are those of the table") {
  const TrainConfig config = parse_config(least_settings(), {});
  CHECK(config.optimizer == "adamw");
  CHECK(config.peak_learning_rate == 5e-5);
  CHECK_FALSE(config.adaptation.trainable_layers);
  CHECK(config.early_stopping.metric == "eval_loss");
  CHECK(config.early_stopping.better == Better::lower);
  CHECK(config.seed == 0);
}

TEST_CASE("every fault of the settings is reported at once") {
  nlohmann::json settings = least_settings();
  settings.erase("model");
  settings["learning_rte"] = 1;
  settings["dropout"] = 1.5;
  CHECK(fault_places(settings).size() == 3);
}

TEST_CASE("settings that contradict each other are refused") {
  nlohmann::json settings = least_settings();
  settings["evaluate_test"] = true;
  settings["early_stopping_metric"] = "eval_f1";
  CHECK(fault_places(settings) == std::vector<std::string>{"test_data", "early_stopping_metric"});
}

TEST_CASE("a fold goes with the number of folds and is one of them") {
  nlohmann::json settings = least_settings();
  settings["fold"] = 2;
  CHECK(fault_places(settings) == std::vector<std::string>{"fold"});
  settings["folds"] = 2;
  CHECK(fault_places(settings) == std::vector<std::string>{"fold"});
  settings["folds"] = 3;
  settings["data_seed"] = 9;
  settings["train_share"] = 0.5;
  const Division division = division_of(parse_config(settings, {}));
  REQUIRE(division.fold);
  CHECK(division.fold->part == 2);
  CHECK(division.fold->parts == 3);
  CHECK(division.seed == 9);
  CHECK(division.train_share == 0.5);
}

TEST_CASE("what is measured on comes from one place, what is tested on too") {
  using Places = std::vector<std::string>;
  nlohmann::json settings = least_settings();
  settings["validation_share"] = 0.2;
  CHECK(fault_places(settings) == Places{"validation_share"});
  settings.erase("validation_data");
  settings["test_share"] = 0.8;
  CHECK(fault_places(settings) == Places{"test_share"});
  settings["test_share"] = 0.1;
  settings["evaluate_test"] = true;
  settings["split_seed"] = 3;
  CHECK(fault_places(settings).empty());
  const Division division = division_of(parse_config(settings, {}));
  CHECK(division.held_out.validation == 0.2);
  CHECK(division.held_out.test == 0.1);
  CHECK(division.held_out.seed == 3);
  settings["folds"] = 4;
  settings["fold"] = 0;
  CHECK(division_of(parse_config(settings, {})).held_out.validation == 0.0);
  CHECK(division_of(parse_config(settings, {})).held_out.test == 0.1);
  settings["test_data"] = "test.csv";
  CHECK(fault_places(settings) == Places{"test_share"});
  for (const char* name : {"test_data", "test_share"}) settings.erase(name);
  CHECK(fault_places(settings) == Places{"test_data"});
  settings.erase("evaluate_test");
  for (const char* name : {"folds", "fold", "validation_share"}) settings.erase(name);
  CHECK(fault_places(settings) == Places{"validation_data"});
}

TEST_CASE("prompts need rows that have them, and a template says what it needs") {
  using Places = std::vector<std::string>;
  nlohmann::json settings = least_settings();
  settings["prompt_template"] = "{instruction}: {text}";
  CHECK(fault_places(settings) == Places{"instruction"});
  settings["instruction"] = "Judge";
  CHECK(fault_places(settings).empty());
  settings["prompt_template"] = "{title}: {text}";
  CHECK(fault_places(settings) == Places{"instruction"});
  settings.erase("instruction");
  CHECK(parse_config(settings, {}).prompts.form.columns() == Places{"title"});
  settings["few_shot_rows"] = 2;
  CHECK(fault_places(settings) == Places{"few_shot_rows"});
  settings["task"] = "causal_lm";
  settings["truncation_side"] = "left";
  CHECK(fault_places(settings) == Places{"prompt_template", "few_shot_rows", "truncation_side"});
  settings["prompt_column"] = "q";
  settings["completion_column"] = "a";
  settings["data_seed"] = 9;
  CHECK(fault_places(settings).empty());
  CHECK(parse_config(settings, {}).prompts.seed == 9);
}

TEST_CASE("layers that begin at random have to learn") {
  nlohmann::json settings = least_settings();
  settings["transferred_layers"] = 4;
  CHECK(pretrained_layers(parse_config(settings, {}), 6) == 4);
  CHECK_THROWS_AS(pretrained_layers(parse_config(settings, {}), 3), ConfigError);
  settings["trainable_layers"] = 1;
  CHECK_THROWS_AS(pretrained_layers(parse_config(settings, {}), 6), ConfigError);
  settings["trainable_layers"] = 2;
  CHECK(pretrained_layers(parse_config(settings, {}), 6) == 4);
  settings["adaptation"] = "lora";
  CHECK(fault_places(settings) == std::vector<std::string>{"transferred_layers"});
  settings.erase("transferred_layers");
  CHECK(pretrained_layers(parse_config(settings, {}), 6) == 6);
}

TEST_CASE("seeds come from the settings, else from the environment") {
  Environment environment;
  environment.seed = 5;
  nlohmann::json settings = least_settings();
  CHECK(parse_config(settings, environment).seed == 5);
  CHECK(parse_config(settings, environment).data_seed == 5);
  environment.data_seed = 6;
  CHECK(parse_config(settings, environment).data_seed == 6);
  settings["seed"] = 7;
  settings["data_seed"] = 8;
  CHECK(parse_config(settings, environment).seed == 7);
  CHECK(parse_config(settings, environment).data_seed == 8);
  CHECK(parse_config(settings, environment).settings.at("seed") == 7);
}

TEST_CASE("the number of steps is max_steps, else epochs rounded up to whole steps") {
  nlohmann::json settings = least_settings();
  settings["epochs"] = 1.25;
  CHECK(schedule_of(parse_config(settings, {}), 10).total_steps == 13);
  CHECK(schedule_of(parse_config(settings, {}), 10).every_steps == 10);
  settings["max_steps"] = 7;
  settings["warmup_fraction"] = 0.1;
  settings["schedule_every_steps"] = 3;
  const Schedule schedule = schedule_of(parse_config(settings, {}), 10);
  CHECK(schedule.total_steps == 7);
  CHECK(schedule.warmup_steps == 1);
  CHECK(schedule.every_steps == 3);
}

TEST_CASE("settings that speak against each other are refused together") {
  nlohmann::json settings = least_settings();
  settings["schedule"] = "one_cycle";
  settings["warmup_fraction"] = 0.1;
  settings["early_stopping_metric"] = "eval_los";
  try {
    parse_config(settings, {});
    FAIL("accepted");
  } catch (const ConfigError& error) {
    CHECK(error.faults().size() == 2);
  }
}

TEST_CASE("sets of labels and written completions are asked for where there are such") {
  const auto faulty = [](const nlohmann::json& changes) {
    nlohmann::json settings = least_settings();
    settings.update(changes);
    return fault_places(settings);
  };
  const std::vector<std::string> multi_label = {"multi_label"}, weights = {"class_weights"},
                                 generation = {"generation_rows"},
                                 metric = {"early_stopping_metric"};
  CHECK(faulty({{"multi_label", true}, {"early_stopping_metric", "eval_mcc"}}) == metric);
  CHECK(faulty({{"task", "causal_lm"}, {"early_stopping_metric", "eval_bleu"}}) == metric);
  CHECK(faulty({{"generation_rows", 2}}) == generation);
  CHECK(faulty({{"multi_label", true}}).empty());
  CHECK(faulty({{"multi_label", true}, {"task", "causal_lm"}}) == multi_label);
  CHECK(faulty({{"multi_label", true}, {"class_weights", "balanced"}}) == weights);
  CHECK(faulty({{"generation_rows", 2}, {"task", "causal_lm"}}) == generation);
  CHECK(faulty({{"generation_rows", 2},
                {"task", "causal_lm"},
                {"prompt_column", "p"},
                {"completion_column", "c"}})
            .empty());
}

TEST_CASE("an adapter's folder says rank, scale and places, and nobody else does") {
  const tests::TemporaryFolder folder;
  AdapterConfig adapter;
  adapter.adaptation.kind = AdaptationKind::lora;
  adapter.adaptation.lora = {4, 16.0, true, 0.0, "query,value"};
  adapter.adaptation.trainable_layers = 1;
  adapter.base = "base";
  adapter.task_type = "SEQ_CLS";
  tests::write_text(folder / "adapter_config.json", adapter_config_text(adapter, {2, 4, 16}));
  nlohmann::json settings = least_settings();
  settings["adaptation"] = "lora";
  settings["adapter"] = folder.path().string();
  const TrainConfig config = parse_config(settings, {});
  CHECK(config.adaptation.lora.rank == 4);
  CHECK(config.adaptation.lora.alpha == 16.0);
  CHECK(config.adaptation.lora.rank_stabilized);
  CHECK(config.adaptation.lora.targets == "query,value");
  CHECK(config.adaptation.trainable_layers == 1);
  CHECK(config.settings.at("lora_rank") == 4);
  settings["lora_rank"] = 8;
  CHECK_THROWS_AS(parse_config(settings, {}), ConfigError);
  settings.erase("lora_rank");
  settings["adaptation"] = "full";
  CHECK_THROWS_AS(parse_config(settings, {}), ConfigError);
}

TEST_CASE(
    "virtual tokens and bottlenecks say what they are, and their settings go with nothing else") {
  const tests::TemporaryFolder folder;
  AdapterConfig adapter;
  adapter.adaptation.kind = AdaptationKind::adapters;
  adapter.adaptation.bottleneck = {12, BottleneckPlaces::mlp};
  tests::write_text(folder / "adapter_config.json", adapter_config_text(adapter, {2, 4, 16}));
  nlohmann::json settings = least_settings();
  settings["adaptation"] = "adapters";
  settings["adapter"] = folder.path().string();
  const TrainConfig config = parse_config(settings, {});
  CHECK(config.adaptation.bottleneck.size == 12);
  CHECK(config.adaptation.bottleneck.places == BottleneckPlaces::mlp);
  CHECK(config.settings.at("adapter_places") == "mlp");
  settings["adaptation"] = "prefix";  // not what the folder holds
  CHECK(fault_places(settings) == std::vector<std::string>{"adaptation"});

  nlohmann::json prompt = least_settings();
  prompt["adaptation"] = "prompt";
  prompt["virtual_tokens"] = 5;
  CHECK(places_in_front(parse_config(prompt, {}).adaptation) == 5);
  CHECK_NOTHROW(require_positions(parse_config(prompt, {}), 133));
  CHECK_THROWS_AS(require_positions(parse_config(prompt, {}), 132), ConfigError);
  prompt["trainable_layers"] = 1;
  prompt["unfreeze_every_epochs"] = 1;
  CHECK(fault_places(prompt) ==
        std::vector<std::string>{"trainable_layers", "unfreeze_every_epochs"});
  CHECK(places_in_front(parse_config(least_settings(), {}).adaptation) == 0);
}

TEST_CASE("adapters of other kinds are refused by name, all faults at once") {
  const tests::TemporaryFolder folder;
  const nlohmann::json adapter = {{"peft_type", "LORA"},       {"r", 0},
                                  {"lora_alpha", "8"},         {"target_modules", "(a|b)"},
                                  {"use_dora", true},          {"bias", "all"},
                                  {"rank_pattern", {{"x", 1}}}};
  tests::write_text(folder / "adapter_config.json", adapter.dump());
  try {
    read_adapter_config(folder.path());
    FAIL("accepted");
  } catch (const ConfigError& error) {
    CHECK(error.faults().size() == 6);
  }
}

TEST_CASE("a settings file that is missing or no JSON is named") {
  const tests::TemporaryFolder folder;
  CHECK_THROWS_AS(read_config(folder / "none.json", {}), ConfigError);
  tests::write_text(folder / "broken.json", "{\"task\": ");
  CHECK_THROWS_AS(read_config(folder / "broken.json", {}), ConfigError);
}

TEST_CASE("words after a verb are told apart, unknown ones refused together") {
  const Syntax syntax{{"MODEL"}, {"data", "threads"}, {"json"}};
  const std::vector<std::string> words = {"m", "--data", "d", "--json", "--threads", "3"};
  const Arguments arguments(syntax, words);
  CHECK(arguments.positional(0) == "m");
  CHECK(arguments.required("data") == "d");
  CHECK(arguments.flag("json"));
  CHECK(arguments.integer("threads", 1, 1, 4) == 3);
  CHECK_THROWS_AS(arguments.integer("threads", 1, 1, 2), ConfigError);
  CHECK_THROWS_AS(arguments.integer("data", 1, 1, 2), ConfigError);
  CHECK_THROWS_AS(arguments.required("out"), ConfigError);
  CHECK(argument_faults(syntax, {}) == 1);
  CHECK(argument_faults(syntax, {"m", "n", "--dat", "x", "--threads"}) == 4);
}
