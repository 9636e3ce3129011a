// The task causal_lm from texts to an exported folder.
#include <ATen/ATen.h>

#include <catch2/catch.hpp>
#include <random>

#include "tests/trainer/binary_support.hpp"
#include "tests/trainer/run_support.hpp"
#include "tests/trainer/tiny_decoder.hpp"
#include "trainer/errors.hpp"
#include "trainer/loop/causal_evaluation.hpp"
#include "trainer/loop/language_modelling.hpp"
#include "trainer/model/causal_folder.hpp"
#include "trainer/model/fitting_tokenizer.hpp"

using namespace winnow;
using namespace winnow::tests;
using namespace winnow::train;

namespace {

nlohmann::json gpt2() {
  return {{"model_type", "gpt2"}, {"n_embd", 16},
          {"n_layer", 2},         {"n_head", 4},
          {"n_positions", 16},    {"vocab_size", 31},
          {"eos_token_id", 30},   {"layer_norm_epsilon", 1e-5}};
}

nlohmann::json qwen2() {
  return {
      {"model_type", "qwen2"},         {"hidden_size", 16},        {"num_hidden_layers", 2},
      {"num_attention_heads", 4},      {"num_key_value_heads", 2}, {"intermediate_size", 24},
      {"max_position_embeddings", 16}, {"vocab_size", 31},         {"tie_word_embeddings", true},
      {"rms_norm_eps", 1e-6},          {"eos_token_id", 30}};
}

/// The same few words over and over: easily learned.
void write_texts(const std::filesystem::path& file, int rows) {
  const std::vector<std::string> lines = {"the cat saw the dog", "the dog saw the cat",
                                          "a cat and a dog ran", "the sun is over the sea"};
  std::string text;
  for (int row = 0; row < rows; ++row) {
    text += lines[static_cast<std::size_t>(row) % lines.size()] + "\n";
  }
  write_text(file, text);
}

nlohmann::json study(const std::filesystem::path& folder, const nlohmann::json& config) {
  write_tiny_decoder(folder / "model", config);
  write_texts(folder / "train.txt", 24);
  write_texts(folder / "validation.txt", 4);
  return {{"task", "causal_lm"},
          {"model", (folder / "model").string()},
          {"train_data", (folder / "train.txt").string()},
          {"validation_data", (folder / "validation.txt").string()},
          {"max_length", 12},
          {"learning_rate", 0.01},
          {"batch_size", 8},
          {"micro_batch_size", 3},
          {"max_steps", 16},
          {"eval_every_steps", 4},
          {"checkpoint_every_steps", 6},
          {"keep_checkpoints", 100},
          {"early_stopping_metric", "eval_perplexity"},
          {"seed", 3}};
}

}  // namespace

TEST_CASE("a language model learns its texts, goes on to the bit, and is exported as it is") {
  const nlohmann::json lora = {{"adaptation", "lora"}, {"lora_targets", "all-linear"}};
  const auto with = [](const char* adaptation) {
    return nlohmann::json{{"adaptation", adaptation}, {"virtual_tokens", 3}, {"adapter_size", 8}};
  };
  const std::vector<std::pair<nlohmann::json, nlohmann::json>> studies = {
      {gpt2(), nlohmann::json::object()},
      {qwen2(), lora},
      {gpt2(), {{"gradient_checkpointing", true}}},
      {qwen2(), with("adapters")},
      {qwen2(), with("prefix")},
      {gpt2(), with("prefix")},
      {gpt2(), with("prompt")}};
  for (const auto& [config, technique] : studies) {
    INFO(config.dump());
    const TemporaryFolder folder;
    nlohmann::json settings = study(folder.path(), config);
    settings.update(technique);
    const RunFolder whole{folder / "whole"}, resumed{folder / "resumed"};
    REQUIRE(run_tiny(whole, settings) == RunEnd::finished);
    const auto evaluations = reports_of_type(whole, "metric");
    REQUIRE(evaluations.size() == 4);
    const auto value = [&](std::size_t i, const char* name) {
      return evaluations[i].at("values").at(name).get<double>();
    };
    // A few vectors in front of each row change less than weights do.
    const bool in_front = places_in_front(parse_config(settings, Environment{}).adaptation) > 0;
    CHECK(value(3, "eval_perplexity") < (in_front ? 0.99 : 0.9) * value(0, "eval_perplexity"));
    CHECK(value(3, "eval_perplexity") == Approx(std::exp(value(3, "eval_loss"))));

    std::filesystem::create_directories(resumed.path);
    std::filesystem::copy(whole.checkpoints(), resumed.checkpoints(),
                          std::filesystem::copy_options::recursive);
    remove_checkpoints_beyond(resumed.checkpoints(), 6);
    REQUIRE(run_tiny(resumed, settings, resumed.checkpoint(6)) == RunEnd::finished);
    CHECK(same_tensors(whole.checkpoint(16), resumed.checkpoint(16)));

    const TrainConfig parsed = parse_config(settings, Environment{});
    const auto model = make_causal_model(parsed, find_model(parsed.model));
    copy_values(kept_weights(read_checkpoint(whole.checkpoint(16))), model->trained().tensors,
                "run");
    export_causal_folder(*model, parsed.model, "# Card\n", folder / "exported");
    const LoadedCausalModel loaded = load_causal_model(folder / "exported", at::kCPU);
    const Tokenizer tokenizer = load_fitting_tokenizer(loaded.base, {31, 16}, 12);
    const CausalDataset rows =
        read_causal_rows(*parsed.validation_data, {"text", {}, {}}, tokenizer, 12, {});
    CHECK(measure(evaluate(*loaded.model, rows), "").at("perplexity") ==
          Approx(value(3, "eval_perplexity")).epsilon(1e-6));
  }
}

TEST_CASE("a model begun at random needs no weights, and the same ones follow from the seed") {
  const TemporaryFolder folder;
  nlohmann::json settings = study(folder.path(), gpt2());
  std::filesystem::remove(folder / "model" / "model.safetensors");
  CHECK_THROWS_AS(LanguageModelling(parse_config(settings, Environment{})), ConfigError);
  settings["initial_weights"] = "random";
  const auto tensors_of = [&](int seed) {
    settings["seed"] = seed;
    const TrainConfig config = parse_config(settings, Environment{});
    return make_causal_model(config, find_model(config.model, config.initial_weights))->tensors();
  };
  const NamedTensors tensors = tensors_of(3), again = tensors_of(3), other = tensors_of(4);
  for (const auto& [name, tensor] : tensors) CHECK(at::equal(tensor, again.at(name)));
  const std::string up = "transformer.h.0.mlp.c_fc.weight";
  CHECK_FALSE(at::equal(tensors.at(up), other.at(up)));
  // 16 × 64 and 64 × 16 normal numbers: standard errors of 2.2 % of each standard deviation.
  CHECK(tensors.at(up).std().item<double>() == Approx(0.02).epsilon(0.1));
  CHECK(tensors.at("transformer.h.1.mlp.c_proj.weight").std().item<double>() ==
        Approx(0.01).epsilon(0.1));
  CHECK(at::equal(tensors.at("transformer.ln_f.weight"), at::ones({16})));
  CHECK(at::equal(tensors.at("transformer.h.0.attn.c_attn.bias"), at::zeros({48})));
}

TEST_CASE("behind virtual tokens, tokens one after the other give the logits of all at once") {
  const std::vector<std::pair<nlohmann::json, const char*>> cases = {
      {gpt2(), "prompt"}, {gpt2(), "prefix"}, {qwen2(), "prompt"}, {qwen2(), "prefix"}};
  for (const auto& [config, adaptation] : cases) {
    INFO(config.dump() << adaptation);
    const TemporaryFolder folder;
    nlohmann::json settings = study(folder.path(), config);
    settings.update({{"adaptation", adaptation}, {"virtual_tokens", 4}});
    const TrainConfig parsed = parse_config(settings, Environment{});
    const auto model = make_causal_model(parsed, find_model(parsed.model));
    CHECK(model->max_tokens() == 12);
    const TokenDataset rows({1, 7, 22, 3, 9, 5, 8}, {0, 5, 7}, {0, 0});
    const at::NoGradGuard no_gradients;
    const at::Tensor whole =
        model->logits(pack(rows, std::vector<std::uint32_t>{1, 0}, at::kCPU)).narrow(0, 2, 5);
    KeyValueCache cache;
    const at::Tensor third = model->next_logits({1, 7, 22}, cache);
    CHECK(at::allclose(third, whole[2], 1e-4, 1e-5));
    CHECK(cache.tokens == 4 + 3);
    CHECK(at::allclose(model->next_logits({3}, cache), whole[3], 1e-4, 1e-5));
    CHECK(at::allclose(model->next_logits({9}, cache), whole[4], 1e-4, 1e-5));
  }
}

TEST_CASE("of prompts with completions only the completions are learned") {
  const TemporaryFolder folder;
  nlohmann::json settings = study(folder.path(), gpt2());
  std::string lines;
  for (int row = 0; row < 8; ++row)
    lines += R"({"question":"cat or","answer":" dog"})"
             "\n";
  write_text(folder / "pairs.jsonl", lines);
  settings["train_data"] = settings["validation_data"] = (folder / "pairs.jsonl").string();
  settings["prompt_column"] = "question";
  CHECK_THROWS_AS(parse_config(settings, Environment{}), ConfigError);
  settings["completion_column"] = "answer";
  const TrainConfig config = parse_config(settings, Environment{});
  const LanguageModelling task(config);
  // " dog" is four byte tokens, and the end of the text is learned as well.
  CHECK(task.loss_weight(std::vector<std::uint32_t>{0, 1}) == 2 * 5);
}

TEST_CASE("of conversations the answers are learned, and the last one is asked for") {
  const TemporaryFolder folder;
  nlohmann::json config = gpt2();
  config.update({{"vocab_size", 33}, {"n_positions", 64}, {"eos_token_id", 32}});
  nlohmann::json settings = study(folder.path(), config);
  nlohmann::json tokenizer = tiny_byte_pairs();
  for (const auto& [id, content] : {std::pair{31, "<|im_start|>"}, std::pair{32, "<|im_end|>"}}) {
    tokenizer["added_tokens"].push_back(
        {{"id", id}, {"content", content}, {"special", true}, {"normalized", false}});
  }
  write_text(folder / "model" / "tokenizer.json", tokenizer.dump());
  const auto said = [](const char* role, const char* content) {
    return nlohmann::json{{"role", role}, {"content", content}};
  };
  const nlohmann::json messages = {said("user", "cat"), said("assistant", "dog"),
                                   said("user", "dog"), said("assistant", "a cat")};
  std::string lines;
  for (int row = 0; row < 8; ++row) lines += nlohmann::json{{"m", messages}}.dump() + "\n";
  write_text(folder / "chats.jsonl", lines);
  settings["train_data"] = settings["validation_data"] = (folder / "chats.jsonl").string();
  settings.update({{"messages_column", "m"},
                   {"max_length", 60},
                   {"max_steps", 60},
                   {"eval_every_steps", 60},
                   {"generation_rows", 1}});
  {
    const TrainConfig parsed = parse_config(settings, Environment{});
    const LanguageModelling task(parsed);
    // "dog" and "a cat" are 3 and 5 byte tokens, each with an end.
    CHECK(task.loss_weight(std::vector<std::uint32_t>{0}) == 3 + 1 + 5 + 1);
  }
  const RunFolder run{folder / "run"};
  REQUIRE(run_tiny(run, settings) == RunEnd::finished);
  CHECK(reports_of_type(run, "metric").back().at("values").at("eval_exact_match") == 1.0);
  const std::string best = reports_of_type(run, "finished").front().at("step").dump(),
                    chat = folder / "chat";
  const auto exported = run_trainer(
      folder / "export",
      {"export", "--checkpoint", run.checkpoint(std::stol(best)).string(), "--out", chat});
  INFO(exported.error);
  REQUIRE(exported.exit_code == 0);
  const auto answered = run_trainer(
      folder / "ask", {"generate", chat, "--prompt", "cat", "--chat-template", "chatml"});
  CHECK(answered.out == "dog\n");
  const std::string jinja = read_text(folder / "chat" / "chat_template.jinja");
  CHECK(jinja == jinja_template(ChatTemplate::chatml, ""));
  CHECK(nlohmann::json::parse(read_text(folder / "chat" / "tokenizer_config.json")) ==
        nlohmann::json{{"tokenizer_class", "PreTrainedTokenizerFast"}, {"chat_template", jinja}});
  settings["chat_template"] = "llama3";
  const TrainConfig other = parse_config(settings, Environment{});
  CHECK_THROWS_AS(LanguageModelling(other), ConfigError);
}

TEST_CASE("an exported model is measured on the prompts that it was trained with") {
  const TemporaryFolder folder;
  nlohmann::json config = gpt2();
  config["n_positions"] = 64;
  nlohmann::json settings = study(folder.path(), config);
  std::string lines;
  for (const char* animal : {"cat", "dog", "sea", "sun"}) {
    lines += nlohmann::json{{"q", animal}, {"a", std::string("the ") + animal}, {"n", "a"}}.dump();
    lines += "\n";
  }
  const std::string rows = folder / "rows.jsonl", model = folder / "exported";
  write_text(rows, lines);
  const std::string form = "saw {n}|{text} ";
  settings["train_data"] = settings["validation_data"] = rows;
  settings.update({{"prompt_column", "q"},
                   {"completion_column", "a"},
                   {"prompt_template", form},
                   {"few_shot_rows", 2},
                   {"few_shot_choice", "similar"},
                   {"truncation_side", "middle"},
                   {"max_length", 20},
                   {"batch_size", 4},
                   {"max_steps", 4}});
  const RunFolder run{folder / "run"};
  REQUIRE(run_tiny(run, settings) == RunEnd::finished);
  const nlohmann::json finished = reports_of_type(run, "finished").front();
  const auto checkpoint = run.checkpoint(finished.at("step").get<std::int64_t>());
  REQUIRE(run_trainer(folder / "export", {"export", "--checkpoint", checkpoint, "--out", model})
              .exit_code == 0);
  CHECK_THAT(read_text(std::filesystem::path(model) / "README.md"),
             Catch::Contains(R"(| prompt_template | "saw {n}\|{text} " |)"));
  std::vector<std::string> words = {"evaluate",
                                    model,
                                    "--data",
                                    rows,
                                    "--prompt-column",
                                    "q",
                                    "--completion-column",
                                    "a",
                                    "--prompt-template",
                                    form,
                                    "--examples",
                                    rows,
                                    "--few-shot-rows",
                                    "2",
                                    "--few-shot-choice",
                                    "similar",
                                    "--truncation-side",
                                    "middle",
                                    "--max-length",
                                    "20"};
  const auto measured = run_trainer(folder / "evaluate", words);
  INFO(measured.error);
  REQUIRE(measured.exit_code == 0);
  const double loss = nlohmann::json::parse(measured.out).at("values").at("test_loss");
  CHECK(loss == Approx(finished.at("values").at("eval_loss").get<double>()).epsilon(1e-6));
  words[words.size() - 3] = "right";
  const auto other = run_trainer(folder / "other", words);
  CHECK(nlohmann::json::parse(other.out).at("values").at("test_loss") != Approx(loss));
}

TEST_CASE("what a model writes after prompts is scored at each evaluation, if asked for") {
  for (const char* adaptation : {"full", "prefix", "prompt"}) {
    INFO(adaptation);
    const TemporaryFolder folder;
    nlohmann::json settings = study(folder.path(), gpt2());
    std::string lines;
    for (int row = 0; row < 8; ++row) {
      lines += R"({"question":"cat or","answer":" dog"})"
               "\n";
    }
    write_text(folder / "pairs.jsonl", lines);
    settings["train_data"] = settings["validation_data"] = (folder / "pairs.jsonl").string();
    settings.update({{"prompt_column", "question"},
                     {"completion_column", "answer"},
                     {"adaptation", adaptation},
                     {"virtual_tokens", 3},
                     {"max_steps", 60},
                     {"eval_every_steps", 20}});
    const RunFolder silent{folder / "silent"}, writing{folder / "writing"};
    REQUIRE(run_tiny(silent, settings) == RunEnd::finished);
    settings["generation_rows"] = 2;
    REQUIRE(run_tiny(writing, settings) == RunEnd::finished);
    const auto without = reports_of_type(silent, "metric"),
               with = reports_of_type(writing, "metric");
    REQUIRE(with.size() == 3);
    for (std::size_t i = 0; i < with.size(); ++i) {
      nlohmann::json values = with[i].at("values");
      for (const char* name :
           {"eval_bleu", "eval_exact_match", "eval_rouge_1", "eval_rouge_2", "eval_rouge_l"}) {
        CHECK(values.contains(name));
        values.erase(name);
      }
      CHECK(values == without[i].at("values"));  // writing draws nothing and changes nothing
    }
    if (std::string(adaptation) != "full") continue;
    CHECK(with.back().at("values").at("eval_exact_match") == 1.0);
    CHECK(with.back().at("values").at("eval_rouge_1") == 1.0);
  }
}

TEST_CASE("packed rows see nothing of each other, and a batch counts packs") {
  for (const nlohmann::json& model : {gpt2(), qwen2()}) {
    const TemporaryFolder folder;
    nlohmann::json settings = study(folder.path(), model);
    settings.update({{"packing", true}, {"dropout", 0.0}, {"max_length", 16}});
    write_text(folder / "train.txt", "the cat\na dog\nsun\nthe sea\nthe sun and a cat\nran\n");
    const TrainConfig config = parse_config(settings, Environment{});
    const LanguageModelling task(config);
    const std::size_t packs = task.facts().training_rows;
    CHECK(packs < 6);
    CHECK(task.facts().row_begins.size() == packs + 1);
    const auto loaded = load_causal_model(folder / "model", at::kCPU);
    const Tokenizer tokenizer = Tokenizer::load(folder / "model" / "tokenizer.json");
    const CausalDataset rows = read_causal_rows(config.train_data, {"text"}, tokenizer, 16, {});
    double apart = 0.0, together = 0.0, weight = 0.0;
    const at::NoGradGuard no_gradients;
    for (std::uint32_t row = 0; row < rows.tokens.size(); ++row) {
      apart += causal_loss_sum(*loaded.model, rows, std::vector<std::uint32_t>{row},
                               CausalModel::Mode::evaluation, 0.0)
                   .item<double>();
    }
    for (std::uint32_t pack = 0; pack < packs; ++pack) {
      together += task.loss_sum(std::vector<std::uint32_t>{pack}).item<double>();
      weight += task.loss_weight(std::vector<std::uint32_t>{pack});
      CHECK(task.facts().tokens_of(pack) <= 16);
    }
    CHECK(together == Approx(apart).epsilon(1e-5));
    CHECK(weight == static_cast<double>(rows.targets()));
  }
}

TEST_CASE("every text is learned under all folds but one") {
  const TemporaryFolder folder;
  nlohmann::json settings = study(folder.path(), gpt2());
  const auto training_rows = [&] {
    const TrainConfig config = parse_config(settings, Environment{});
    return LanguageModelling(config).facts().training_rows;
  };
  const std::size_t of_24_lines = training_rows();
  settings["folds"] = 2;
  std::size_t sum = 0;
  for (const int fold : {0, 1}) {
    settings["fold"] = fold;
    sum += training_rows();
  }
  CHECK(sum * 24 == of_24_lines * 28);  // the lines of validation_data too
}

TEST_CASE("a model and rows that do not fit are refused") {
  const TemporaryFolder folder;
  nlohmann::json settings = study(folder.path(), gpt2());
  settings["max_length"] = 17;
  const TrainConfig config = parse_config(settings, Environment{});
  CHECK_THROWS_AS(LanguageModelling(config), ConfigError);
  settings["max_length"] = 12;
  settings["early_stopping_metric"] = "eval_accuracy";
  CHECK_THROWS_AS(parse_config(settings, Environment{}), ConfigError);
}
