// The power is cut after every single write of a study. WINNOW_TEST_SEED repeats a failing run.
#include <catch2/catch.hpp>
#include <filesystem>
#include <random>

#include "storage/sqlite.hpp"
#include "tests/storage/builders.hpp"
#include "tests/storage/study_script.hpp"
#include "tests/support/faulty_disk.hpp"
#include "tests/support/random_seed.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace winnow;
using namespace winnow::store;
using winnow::tests::after_power_cut;
using winnow::tests::DiskFiles;
using winnow::tests::FaultyDisk;
using winnow::tests::TemporaryFolder;
using winnow::tests::Unsynced;

namespace {

namespace fs = std::filesystem;

enum class Commits { at_once, left_to_a_later_one };

/// Where the study was durable: after so many of its verbs, when the disk had seen so many changes.
struct Durable {
  std::size_t verbs = 0;
  std::size_t changes = 0;
};

std::vector<Durable> record_study(const fs::path& file, FaultyDisk& disk, Commits commits) {
  std::vector<Durable> durable = {Durable{}};
  std::size_t verbs = 0;
  Store store = Store::open(file);
  if (commits == Commits::left_to_a_later_one) store.defer_commits([] {});
  // So few pages that the script passes several checkpoints and starts its log anew.
  store.connection().run_script("PRAGMA wal_autocheckpoint = 8");
  disk.record();
  run_script(store, [&] {
    ++verbs;
    if (!store.connection().has_deferred()) durable.push_back({verbs, disk.changes().size()});
  });
  disk.stop_recording();
  return durable;
}

/// What a session finds that opens these files.
std::string contents_of(const DiskFiles& files, const fs::path& folder) {
  fs::remove_all(folder);
  fs::create_directory(folder);
  for (const auto& [name, bytes] : files) tests::write_text(folder / name, bytes);
  return contents(Store::open(folder / "study.db"));
}

void cut_everywhere(Commits commits) {
  const TemporaryFolder folder;
  const fs::path file = folder / "study.db";
  Store::create(file, a_study());
  const DiskFiles before = {{"study.db", tests::read_text(file)}};
  FaultyDisk disk;
  disk.skip_syncs();
  const std::vector<Durable> durable = record_study(file, disk, commits);
  const std::span<const tests::DiskChange> changes = disk.changes();
  const std::vector<std::string> expected = expected_contents();
  REQUIRE(durable.back().verbs + 1 == expected.size());
  const bool has_left_some = durable.size() < expected.size();
  CHECK(has_left_some == (commits == Commits::left_to_a_later_one));
  const std::uint32_t seed = tests::seed_of_this_run("power cuts");
  std::mt19937 random(seed);
  std::size_t last = 0;  // of the durable states, when the power was cut
  for (std::size_t cut = 0; cut <= changes.size(); ++cut) {
    while (last + 1 < durable.size() && durable[last + 1].changes <= cut) ++last;
    for (const Unsynced unsynced : {Unsynced::lost, Unsynced::kept, Unsynced::some}) {
      INFO("cut after " << cut << " of " << changes.size() << " changes, " << durable[last].verbs
                        << " verbs; unsynced " << static_cast<int>(unsynced)
                        << "; WINNOW_TEST_SEED=" << seed);
      const std::string found = contents_of(
          after_power_cut(before, changes.first(cut), unsynced, random), folder / "after");
      const bool is_committed = found == expected[durable[last].verbs];
      const bool is_under_way =
          last + 1 < durable.size() && found == expected[durable[last + 1].verbs];
      REQUIRE((is_committed || is_under_way));
    }
  }
  CHECK(changes.size() > 100);
}

}  // namespace

TEST_CASE("a power cut after any write loses nothing that was committed and leaves nothing half") {
  cut_everywhere(Commits::at_once);
}

TEST_CASE("verbs that share a commit come through a power cut together or not at all") {
  cut_everywhere(Commits::left_to_a_later_one);
}
