#include "orchestrator/export/event_file.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "orchestrator/export/tensorboard.hpp"
#include "tests/storage/builders.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace winnow;
using namespace winnow::run;

namespace {

std::string hex(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) text += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return text;
}

nlohmann::json golden_events() {
  return nlohmann::json::parse(tests::read_text(std::string(WINNOW_SOURCE_DIR) +
                                                "/tests/orchestrator/golden/event_file.json"));
}

}  // namespace

TEST_CASE("events and records are those of Google's protocol buffers, byte for byte") {
  const nlohmann::json golden = golden_events();
  const std::string version = version_event(1.5);
  CHECK(hex(version) == golden.at("version"));
  CHECK(hex(tf_record(version)) == golden.at("record"));
  CHECK(hex(scalar_event(2.25, 300, "eval_loss", 0.1)) == golden.at("scalar"));
  const Point point({{"lr", Value(0.25)},
                     {"depth", Value(std::int64_t{3})},
                     {"kind", Value(std::string("adam"))},
                     {"nesterov", Value(true)}});
  CHECK(hex(hparams_start_event(1.5, point, "trial 7")) == golden.at("start"));
  CHECK(hex(hparams_end_event(9.5, false)) == golden.at("end"));
}

TEST_CASE("a study becomes a run for each trial, with its curve and the value that counts") {
  const tests::TemporaryFolder folder;
  store::Store store = store::a_store();
  const store::AttemptId attempt =
      store.add_trial_and_start(store::a_trial(0), store::an_attempt(0));
  store.record_process(attempt, store::a_process(9));
  store::ReportBatch batch;
  batch.measurements = {store::a_measurement(0, 1, 0.5), store::a_measurement(10, 2, 0.25)};
  batch.offset = 40;
  store.end_attempt(attempt, batch, store::an_attempt_end(),
                    store::a_trial_end(Ending::completed, {{"eval_loss", 0.25}}));
  store.add_trial(store::a_trial(1));
  write_tensorboard(store, folder / "events");
  CHECK_FALSE(std::filesystem::exists(folder / "events/trial-0001"));
  std::string file;
  for (const auto& entry : std::filesystem::directory_iterator(folder / "events/trial-0000")) {
    CHECK(entry.path().filename().string().starts_with("events.out.tfevents."));
    file = tests::read_text(entry.path());
  }
  std::vector<std::string> records;
  while (file.size() > 12) {
    std::uint64_t length = 0;
    std::memcpy(&length, file.data(), sizeof length);
    records.push_back(file.substr(12, length));
    CHECK(file.starts_with(tf_record(records.back())));
    file.erase(0, 16 + length);
  }
  CHECK(file.empty());
  REQUIRE(records.size() == 6);
  CHECK(records[1].find("_hparams_/session_start_info") != std::string::npos);
  CHECK(records[3].find("eval_loss") != std::string::npos);
  CHECK(records[4].find("winnow/eval_loss") != std::string::npos);
  CHECK(records[5].find("_hparams_/session_end_info") != std::string::npos);
}
