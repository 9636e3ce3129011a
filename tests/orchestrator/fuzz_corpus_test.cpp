// The kept corpus of every fuzz target, and cuts of it, in every build.
#include <catch2/catch.hpp>
#include <set>

#include "tests/fuzz/targets.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace winnow::tests;

TEST_CASE("no input of the corpus, nor any beginning of one, is more than refused") {
  const std::filesystem::path corpus = std::string(WINNOW_SOURCE_DIR) + "/tests/fuzz/corpus";
  std::set<std::string> names;
  for (const FuzzTarget& target : fuzz_targets()) {
    names.insert(target.name);
    std::size_t inputs = 0;
    for (const auto& entry : std::filesystem::directory_iterator(corpus / target.name)) {
      ++inputs;
      const std::string bytes = read_text(entry.path());
      INFO(target.name << " " << entry.path().filename().string());
      CHECK_NOTHROW(target.run(bytes));
      // Short enough to be cheap, long enough to end within every kind of word.
      const std::size_t step = bytes.size() / 16 + 1;
      for (std::size_t cut = 0; cut < bytes.size(); cut += step) {
        CHECK_NOTHROW(target.run(std::string_view(bytes).substr(0, cut)));
      }
    }
    CHECK(inputs >= 3);
  }
  for (const auto& entry : std::filesystem::directory_iterator(corpus)) {
    CHECK(names.contains(entry.path().filename().string()));
  }
}
