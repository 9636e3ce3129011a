#include "storage/store_file.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <map>
#include <optional>

#include "searchers/problem/error.hpp"
#include "storage/verify.hpp"
#include "tests/storage/builders.hpp"
#include "tests/storage/child.hpp"
#include "tests/storage/report_values.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace winnow;
using namespace winnow::store;
using Catch::Contains;
using Catch::EndsWith;
using Catch::StartsWith;
using winnow::tests::in_child;
using winnow::tests::store_fault_of;
using winnow::tests::TemporaryFolder;

namespace {

namespace fs = std::filesystem;

std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) {
    names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

using Names = std::vector<std::string>;

/// A store with some trials, closed: one file.
fs::path a_closed_store(const TemporaryFolder& folder) {
  const fs::path file = folder / "study.db";
  Store store = Store::create(file, a_study());
  store.begin_session({.pid = 1, .host = "ada", .boot_id = "b"});
  for (int i = 0; i < 20; ++i) {
    run_trial(store, a_trial_end(Ending::completed, {{"eval_loss", i}}));
  }
  return file;
}

std::string fault_of_opening(const fs::path& file) {
  return store_fault_of([&] { Store::open(file); });
}
std::string fault_of_reading(const fs::path& file) {
  return store_fault_of([&] { Store::open_read_only(file).trials(); });
}

}  // namespace

TEST_CASE("a new store is one complete file, for its owner only") {
  const TemporaryFolder folder;
  Store::create(folder / "study.db", a_study());
  CHECK(names_in(folder.path()) == Names{"study.db"});
  struct stat status = {};
  REQUIRE(::stat((folder / "study.db").c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
  CHECK(Store::open(folder / "study.db").study().name == "quick");
}

TEST_CASE("making a store never touches a file that is there") {
  const TemporaryFolder folder;
  tests::write_text(folder / "study.db", "precious");
  CHECK_THAT(store_fault_of([&] { Store::create(folder / "study.db", a_study()); }),
             StartsWith("exists: "));
  CHECK(tests::read_text(folder / "study.db") == "precious");
  CHECK(names_in(folder.path()) == Names{"study.db"});
}

TEST_CASE("a log that is left over from a lost store stops a new one") {
  const TemporaryFolder folder;
  tests::write_text(folder / "study.db-wal", "somebody's last commits");
  const std::string fault = store_fault_of([&] { Store::create(folder / "study.db", a_study()); });
  CHECK_THAT(fault, StartsWith("exists: ") && Contains("study.db-wal"));
  CHECK(names_in(folder.path()) == Names{"study.db-wal"});
}

TEST_CASE("a store that is not there is missing") {
  const TemporaryFolder folder;
  CHECK_THAT(fault_of_opening(folder / "study.db"), StartsWith("missing: "));
  CHECK_THAT(fault_of_reading(folder / "study.db"), StartsWith("missing: "));
  CHECK_THAT(store_fault_of([&] { Store::create(folder / "none" / "study.db", a_study()); }),
             StartsWith("missing: "));
  CHECK(names_in(folder.path()).empty());
}

TEST_CASE("what is no store is called so and left as it is") {
  const TemporaryFolder folder;
  const fs::path file = folder / "study.db";
  for (const std::string& text : {std::string(), std::string("SQLite"),
                                  std::string("{\"name\": \"quick\"}"), std::string(8192, '\0')}) {
    tests::write_text(file, text);
    CHECK_THAT(fault_of_opening(file), StartsWith("not a store: "));
    CHECK_THAT(fault_of_reading(file), StartsWith("not a store: "));
    CHECK(tests::read_text(file) == text);
  }
  CHECK_THAT(fault_of_opening(folder.path()), StartsWith("not a store: "));
  CHECK(names_in(folder.path()) == Names{"study.db"});
}

TEST_CASE("a SQLite file of another program is no store") {
  const TemporaryFolder folder;
  const fs::path file = folder / "study.db";
  tests::write_text(file, "");
  {
    Connection other(file, Access::read_write);
    other.run_script("CREATE TABLE recipes(name TEXT)");
  }
  CHECK_THAT(fault_of_opening(file), StartsWith("not a store: ") && Contains("another program"));
  CHECK_THAT(fault_of_reading(file), StartsWith("not a store: "));
}

TEST_CASE("a store cut at any page is damaged") {
  const TemporaryFolder folder;
  const std::string whole = tests::read_text(a_closed_store(folder));
  const fs::path file = folder / "cut.db";
  REQUIRE(whole.size() > 20 * 4096);
  for (std::size_t size = 4096; size < whole.size(); size += 4096) {
    INFO("cut at " << size << " of " << whole.size());
    for (const std::size_t cut : {size, size + 1, size - 1}) {
      tests::write_text(file, whole.substr(0, cut));
      CHECK_THAT(fault_of_opening(file), StartsWith("damaged: "));
    }
  }
  tests::write_text(file, whole.substr(0, 100));
  CHECK_THAT(fault_of_opening(file), StartsWith("damaged: "));
}

TEST_CASE("a log or its index that was swapped, cut or lost never makes a store of two") {
  const TemporaryFolder folder;
  // As a killed writer leaves them: what it committed last is in the log only.
  const auto left_behind = [&](const std::string& name, int trials) {
    Store store = Store::create(folder / (name + ".db"), a_study());
    for (int i = 0; i < trials; ++i) store.add_trial(a_trial(i));
    std::map<std::string, std::string> files;
    for (const std::string end : {"", "-wal", "-shm"}) {
      files[end] = tests::read_text(folder / (name + ".db" + end));
    }
    return files;
  };
  const std::map<std::string, std::string> mine = left_behind("mine", 7);
  const std::map<std::string, std::string> other = left_behind("other", 3);
  const fs::path file = folder / "study.db";
  /// The trials of the store with this log and index, or how it is refused.
  const auto found = [&](const std::optional<std::string>& log,
                         const std::optional<std::string>& index) -> std::string {
    tests::write_text(file, mine.at(""));
    for (const auto& [end, text] : {std::pair("-wal", log), std::pair("-shm", index)}) {
      fs::remove(file.string() + end);
      if (text) tests::write_text(file.string() + end, *text);
    }
    try {
      const Store store = Store::open(file);
      const std::vector<std::string> faults = verify(store, folder.path(), report_values, {});
      return fmt::format("{} trials, {} faults", store.counts().total(), faults.size());
    } catch (const StoreError& error) {
      return error.what();
    }
  };
  const std::string& log = mine.at("-wal");
  CHECK(found(log, mine.at("-shm")) == "7 trials, 0 faults");
  CHECK(found(log, std::nullopt) == "7 trials, 0 faults");
  CHECK(found(log, other.at("-shm")) == "7 trials, 0 faults");
  CHECK(found(log, std::string(log.size(), 'x')) == "7 trials, 0 faults");
  // Without its log the store is as it was at its last checkpoint.
  for (const auto& lost : {std::optional<std::string>(), std::optional<std::string>(""),
                           std::optional<std::string>(std::string(9000, 'x'))}) {
    CHECK(found(lost, mine.at("-shm")) == "0 trials, 0 faults");
    CHECK(found(lost, std::nullopt) == "0 trials, 0 faults");
  }
  // Cut anywhere, what is whole before the cut counts.
  for (std::size_t size = log.size() - 1; size > 5000; size -= 5000) {
    CHECK_THAT(found(log.substr(0, size), std::nullopt), EndsWith(" trials, 0 faults"));
  }
}

TEST_CASE("damage that a reading command meets is called damage") {
  const TemporaryFolder folder;
  std::string bytes = tests::read_text(a_closed_store(folder));
  for (std::size_t i = 4096; i < bytes.size(); ++i) bytes[i] = '\x5a';
  tests::write_text(folder / "study.db", bytes);
  CHECK_THAT(fault_of_reading(folder / "study.db"), StartsWith("damaged: "));
  CHECK_THAT(fault_of_opening(folder / "study.db"), StartsWith("damaged: "));
}

TEST_CASE("a newer store is refused, with both versions named") {
  const TemporaryFolder folder;
  const fs::path file = a_closed_store(folder);
  const auto age = [&](int version, int min_reader) {
    Connection connection(file, Access::read_write);
    Transaction transaction(connection);
    record_version(connection, version, min_reader);
    transaction.commit();
  };
  const int today = newest_version(embedded_migrations());
  age(today + 1, today);
  const std::string before = tests::read_text(file);
  CHECK_THAT(fault_of_opening(file),
             StartsWith("newer version: cannot write ") &&
                 Contains(fmt::format(
                     "the store has version {}, this program (winnow 0.1.0) knows versions "
                     "up to {}; use that version of winnow or a later one",
                     today + 1, today)));
  CHECK(tests::read_text(file) == before);
  CHECK(Store::open_read_only(file).trials().size() == 20);
  age(today + 2, today + 2);
  CHECK_THAT(fault_of_reading(file),
             StartsWith("newer version: cannot read ") &&
                 Contains(fmt::format("the store has version {}", today + 2)));
}

TEST_CASE("a store whose version is not in its own list is damaged") {
  const TemporaryFolder folder;
  const fs::path file = a_closed_store(folder);
  Connection(file, Access::read_write).run_script("PRAGMA user_version = 0");
  CHECK_THAT(fault_of_opening(file), StartsWith("damaged: "));
}

TEST_CASE("a read-only file or folder is refused for writing by name") {
  const TemporaryFolder folder;
  const fs::path file = a_closed_store(folder);
  fs::permissions(folder.path(), fs::perms::all);
  fs::permissions(file, fs::perms(0444));
  const auto as_nobody = [](const auto& question) {
    return in_child([&] {
      tests::become_ordinary_user();
      return question();
    });
  };
  CHECK_THAT(as_nobody([&] { return fault_of_opening(file); }),
             StartsWith("read-only: cannot write " + file.string() + ": Permission denied"));
  CHECK(as_nobody([&] { return fault_of_reading(file); }) == "nothing");

  fs::remove(folder / "study.db-wal");
  fs::remove(folder / "study.db-shm");
  fs::permissions(file, fs::perms(0666));
  fs::permissions(folder.path(), fs::perms(0555));
  CHECK_THAT(
      as_nobody([&] { return fault_of_opening(file); }),
      StartsWith("read-only: cannot write " + folder.path().string() + ": Permission denied"));
  // Closed by its last writer, it can still be read.
  CHECK(as_nobody([&] { return fault_of_reading(file); }) == "nothing");
  CHECK_THAT(as_nobody([&] {
               return store_fault_of([&] { Store::create(folder / "new.db", a_study()); });
             }),
             StartsWith("read-only: "));
  CHECK(names_in(folder.path()) == Names{"study.db"});
  fs::permissions(folder.path(), fs::perms::owner_all);
}

TEST_CASE("in a folder that may only be read, a store with a log left over is refused") {
  const TemporaryFolder folder;
  const fs::path file = folder / "a store? 100%.db";
  Store::create(file, a_study());
  {
    Store writer = Store::open(file);
    writer.add_trial(a_trial(0));
    // As after a kill: the log holds what the file does not.
    for (const char* suffix : {"", "-wal"}) {
      fs::copy_file(file.string() + suffix, (folder / "killed.db").string() + suffix);
    }
  }
  fs::permissions(folder.path(), fs::perms(0555));
  const auto as_nobody = [](const auto& question) {
    return in_child([&] {
      tests::become_ordinary_user();
      return question();
    });
  };
  CHECK_THAT(as_nobody([&] { return fault_of_reading(folder / "killed.db"); }),
             StartsWith("read-only: cannot read the unfinished log of a store in " +
                        folder.path().string() + ": Permission denied") &&
                 Contains("copy the study folder"));
  // Its name is no trouble, and it has its trial.
  CHECK(as_nobody([&] { return std::to_string(Store::open_read_only(file).counts().total()); }) ==
        "1");
  fs::permissions(folder.path(), fs::perms::owner_all);
}

TEST_CASE("a file that this user may not read is named") {
  const TemporaryFolder folder;
  const fs::path file = a_closed_store(folder);
  fs::permissions(folder.path(), fs::perms::all);
  fs::permissions(file, fs::perms::none);
  CHECK_THAT(in_child([&] {
               tests::become_ordinary_user();
               return fault_of_reading(file);
             }),
             StartsWith("other: cannot read " + file.string() + ": this user may not read it"));
}

TEST_CASE("on a full disk a store is made completely or not at all") {
  const TemporaryFolder folder;
  const fs::path file = folder / "study.db";
  // From no byte at all, past the file's own size, to the log and its index that opening needs too.
  int refused = 0;
  for (rlim_t limit = 0; limit < 400 * 1024; limit += 4096 + 512) {
    INFO("limit " << limit);
    const std::string fault = in_child([&] {
      tests::limit_file_size(limit);
      return store_fault_of([&] { Store::create(file, a_study()); });
    });
    if (fault == "nothing") {
      CHECK(Store::open(file).study().name == "quick");
      CHECK(names_in(folder.path()) == Names{"study.db"});
      fs::remove(file);
      continue;
    }
    ++refused;
    CHECK_THAT(fault, StartsWith("full: "));
    CHECK(names_in(folder.path()).empty());
  }
  CHECK(refused > 10);
  CHECK(refused < 80);
}

TEST_CASE("a store that cannot be opened after it was made is taken away again") {
  const TemporaryFolder folder;
  fs::create_directory(folder / "study.db-shm");  // where the log's index has to be
  CHECK_THAT(store_fault_of([&] { Store::create(folder / "study.db", a_study()); }),
             StartsWith("read-only: ") && Contains("study.db"));
  CHECK(names_in(folder.path()) == Names{"study.db-shm"});
}

TEST_CASE("a disk that fills up loses nothing that was committed, and writing goes on after it") {
  const TemporaryFolder folder;
  const fs::path file = a_closed_store(folder);
  const std::string answer = in_child([&] {
    Store store = Store::open(file);
    rlimit before = {};
    ::getrlimit(RLIMIT_FSIZE, &before);
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit tight = {fs::file_size(file) + 65536, before.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &tight);
    std::int64_t number = 20;
    const std::string fault = store_fault_of([&] {
      for (; number < 5000; ++number) store.add_trial(a_trial(number));
    });
    ::setrlimit(RLIMIT_FSIZE, &before);  // space is free again
    if (!fault.starts_with("full: ")) return fault;
    const bool complete = store.counts().total() == number;
    store.add_trial(a_trial(number));
    return fault.substr(0, 4) + (complete ? " complete " : " torn ") + std::to_string(number + 1);
  });
  CHECK_THAT(answer, StartsWith("full complete "));
  CHECK(Store::open(file).counts().total() == std::stoll(answer.substr(14)));
}

TEST_CASE("a store is one file again when its writer has gone") {
  const TemporaryFolder folder;
  const fs::path file = a_closed_store(folder);
  CHECK(names_in(folder.path()) == Names{"study.db"});
}
