// A store that was damaged under a finished study: what finds it, and what saves the rest.
#include <catch2/catch.hpp>
#include <filesystem>

#include "orchestrator/process/report_file.hpp"
#include "orchestrator/store_rescue.hpp"
#include "storage/sqlite.hpp"
#include "storage/store.hpp"
#include "storage/verify.hpp"
#include "tests/end_to_end/program.hpp"

using Catch::Contains;
using Catch::StartsWith;
using namespace winnow;
using namespace winnow::tests;

namespace {

namespace fs = std::filesystem;

/// Six trials: one is resumed from a checkpoint after a crash, one fails, one is infeasible, one
/// measures NaN.
const std::string script = R"(set -eu
      say() { printf '%s\n' "$1" >> "$WINNOW_REPORT_FILE"; }
      case $WINNOW_TRIAL in
        1) exit 64 ;;
        2) say '{"type":"infeasible","reason":"too steep"}'; exit 1 ;;
        3) say '{"loss":"nan"}'; exit 0 ;;
      esac
      if [ -z "$WINNOW_RESUME_FROM" ]; then
        mkdir "$WINNOW_CHECKPOINT_DIR/step-1"
        say '{"type":"metric","step":1,"values":{"loss":0.7}}'
        say '{"type":"checkpoint","step":1,"path":"step-1"}'
        say '{"type":"metric","step":2,"values":{"loss":9}}'
        [ "$WINNOW_TRIAL" != 0 ] || kill -9 $$
      fi
      say "{\"type\":\"metric\",\"step\":2,\"values\":{\"loss\":0.1$WINNOW_TRIAL,\"speed\":3}}")";

void run_study(const Winnow& winnow) {
  winnow.write_study("s", script, "max_trials: 6, max_initial_failures: 9", "retries: 1");
  REQUIRE(winnow("run s.yaml --quiet 2>&1").code == 0);
}

/// Of each trial what a damaged store must not change.
std::string table(const store::Store& store) {
  std::string text;
  for (const store::TrialRow& row : store.trials()) {
    text += fmt::format("{} {} {} '{}' {}", row.trial.suggestion.number.value,
                        canonical_text(row.trial.suggestion.point), to_text(row.state), row.reason,
                        row.trial.seed);
    for (const auto& [metric, value] : row.values) text += fmt::format(" {}={}", metric, value);
    for (const store::ReportedMeasurement& row_of : store.reported(row.trial.suggestion.number)) {
      text += fmt::format(" {}:{}", row_of.measurement.step, row_of.measurement.value);
    }
    text += "\n";
  }
  return text;
}

constexpr std::size_t page_bytes = 4096;

}  // namespace

TEST_CASE("a sound store is said to be sound, and a copy of it is one") {
  const Winnow winnow;
  run_study(winnow);
  const Answer sound = winnow("db check s 2>&1");
  CHECK(sound.code == 0);
  CHECK(sound.output == "sound: 6 trials, and all that their files say\n");
  CHECK(winnow("db backup s --to copy.db 2>&1").output == "copy.db\n");
  CHECK(table(store::Store::open_read_only(winnow.folder() / "copy.db")) ==
        table(store::Store::open_read_only(winnow.folder() / "studies/s/study.db")));
  const Answer again = winnow("db backup s --to copy.db 2>&1");
  CHECK(again.code == 2);
  CHECK_THAT(again.output, Contains("copy.db exists"));
  const Answer unknown = winnow("db chek s 2>&1");
  CHECK(unknown.code == 2);
  CHECK_THAT(unknown.output, Contains("did you mean `check`"));
}

TEST_CASE("a result that was changed without a trace is found") {
  const Winnow winnow;
  run_study(winnow);
  store::Connection(winnow.folder() / "studies/s/study.db", store::Access::read_write)
      .run_script("UPDATE results SET value = 0.01 WHERE trial = 4 AND metric = -1");
  const Answer answer = winnow("db check s 2>&1");
  CHECK(answer.code == 5);
  CHECK_THAT(answer.output,
             StartsWith("I7: loss of trial 4 is not what was written: it says 0.01\n1 violation"));
}

TEST_CASE("of a store with any one page destroyed everything that counts is saved") {
  const Winnow winnow;
  run_study(winnow);
  const run::StudyFolder folder(winnow.folder() / "studies/s");
  const std::string whole = read_text(folder.database());
  const std::string expected = table(store::Store::open_read_only(folder.database()));
  int saved = 0, refused = 0;
  for (std::size_t page = 0; page < whole.size() / page_bytes; ++page) {
    INFO("page " << page + 1 << " of " << whole.size() / page_bytes);
    std::string damaged = whole;
    damaged.replace(page * page_bytes, page_bytes, std::string(page_bytes, '\x5a'));
    write_text(folder.database(), damaged);
    const fs::path target = folder.path() / "saved.db";
    fs::remove(target);
    try {
      run::rescue_store(folder, target);
    } catch (const store::StoreError& error) {
      // Only what every trial rests on: the schema, the study's own row.
      ++refused;
      CHECK(error.kind() == store::StoreFault::damaged);
      CHECK_FALSE(fs::exists(target));
      continue;
    }
    ++saved;
    const store::Store store = store::Store::open(target);
    REQUIRE(table(store) == expected);
    REQUIRE(store::verify(store, folder.path(), run::values_of_line, {}).empty());
  }
  CHECK(refused <= 8);
  CHECK(saved > 15);
}

TEST_CASE("a recovered study takes the place of the damaged one, which is kept") {
  const Winnow winnow;
  run_study(winnow);
  const fs::path file = winnow.folder() / "studies/s/study.db";
  const std::string expected = table(store::Store::open_read_only(file));
  std::string bytes = read_text(file);
  {
    // The table of trials.
    store::Connection connection(file, store::Access::read_only);
    const auto root =
        connection.first<std::int64_t>("SELECT rootpage FROM sqlite_schema WHERE name = 'trials'");
    bytes.replace((static_cast<std::size_t>(*root) - 1) * page_bytes, page_bytes,
                  std::string(page_bytes, '\0'));
  }
  write_text(file, bytes);
  const Answer refused = winnow("resume s 2>&1");
  CHECK(refused.code == 5);
  CHECK_THAT(refused.output, Contains("`winnow db recover`"));
  CHECK(winnow("db check s 2>&1").code == 5);

  const Answer answer = winnow("db recover s 2>&1");
  CHECK(answer.code == 0);
  CHECK_THAT(answer.output, Contains("trial 0: its row is lost; its point comes from "
                                     "trials/0000/attempt-2/params.json") &&
                                Contains("a new store of 6 trials, 3 completed"));
  CHECK(read_text(file.string() + ".damaged") == bytes);
  CHECK(table(store::Store::open_read_only(file)) == expected);
  CHECK(winnow("db check s 2>&1").code == 0);
  CHECK(winnow("resume s 2>&1").code == 0);
  CHECK(winnow("db recover s 2>&1").code == 2);  // the first damaged one would be overwritten
}

TEST_CASE("a sound store is not recovered") {
  const Winnow winnow;
  run_study(winnow);
  const Answer answer = winnow("db recover s 2>&1");
  CHECK(answer.code == 2);
  CHECK_THAT(answer.output, Contains("nothing is wrong with the store"));
  CHECK_FALSE(fs::exists(winnow.folder() / "studies/s/study.db.damaged"));
}
