#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <random>

#include "storage/sqlite.hpp"
#include "storage/verify.hpp"
#include "tests/storage/builders.hpp"
#include "tests/storage/report_values.hpp"
#include "tests/support/random_seed.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace winnow;
using namespace winnow::store;
using winnow::tests::TemporaryFolder;

namespace {

const std::string first_line = "{\"eval_loss\":0.5}\n";
const std::string second_line = "{\"eval_loss\":0.25}\n";
const auto second_starts = static_cast<std::int64_t>(first_line.size());
const auto all_read = static_cast<std::int64_t>(first_line.size() + second_line.size());

/// What a lost attempt had written and nobody had read; both lines are written at once.
ReportBatch unread_reports(const std::filesystem::path& file, std::int64_t offset) {
  ReportBatch unread{{}, {}, offset};
  if (!std::filesystem::exists(file) || std::filesystem::file_size(file) == 0) return unread;
  if (offset == 0) {
    unread.measurements.push_back(a_measurement(0, 1, 0.5));
    unread.checkpoints.push_back({1, "step-1"});
  }
  unread.measurements.push_back(a_measurement(second_starts, 2, 0.25));
  unread.offset = all_read;
  return unread;
}

/// Adds, runs and ends trials for ever. After each verb has returned, one byte goes to
/// `acknowledge`: what the parent has read of them must be in the store, whenever this process
/// dies.
[[noreturn]] void write_for_ever(const std::filesystem::path& file, int acknowledge) {
  const auto done = [acknowledge](char what) {
    if (::write(acknowledge, &what, 1) != 1) ::_exit(1);
  };
  Store store = Store::open(file);
  store.begin_session({.pid = ::getpid(), .host = "ada", .boot_id = "boot"});
  for (const AttemptRow& lost : store.attempts_not_ended()) {
    const std::filesystem::path reports =
        file.parent_path() / lost.attempt.folder / "reports.jsonl";
    store.end_attempt(lost.id, unread_reports(reports, lost.report_offset), an_attempt_end("lost"),
                      a_trial_end(Ending::failed));
  }
  for (std::int64_t number = store.counts().total();; ++number) {
    const AttemptId attempt = store.add_trial_and_start(a_trial(number), an_attempt(number));
    done('a');
    const std::filesystem::path folder = file.parent_path() / an_attempt(number).folder;
    std::filesystem::create_directories(folder);
    store.record_process(attempt, a_process(100 + number));
    tests::write_text(folder / "reports.jsonl", first_line + second_line);
    store.add_reports(attempt, {{a_measurement(0, 1, 0.5)}, {{1, "step-1"}}, second_starts});
    done('m');
    TrialEndRow end = a_trial_end(Ending::completed, {{"eval_loss", 0.5}, {"speed", 2}});
    end.told = store.tells();
    store.end_attempt(attempt, {{a_measurement(second_starts, 2, 0.25)}, {}, all_read},
                      an_attempt_end(), end);
    done('e');
  }
}

struct Acknowledged {
  int added = 0, measured = 0, ended = 0;
};

/// Starts a writer, kills it `delay_us` after its `verbs`-th acknowledgement, and says what it had
/// acknowledged by then.
Acknowledged kill_a_writer(const std::filesystem::path& file, int verbs, int delay_us) {
  std::array<int, 2> ends = {};
  REQUIRE(::pipe(ends.data()) == 0);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    ::close(ends[0]);
    try {
      write_for_ever(file, ends[1]);
    } catch (const std::exception& error) {
      static_cast<void>(::write(2, error.what(), std::strlen(error.what())));
      ::_exit(2);
    }
  }
  ::close(ends[1]);
  Acknowledged seen;
  const auto take_in_one = [&seen, fd = ends[0]] {
    char what = 0;
    if (::read(fd, &what, 1) != 1) return false;
    (what == 'a' ? seen.added : what == 'm' ? seen.measured : seen.ended) += 1;
    return true;
  };
  for (int i = 0; i < verbs && take_in_one(); ++i) {
  }
  const timespec moment = {0, delay_us * 1000L};  // what is random here is the moment of death
  ::nanosleep(&moment, nullptr);
  ::kill(child, SIGKILL);
  int status = 0;
  ::waitpid(child, &status, 0);
  REQUIRE(WIFSIGNALED(status));  // it did not die by itself
  REQUIRE(WTERMSIG(status) == SIGKILL);
  while (take_in_one()) {
  }
  ::close(ends[0]);
  return seen;
}

}  // namespace

TEST_CASE("nothing that was acknowledged is lost when the writer is killed at any moment") {
  const TemporaryFolder folder;
  const std::filesystem::path file = folder / "study.db";
  Store::create(file, a_study());
  const std::uint32_t seed = tests::seed_of_this_run("kills of a writer");
  std::mt19937_64 random(seed);
  std::uniform_int_distribution<int> verbs(0, 9), delay_us(0, 3000);
  std::int64_t added = 0, ended = 0, measured_so_far = 0;
  constexpr int kills = 60;
  for (int kill = 0; kill < kills; ++kill) {
    INFO("WINNOW_TEST_SEED=" << seed << ", kill " << kill);
    const std::int64_t added_before = added;
    const std::int64_t ended_before = ended;
    const Acknowledged seen = kill_a_writer(file, verbs(random), delay_us(random));
    const Store store = Store::open(file);
    REQUIRE(verify(store, folder.path(), report_values, {}) == std::vector<std::string>());
    added = store.counts().total();
    ended = store.counts().completed;
    const auto measured =
        store.connection().first<std::int64_t>("SELECT count(*) FROM measurements");
    // At most the one verb that was under way may be there without its byte.
    REQUIRE(added - added_before >= seen.added);
    REQUIRE(added - added_before <= seen.added + 1);
    REQUIRE(ended - ended_before >= seen.ended);
    REQUIRE(ended - ended_before <= seen.ended + 1);
    measured_so_far += seen.measured;
    REQUIRE(*measured >= ended * 2);
    REQUIRE(*measured >= measured_so_far);
    REQUIRE(static_cast<std::int64_t>(store.outcomes().size()) == ended);
  }
  CHECK(added > kills);
  CHECK(ended > kills / 2);
}
