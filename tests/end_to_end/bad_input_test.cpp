// What is given wrongly or refused by the world: the exact words, the documented exit code, and
// nothing half-made.
#include <catch2/catch.hpp>
#include <filesystem>

#include "storage/sqlite.hpp"
#include "storage/store.hpp"
#include "storage/study_lock.hpp"
#include "tests/end_to_end/program.hpp"

using Catch::Contains;
using Catch::EndsWith;
using Catch::StartsWith;
using namespace winnow::tests;

namespace {

namespace fs = std::filesystem;

/// A trial that reports one number and ends.
const std::string reports_once = "echo '{\"loss\":1}' >> \"$WINNOW_REPORT_FILE\"";

/// A trial that says through the pipe `started` that it runs, and then runs on.
const std::string runs_on = "echo runs > started; exec sleep 300";

std::string stripped(const fs::path& folder, std::string text) {
  const std::string prefix = folder.string() + "/";
  for (std::size_t at; (at = text.find(prefix)) != std::string::npos;)
    text.erase(at, prefix.size());
  return text;
}

bool has_any_study(const Winnow& winnow) { return fs::exists(winnow.folder() / "studies"); }

}  // namespace

TEST_CASE("of twenty runs of one study at once one makes it and the others name that one") {
  const Winnow winnow;
  const std::string go = (winnow.folder() / "go").string();
  winnow.write_study("many", fmt::format("read _ < {}; {}", go, reports_once));
  // The one whose trial waits ends last.
  const Answer codes = winnow.shell(R"(mkfifo go ended; exec 9<>ended
    for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
      ("$winnow" run many.yaml --quiet > out.$i 2>&1; echo $? >> codes; echo >&9) &
    done
    for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19; do read _ <&9; done
    echo > go; wait; sort codes | uniq -c)");
  CHECK(codes.output == "      1 0\n     19 4\n");
  const Answer refusals = winnow.shell("grep -l 'another winnow runs this study: process' out.*");
  CHECK(std::ranges::count(refusals.output, '\n') == 19);
  CHECK(winnow("trials many --json").json()["trials"].size() == 1);
}

TEST_CASE("a study that another machine left in the middle is gone on with only on request") {
  const Winnow winnow;
  winnow.write_study("s", reports_once);
  REQUIRE(winnow("run s.yaml --quiet 2>&1").code == 0);
  const fs::path database = winnow.folder() / "studies/s/study.db";
  const auto pretend = [&](const std::string& host, const std::string& boot) {
    winnow::store::Connection(database, winnow::store::Access::read_write)
        .run_script(fmt::format(
            "UPDATE study SET ending = NULL; DELETE FROM decisions;"
            " INSERT INTO sessions(pid, host, boot_id, winnow_version, started_at) VALUES (7, '{}',"
            " '{}', '0', '2026-03-01T10:00:00Z')",
            host, boot));
  };
  pretend("elsewhere", "another");
  const Answer refused = winnow("resume s 2>&1");
  CHECK(refused.code == 4);
  CHECK_THAT(refused.output,
             StartsWith("winnow: error: another winnow may run this study: process 7 on elsewhere "
                        "since 2026-03-01T10:00:00Z") &&
                 Contains("`winnow resume studies/s --take-over`"));
  CHECK(winnow("resume s --take-over 2>&1").code == 0);
  CHECK_THAT(*winnow::store::Store::open_read_only(database).newest_event("taken_over"),
             Contains("elsewhere"));
  // A container of this machine, this machine before it was started again.
  pretend("elsewhere", winnow::store::boot_id());
  CHECK(winnow("resume s 2>&1").code == 0);
  pretend(winnow::store::host_name(), "before");
  CHECK(winnow("resume s 2>&1").code == 0);
}

TEST_CASE("a study file that is wrong in several places is refused with all of them") {
  const Winnow winnow;
  write_text(winnow.folder() / "s.yaml",
             "name: ../up\nmethod: random\nmetric: {name: loss, gaol: minimize}\n"
             "parameters:\n  x: {min: 1.0, max: 0.0}\n  n: {min: one, max: 3}\n"
             "limits: {max_trials: -1}\ntrial: {command: [./not-there]}\n");
  const Answer answer = winnow("run s.yaml 2>&1");
  CHECK(answer.code == 3);
  CHECK_THAT(answer.output, Contains("s.yaml:1:7: error: name needs a letter or digit"));
  CHECK_THAT(answer.output, Contains("s.yaml:3:22: error: ") && Contains("did you mean `goal`"));
  CHECK_THAT(answer.output, Contains("s.yaml:5:"));
  CHECK_THAT(answer.output, Contains("s.yaml:6:"));
  CHECK_THAT(answer.output, Contains("s.yaml:7:22: error: "));
  CHECK_THAT(answer.output, Contains("s.yaml:8:19: error: ") && Contains("does not exist"));
  CHECK_FALSE(has_any_study(winnow));
}

TEST_CASE("a study file that cannot be read is refused by name") {
  const Winnow winnow;
  write_text(winnow.folder() / "secret.yaml", "name: x\n");
  fs::permissions(winnow.folder() / "secret.yaml", fs::perms::none);
  const Answer secret = winnow("run secret.yaml 2>&1");
  CHECK(secret.code == 3);
  CHECK(secret.output == "secret.yaml: error: cannot read it: Permission denied [unreadable]\n");
  const Answer folder = winnow("run . 2>&1");
  CHECK(folder.code == 3);
  CHECK(folder.output == ".: error: cannot read it: not a regular file [unreadable]\n");
}

TEST_CASE("a place that takes no study is refused, and nothing of it stays") {
  const Winnow winnow;
  winnow.write_study("s", reports_once);
  fs::create_directory(winnow.folder() / "protected");
  fs::permissions(winnow.folder() / "protected", fs::perms::owner_read | fs::perms::owner_exec);
  const Answer no_right = winnow("run s.yaml --root protected/a 2>&1");
  CHECK(no_right.code == 5);
  CHECK_THAT(stripped(winnow.folder().path(), no_right.output),
             StartsWith("winnow: error: cannot make protected/a/s: Permission denied") &&
                 Contains("or name another with --root"));
  write_text(winnow.folder() / "file", "");
  const Answer no_folder = winnow("run s.yaml --root file 2>&1");
  CHECK(no_folder.code == 5);
  CHECK_THAT(stripped(winnow.folder().path(), no_folder.output),
             StartsWith("winnow: error: cannot make file/s: Not a directory"));
}

TEST_CASE("a disk that is full from the start leaves neither folder nor store") {
  const Winnow winnow;
  winnow.write_study("s", reports_once);
  // A limit of one block on the size of files is refused like a full disk, when its signal is not
  // taken.
  const Answer full = winnow.shell("trap '' XFSZ; ulimit -f 1; \"$winnow\" run s.yaml 2>&1");
  CHECK(full.code == 5);
  CHECK_THAT(full.output, Contains("free space there, then try again"));
  CHECK_FALSE(has_any_study(winnow));
  CHECK(winnow("run s.yaml 2>&1").code == 0);
}

TEST_CASE("a study that exists is not begun again, and the way to go on is named") {
  const Winnow winnow;
  winnow.write_study("s", reports_once);
  REQUIRE(winnow("run s.yaml 2>&1").code == 0);
  const Answer again = winnow("run s.yaml 2>&1");
  CHECK(again.code == 2);
  CHECK_THAT(stripped(winnow.folder().path(), again.output),
             Contains("the study 's' exists in studies/s; `winnow resume studies/s` goes on"));
  const Answer over = winnow("resume s 2>&1");
  CHECK(over.code == 0);
  CHECK(over.output == "study s is over (max_trials); `winnow best s` shows its result\n");
}

TEST_CASE("a second orchestrator exits with 4 and names the first") {
  const Winnow winnow;
  winnow.write_study("s", runs_on);
  const Answer second = winnow.shell(
      "mkfifo started\n"
      "\"$winnow\" run s.yaml > first.txt 2>&1 & first=$!\n"
      "read runs < started\n"
      "\"$winnow\" resume s 2>&1; echo \"resume $?\"\n"
      "\"$winnow\" run s.yaml 2>&1; echo \"run $?\"\n"
      "kill $first; wait $first; echo \"first $first\"");
  const std::string pid = second.output.substr(second.output.rfind(' ') + 1);
  const std::string named = "winnow: error: another winnow runs this study: process " +
                            pid.substr(0, pid.size() - 1) + " on ";
  CHECK_THAT(second.output, StartsWith(named));
  CHECK_THAT(second.output, Contains("\nresume 4\n" + named) && Contains("\nrun 4\n"));
}

TEST_CASE("what is no store is told from what is") {
  const Winnow winnow;
  fs::create_directories(winnow.folder() / "studies/folder/study.db");
  fs::create_directories(winnow.folder() / "studies/empty");
  write_text(winnow.folder() / "studies/empty/study.db", "");
  for (const std::string verb : {"trials", "status", "best", "resume"}) {
    const Answer folder = winnow(verb + " folder 2>&1");
    CHECK(folder.code == 5);
    CHECK_THAT(folder.output, Contains("studies/folder/study.db: it is a folder"));
    const Answer empty = winnow(verb + " empty 2>&1");
    CHECK(empty.code == 5);
    CHECK_THAT(empty.output, Contains("studies/empty/study.db: the file is empty"));
    const Answer none = winnow(verb + " none 2>&1");
    CHECK(none.code == 2);
    CHECK_THAT(none.output, Contains("no such study"));
  }
}

TEST_CASE("a study in a folder that may not be looked into is not said to be missing") {
  const Winnow winnow;
  winnow.write_study("s", reports_once);
  REQUIRE(winnow("run s.yaml 2>&1").code == 0);
  fs::permissions(winnow.folder() / "studies/s", fs::perms::none);
  const Answer answer = winnow("trials s 2>&1");
  CHECK(answer.code == 5);
  CHECK_THAT(answer.output, Contains("cannot look for a study in studies/s: this user may not "
                                     "look into it (errno 13); check the permissions"));
  fs::permissions(winnow.folder() / "studies/s", fs::perms::owner_all);
}

TEST_CASE("a study in a folder that may only be read is shown, but not resumed") {
  const Winnow winnow;
  winnow.write_study("s", reports_once);
  REQUIRE(winnow("run s.yaml 2>&1").code == 0);
  const auto only_read = fs::perms::owner_read | fs::perms::owner_exec;
  fs::permissions(winnow.folder() / "studies/s", only_read);
  const Answer resumed = winnow("resume s 2>&1");
  CHECK(resumed.code == 5);
  CHECK_THAT(resumed.output, Contains("Permission denied") && Contains("make file and folder"));
  fs::permissions(winnow.folder() / "studies/s", fs::perms::owner_all);
}

TEST_CASE("a program that ends at once ends the study after three trials, and says how it ended") {
  const Winnow winnow;
  winnow.write_study("s", "echo no such data >&2; exit 3", "max_trials: 100");
  const Answer answer = winnow("run s.yaml 2>&1");
  CHECK(answer.code == 1);
  CHECK_THAT(answer.output, Contains("crashed: exit code 3; its log ends: no such data") &&
                                Contains("the first 3 trials all failed: it is the set-up"));
  CHECK(winnow("trials s --json").json()["trials"].size() == 3);
}

TEST_CASE("a program that the system cannot start is refused or fails, and says why") {
  const Winnow winnow;
  const auto run_with = [&](const std::string& program) {
    write_text(winnow.folder() / "trial", program);
    fs::permissions(winnow.folder() / "trial", fs::perms::owner_all);
    write_text(winnow.folder() / "s.yaml",
               "name: s\nmethod: random\nmetric: {name: loss}\n"
               "parameters: {x: {min: 0.0, max: 1.0}}\nlimits: {max_trials: 9}\n"
               "trial: {command: [./trial]}\n");
    return winnow("run s.yaml 2>&1");
  };
  SECTION("its interpreter is missing") {
    const Answer answer = run_with("#!/no/such/interpreter -x\n");
    CHECK(answer.code == 3);
    CHECK_THAT(answer.output,
               Contains("begins with `#!/no/such/interpreter`, and there is no such program"));
    CHECK_FALSE(fs::exists(winnow.folder() / "studies"));
  }
  SECTION("it is text that names no interpreter") {
    const Answer answer = run_with("echo hello\n");
    CHECK(answer.code == 3);
    CHECK_THAT(answer.output, Contains("is text that names no interpreter: its first line may be"));
  }
  SECTION("it is of no format that the system knows") {
    const Answer answer = run_with(std::string("x\0y", 3));
    CHECK(answer.code == 1);
    CHECK_THAT(answer.output, Contains("not_started: Exec format error"));
  }
}

TEST_CASE("a program may print megabytes and close its descriptors") {
  const Winnow winnow;
  winnow.write_study("s", "exec <&- 3>&-; head -c 5000000 /dev/zero | tr '\\0' x; " + reports_once);
  CHECK(winnow("run s.yaml 2>&1").code == 0);
  CHECK(fs::file_size(winnow.folder() / "studies/s/trials/0000/attempt-1/log.txt") == 5'000'000);
}

TEST_CASE("winnow itself may be started without standard descriptors") {
  const Winnow winnow;
  winnow.write_study("s", reports_once);
  CHECK(winnow.shell("\"$winnow\" run s.yaml <&- 2>&-").code == 0);
  CHECK(winnow.shell("\"$winnow\" trials s >&- 2> error").code == 6);
  CHECK(read_text(winnow.folder() / "error") ==
        "winnow: error: cannot write to standard output: Bad file descriptor\n");
}

TEST_CASE("a reader that goes away does not end a study") {
  const Winnow winnow;
  winnow.write_study("s", reports_once, "max_trials: 8");
  CHECK(winnow.shell("{ \"$winnow\" run s.yaml 2> error; echo $? > code; } | head -n 1").code == 0);
  CHECK(read_text(winnow.folder() / "code") == "0\n");
  CHECK(read_text(winnow.folder() / "error").empty());
  CHECK(winnow("status s --json").json()["counts"]["completed"] == 8);
}

TEST_CASE("an interrupted study ends with the command that goes on with it") {
  const Winnow winnow;
  winnow.write_study("s", runs_on);
  for (const auto& [signal, code] : {std::pair("TERM", 143), std::pair("HUP", 143)}) {
    fs::remove_all(winnow.folder() / "studies");
    fs::remove(winnow.folder() / "started");
    const Answer answer = winnow.shell(
        fmt::format("mkfifo started\n\"$winnow\" run s.yaml --root 'my studies' 2>&1 & first=$!\n"
                    "read runs < started\nkill -{} $first\nwait $first",
                    signal));
    CHECK(answer.code == code);
    CHECK_THAT(answer.output, EndsWith("\nwinnow resume 'my studies/s'\n"));
    fs::remove_all(winnow.folder() / "my studies");
  }
}

TEST_CASE("more trials at once than files may be open are fewer, and that is said") {
  const Winnow winnow;
  winnow.write_study("s", "ulimit -n > \"$WINNOW_CHECKPOINT_DIR/limit\"; " + reports_once,
                     "max_trials: 2, max_concurrent: 100");
  const Answer answer = winnow.shell("ulimit -Sn 100; ulimit -Hn 128; \"$winnow\" run s.yaml 2>&1");
  CHECK(answer.code == 0);
  CHECK_THAT(answer.output,
             Contains("16 trials at once instead of 100: this user may not open more "
                      "files (ulimit -n, 128)"));
  // The trial's own limit is what winnow was started with, not what it took for itself.
  CHECK(read_text(winnow.folder() / "studies/s/trials/0000/checkpoints/limit") == "100\n");
}
