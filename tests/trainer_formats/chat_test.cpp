#include "trainer/data/chat.hpp"

#include <catch2/catch.hpp>

#include "tests/support/temporary_folder.hpp"
#include "trainer/data/causal_rows.hpp"
#include "trainer/errors.hpp"
#include "trainer/text/tokenizer.hpp"

using namespace winnow::train;
using nlohmann::json;
namespace tests = winnow::tests;
using winnow::tests::TemporaryFolder;
using winnow::tests::write_text;

namespace {

json message(const char* role, const char* content) {
  return {{"role", role}, {"content", content}};
}

json two_turns() {
  return json::array({message("system", "Be brief."), message("user", " hi "),
                      message("assistant", "hello "), message("user", "bye"),
                      message("assistant", "so long"), message("user", "?")});
}

std::string whole(const std::vector<ChatPart>& parts) {
  std::string text;
  for (const ChatPart& part : parts) text += part.text;
  return text;
}

std::vector<std::string> learned(const std::vector<ChatPart>& parts) {
  std::vector<std::string> texts;
  for (const ChatPart& part : parts) {
    if (part.learned) texts.push_back(part.text);
  }
  return texts;
}

/// Letters a … z are the ids 0 … 25, the blank is 26, the line end 27; ChatML's tokens are 28 and
/// 29.
Tokenizer chat_letters(bool blank_before_texts = false) {
  json vocabulary;
  for (int i = 0; i < 26; ++i) vocabulary[std::string(1, static_cast<char>('a' + i))] = i;
  vocabulary["\u0120"] = 26;
  vocabulary["\u010A"] = 27;
  json file = json::parse(R"({
    "added_tokens": [{"id": 28, "content": "<|im_start|>", "normalized": false},
                     {"id": 29, "content": "<|im_end|>", "normalized": false}],
    "normalizer": null, "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false},
    "post_processor": null, "model": {"type": "BPE", "merges": []}})");
  file["model"]["vocab"] = vocabulary;
  file["pre_tokenizer"]["add_prefix_space"] = blank_before_texts;
  const TemporaryFolder folder;
  write_text(folder / "tokenizer.json", file.dump());
  return Tokenizer::load(folder / "tokenizer.json");
}

const CausalColumns chat_columns{"text", {}, {}, "messages", ChatTemplate::chatml};

}  // namespace

TEST_CASE("conversations are written as each family was trained with, up to the last answer") {
  const auto chatml = chat_parts(two_turns(), ChatTemplate::chatml);
  CHECK(whole(chatml) ==
        "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\n hi <|im_end|>\n"
        "<|im_start|>assistant\nhello <|im_end|>\n<|im_start|>user\nbye<|im_end|>\n"
        "<|im_start|>assistant\nso long<|im_end|>");
  CHECK(learned(chatml) == std::vector<std::string>{"hello <|im_end|>", "so long<|im_end|>"});
  CHECK(whole(chat_parts(two_turns(), ChatTemplate::llama2)) ==
        "[INST] <<SYS>>\nBe brief.\n<</SYS>>\n\n hi [/INST]hello </s><s>[INST] bye [/INST]"
        "so long </s>");
  CHECK(whole(chat_parts(two_turns(), ChatTemplate::llama3)) ==
        "<|start_header_id|>system<|end_header_id|>\n\nBe brief.<|eot_id|>"
        "<|start_header_id|>user<|end_header_id|>\n\nhi<|eot_id|>"
        "<|start_header_id|>assistant<|end_header_id|>\n\nhello<|eot_id|>"
        "<|start_header_id|>user<|end_header_id|>\n\nbye<|eot_id|>"
        "<|start_header_id|>assistant<|end_header_id|>\n\nso long<|eot_id|>");
  CHECK(whole(chat_parts(two_turns(), ChatTemplate::zephyr)) ==
        "<|system|>\nBe brief.</s>\n<|user|>\n hi </s>\n<|assistant|>\nhello </s>\n"
        "<|user|>\nbye</s>\n<|assistant|>\nso long</s>");
}

TEST_CASE("learned and other parts take turns in every template, the last one is learned") {
  for (const ChatTemplate form :
       {ChatTemplate::chatml, ChatTemplate::llama2, ChatTemplate::llama3, ChatTemplate::zephyr}) {
    const auto parts = chat_parts(two_turns(), form);
    REQUIRE(parts.size() == 4);
    for (std::size_t i = 0; i < parts.size(); ++i) CHECK(parts[i].learned == (i % 2 == 1));
  }
}

TEST_CASE("what is no conversation is refused with the message that is wrong") {
  const auto fault = [](const json& messages) {
    return conversation_fault(messages).value_or("none");
  };
  CHECK(fault(two_turns()) == "none");
  CHECK(fault("hi") == "must be a list of messages");
  CHECK(fault(json::array()) == "must be a list of messages");
  CHECK(fault(json::array({message("user", "a")})) == "has no answer of the assistant to learn");
  CHECK(fault(json::array({message("assistant", "a")})) ==
        "message 1 must be of the user, found \"assistant\"");
  CHECK(fault(json::array({message("user", "a"), message("system", "b")})) ==
        "message 2 must be of the assistant, found \"system\"");
  CHECK(fault(json::array({message("user", "a"), message("tool", "b")})) ==
        "message 2 must be of the assistant, found \"tool\"");
  CHECK(fault(json::array({{{"role", "user"}, {"content", 1}}})) ==
        "message 1 needs \"content\" as text");
  CHECK(fault(json::array({"a"})) == "message 1 is no object with role and content");
}

TEST_CASE("of a conversation the answers and their ends are learned") {
  const TemporaryFolder folder;
  const json messages = json::array({message("user", "ab"), message("assistant", "c"),
                                     message("user", "d"), message("assistant", "ef")});
  write_text(folder / "a.jsonl", json{{"messages", messages}}.dump() + "\n");
  const Tokenizer tokenizer = chat_letters();
  const CausalDataset dataset =
      read_causal_rows(folder / "a.jsonl", chat_columns, tokenizer, 80, {});
  const std::string text = whole(chat_parts(messages, ChatTemplate::chatml));
  const auto ids = tokenizer.encode(text, 200);
  const auto row = dataset.tokens.tokens(0);
  CHECK(std::vector<std::int32_t>(row.begin(), row.end()) == ids);
  const auto flags = dataset.learned_of(0);
  std::vector<std::int32_t> taught;
  for (std::size_t k = 0; k < row.size(); ++k) {
    if (flags[k] == 1) taught.push_back(row[k]);
  }
  CHECK(taught == std::vector<std::int32_t>{2, 29, 4, 5, 29});
  CHECK(dataset.targets() == 5);
  CHECK(static_cast<std::size_t>(dataset.completions.front()) == row.size() - 3);
  CHECK(uncut_length({messages.dump(), ""}, chat_columns, tokenizer, {}) == ids.size());
  // Too long: the beginning goes, with what was learned of it.
  const CausalDataset shorter =
      read_causal_rows(folder / "a.jsonl", chat_columns, tokenizer, 8, {});
  CHECK(shorter.tokens.tokens(0).size() == 8);
  CHECK(shorter.targets() == 3);
  CHECK(shorter.completions.front() == 5);
}

TEST_CASE("the Jinja templates give the ids that are learned, by Jinja and the native tokenizers") {
  const std::string source = WINNOW_SOURCE_DIR;
  const json golden =
      json::parse(tests::read_text(source + "/tests/trainer_formats/golden/chat_templates.json"));
  REQUIRE(golden.at("forms").size() == 4);
  for (const auto& [name, form] : golden.at("forms").items()) {
    const ChatTemplate chat = parse_chat_template(name, "chat_template");
    const auto file = source + "/build/assets/npm/" + form.at("tokenizer").get<std::string>();
    const Tokenizer tokenizer = Tokenizer::load(file);
    INFO(name);
    CHECK(tokenizer.beginning() == form.at("beginning"));
    CHECK(jinja_template(chat, tokenizer.beginning()) == form.at("template"));
    const CausalColumns columns{"text", {}, {}, "messages", chat};
    for (std::size_t i = 0; i < form.at("conversations").size(); ++i) {
      const json& messages = form.at("conversations")[i];
      const CausalDataset dataset =
          causal_dataset({{messages.dump(), ""}}, columns, tokenizer, 10'000, {}, "golden");
      const auto row = dataset.tokens.tokens(0);
      auto expected = form.at("ids")[i].get<std::vector<std::int32_t>>();
      INFO(form.at("texts")[i] << "\nours " << json(row).dump() << "\nexpected "
                               << json(expected).dump());
      // Behind the last answer a template may end its line.
      REQUIRE(expected.size() >= row.size());
      const std::span rest = std::span(expected).subspan(row.size());
      CHECK(tokenizer.decode(rest).find_first_not_of(" \n") == std::string::npos);
      expected.resize(row.size());
      CHECK(std::vector<std::int32_t>(row.begin(), row.end()) == expected);
    }
  }
}

TEST_CASE("no blank comes between a header's line end and the answer behind it") {
  const TemporaryFolder folder;
  const json messages = json::array({message("user", "ab"), message("assistant", "c")});
  write_text(folder / "a.jsonl", json{{"messages", messages}}.dump() + "\n");
  const CausalDataset dataset =
      read_causal_rows(folder / "a.jsonl", chat_columns, chat_letters(true), 80, {});
  const auto row = dataset.tokens.tokens(0);
  const auto answer = row.subspan(static_cast<std::size_t>(dataset.completions.front()));
  CHECK(std::vector<std::int32_t>(answer.begin(), answer.end()) ==
        std::vector<std::int32_t>{2, 29});
}

TEST_CASE("conversations are read from JSON lines and CSV, faults named by line") {
  const TemporaryFolder folder;
  const json messages = json::array({message("user", "a"), message("assistant", "b")});
  write_text(folder / "a.jsonl", json{{"m", messages}}.dump() + "\n{\"m\":[]}\n{\"m\":\"x\"}\n");
  try {
    read_conversations(folder / "a.jsonl", "m");
    FAIL("two lines are no conversations");
  } catch (const ConfigError& error) {
    REQUIRE(error.faults().size() == 2);
    CHECK(error.faults()[0].place == (folder / "a.jsonl").string() + ":2");
    CHECK(error.faults()[1].message == "\"m\": must be a list of messages");
  }
  write_text(folder / "a.csv",
             "m\n\"[{\"\"role\"\":\"\"user\"\",\"\"content\"\":\"\"a\"\"},{\"\"role\"\":"
             "\"\"assistant\"\",\"\"content\"\":\"\"b\"\"}]\"\n");
  const auto rows = read_conversations(folder / "a.csv", "m");
  REQUIRE(rows.size() == 1);
  CHECK(json::parse(rows.front().text) == messages);
  write_text(folder / "b.csv", "m\nhello\n");
  CHECK_THROWS_AS(read_conversations(folder / "b.csv", "m"), ConfigError);
}

TEST_CASE("a template whose tokens the tokenizer lacks is refused") {
  const Tokenizer tokenizer = chat_letters();
  CHECK(chat_end(tokenizer, ChatTemplate::chatml) == 29);
  for (const ChatTemplate form :
       {ChatTemplate::llama2, ChatTemplate::llama3, ChatTemplate::zephyr}) {
    CHECK_THROWS_AS(chat_end(tokenizer, form), ConfigError);
  }
  CHECK_THROWS_AS(parse_chat_template("alpaca", "chat_template"), ConfigError);
}
