#include <catch2/catch.hpp>

#include "orchestrator/config/study_config.hpp"

using namespace winnow;

namespace {

std::vector<std::filesystem::path> example_studies() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(WINNOW_SOURCE_DIR "/configs")) {
    if (entry.path().extension() == ".yaml") files.push_back(entry.path());
  }
  return files;
}

}  // namespace

TEST_CASE("every study in configs is a good one") {
  const auto files = example_studies();
  REQUIRE(files.size() >= 3);
  for (const std::filesystem::path& file : files) {
    CAPTURE(file);
    try {
      const run::StudyReading reading = run::read_study_file(file);
      CHECK(reading.warnings.empty());
      CHECK(reading.config.spec.limits.max_trials.has_value() ==
            !reading.config.spec.space.cardinality().has_value());
    } catch (const run::StudyFileError& error) {
      // Models and data are fetched and not committed: that they are not there says nothing about
      // the file.
      for (const run::Diagnostic& fault : error.diagnostics()) {
        INFO(fault.message);
        CHECK(fault.code == "missing-file");
        CHECK(fault.message.find("/build/assets/") != std::string::npos);
      }
    }
  }
}

TEST_CASE("the grid example has the points its comment says") {
  const auto config =
      run::read_study_file(WINNOW_SOURCE_DIR "/configs/grid_conditions.yaml").config;
  CHECK(config.spec.space.cardinality() == 27u);
}
