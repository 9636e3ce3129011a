#include "orchestrator/process/report_file.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <fstream>

#include "tests/support/temporary_folder.hpp"

using namespace winnow;
using namespace winnow::run;
using Catch::Contains;
using winnow::tests::TemporaryFolder;
using winnow::tests::write_text;

namespace {

void append(const std::filesystem::path& file, const std::string& text) {
  std::ofstream(file, std::ios::app) << text;
}

std::vector<double> values(const store::ReportBatch& batch) {
  std::vector<double> values;
  for (const store::ReportedMeasurement& row : batch.measurements) {
    values.push_back(row.measurement.value);
  }
  return values;
}

using Values = std::vector<double>;

}  // namespace

TEST_CASE("a line counts once its newline is written, the last one once the program has ended") {
  const TemporaryFolder folder;
  const std::filesystem::path file = folder / "reports.jsonl";
  ReportFile reports(file, 0);
  CHECK(reports.read(Amount::some, 1).offset == 0);  // not there yet
  append(file, "{\"loss\":1}\n{\"loss\":2}");
  CHECK(values(reports.read(Amount::some, 1)) == Values{1});
  const store::ReportBatch last = reports.read(Amount::all, 2);
  CHECK(values(last) == Values{2});
  CHECK(last.offset == 21);
  CHECK(reports.facts().malformed_lines == 0);
}

TEST_CASE("half a line that a killed program left is malformed, not a report") {
  const TemporaryFolder folder;
  const std::filesystem::path file = folder / "reports.jsonl";
  write_text(file, "{\"loss\":1}\n{\"loss\":");
  ReportFile reports(file, 0);
  const store::ReportBatch batch = reports.read(Amount::all, 1);
  CHECK(values(batch) == Values{1});
  CHECK(batch.offset == 19);
  CHECK(reports.facts().malformed_lines == 1);
  CHECK(reports.facts().lost.empty());
}

TEST_CASE("a finished line is marked, and its step is not where the trial goes on") {
  const TemporaryFolder folder;
  const std::filesystem::path file = folder / "reports.jsonl";
  write_text(file,
             "{\"type\":\"metric\",\"step\":1,\"values\":{\"loss\":1}}\n"
             "{\"type\":\"metric\",\"step\":2,\"values\":{\"loss\":5}}\n"
             "{\"type\":\"finished\",\"step\":1,\"values\":{\"loss\":1}}\n");
  ReportFile reports(file, 0);
  const store::ReportBatch batch = reports.read(Amount::all, 1);
  REQUIRE(batch.measurements.size() == 3);
  CHECK_FALSE(batch.measurements[1].is_final);
  CHECK(batch.measurements[2].is_final);
  CHECK(batch.measurements[2].measurement.step == 1);
  CHECK(reports.facts().finished);
  CHECK(reports.facts().last_step == 2);
}

TEST_CASE("the highest step of the checkpoints of this attempt is known") {
  const TemporaryFolder folder;
  const std::filesystem::path file = folder / "reports.jsonl";
  write_text(file,
             "{\"type\":\"checkpoint\",\"step\":7,\"path\":\"a\"}\n"
             "{\"type\":\"checkpoint\",\"step\":3,\"path\":\"b\"}\n");
  ReportFile reports(file, 0);
  CHECK_FALSE(reports.facts().newest_checkpoint);
  reports.read(Amount::all, 1);
  CHECK(reports.facts().newest_checkpoint == 7);
}

TEST_CASE("a file that is written anew instead of appended to is noticed") {
  const TemporaryFolder folder;
  const std::filesystem::path file = folder / "reports.jsonl";
  ReportFile reports(file, 0);
  write_text(file, "{\"loss\":3}\n");
  CHECK(values(reports.read(Amount::some, 1)) == Values{3});
  // As long as before, longer, shorter, and removed.
  const std::string anew =
      GENERATE(as<std::string>(), "{\"loss\":2}\n", "{\"loss\":2.5}\n{\"loss\":1}\n", "{}\n", "");
  CAPTURE(anew);
  if (anew.empty()) {
    std::filesystem::remove(file);
  } else {
    write_text(file, anew);
  }
  const store::ReportBatch batch = reports.read(Amount::all, 2);
  CHECK(batch.measurements.empty());
  CHECK(batch.offset == 11);
  CHECK_THAT(reports.facts().lost,
             Contains("overwritten or removed: 11 bytes of it had been read"));
  append(file, "{\"loss\":4}\n{\"loss\":4}\n");
  CHECK(reports.read(Amount::all, 2).measurements.empty());  // it stays lost
}

TEST_CASE("a later session notices that less is there than was committed") {
  const TemporaryFolder folder;
  const std::filesystem::path file = folder / "reports.jsonl";
  write_text(file, "{\"loss\":1}\n");
  ReportFile reports(file, 33);
  CHECK(reports.read(Amount::all, 1).offset == 33);
  CHECK_THAT(reports.facts().lost, Contains("33 bytes of it had been read, of which 11 are left"));
}

TEST_CASE("a file that cannot be read for the moment is read later, at the end it is lost") {
  const TemporaryFolder folder;
  const std::filesystem::path file = folder / "reports.jsonl";
  write_text(file, "{\"loss\":1}\n");
  std::filesystem::permissions(file, std::filesystem::perms::none);
  ReportFile reports(file, 0);
  CHECK(reports.read(Amount::some, 1).measurements.empty());
  CHECK(reports.facts().lost.empty());
  ReportFile at_the_end(file, 0);
  at_the_end.read(Amount::all, 1);
  CHECK_THAT(at_the_end.facts().lost, Contains("Permission denied"));
  std::filesystem::permissions(file, std::filesystem::perms::owner_read);
  CHECK(values(reports.read(Amount::some, 1)) == Values{1});
}

TEST_CASE("of a line without end nothing counts, what follows it does") {
  const TemporaryFolder folder;
  const std::filesystem::path file = folder / "reports.jsonl";
  // Longer than one block, and its rest would be a line.
  write_text(file, std::string(5 * 1024 * 1024, 'x') + "\n{\"loss\":1}\n");
  ReportFile reports(file, 0);
  CHECK(values(reports.read(Amount::all, 1)) == Values{1});
  CHECK(reports.facts().malformed_lines == 1);
  CHECK_THAT(reports.facts().first_malformed, Contains("the line has more than"));
}

TEST_CASE("the words that Python writes for what is no number are numbers that are not finite") {
  const TemporaryFolder folder;
  const std::filesystem::path file = folder / "reports.jsonl";
  write_text(file, "{\"loss\": 1}\n{\"loss\": NaN}\n");
  ReportFile reports(file, 0);
  const Values found = values(reports.read(Amount::all, 1));
  REQUIRE(found.size() == 2);
  CHECK(std::isnan(found[1]));
  CHECK(reports.facts().malformed_lines == 0);
}

TEST_CASE("a line is progress when it says something new") {
  const TemporaryFolder folder;
  const auto progress_of = [&](const std::string& lines) {
    write_text(folder / "reports.jsonl", lines);
    ReportFile file(folder / "reports.jsonl", 0);
    file.read(Amount::all, 1);
    return file.facts().progress;
  };
  const std::string step_1 = "{\"step\":1,\"loss\":1}\n";
  const std::string step_2 = "{\"step\":2,\"loss\":1}\n";
  CHECK(progress_of(step_1) == 1);
  CHECK(progress_of(step_1 + step_1 + step_1) == 1);
  CHECK(progress_of(step_1 + step_2) == 2);
  CHECK(progress_of(step_2 + step_1) == 1);
  CHECK(progress_of("{\"loss\":1}\n{\"loss\":1}\n") == 2);
  CHECK(progress_of("{\"type\":\"checkpoint\",\"step\":1,\"path\":\"a\"}\n") == 1);
  CHECK(progress_of("not JSON\n{\"type\":\"chatter\"}\n") == 0);
}

TEST_CASE("more than ten thousand names of numbers are no longer taken in") {
  const TemporaryFolder folder;
  const std::filesystem::path file = folder / "reports.jsonl";
  std::string text;
  for (int i = 0; i < 10'000; ++i) text += "{\"metric" + std::to_string(i) + "\":1}\n";
  append(file, text);
  ReportFile reports(file, 0);
  CHECK(reports.read(Amount::all, 1).measurements.size() == 10'000);
  append(file, "{\"metric0\":2}\n");
  CHECK(reports.read(Amount::all, 1).measurements.size() == 1);
  CHECK(reports.facts().lost.empty());
  append(file, "{\"metric0\":3,\"one more\":1}\n{\"metric0\":4}\n");
  CHECK(reports.read(Amount::all, 1).measurements.empty());
  CHECK_THAT(reports.facts().lost, Contains("more than 10000 names of numbers"));
  // Another session, which reads from where the last one was, comes to the same.
  ReportFile again(file, static_cast<std::int64_t>(text.size()));
  again.read(Amount::all, 1);
  CHECK(again.facts().lost == reports.facts().lost);
}
