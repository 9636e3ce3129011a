#include "trainer/loop/activation_file.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <set>

#include "tests/support/temporary_folder.hpp"
#include "trainer/errors.hpp"

using namespace winnow::train;
using winnow::tests::TemporaryFolder;

namespace {

constexpr std::size_t width = 5;
const std::string key(32, 'a');
const auto never = [] { return false; };

/// Rows of 1 to 9 tokens, enough for four chunks of which the last is not full.
TokenDataset dataset() {
  std::vector<std::int32_t> tokens;
  std::vector<std::uint64_t> offsets = {0};
  for (std::uint32_t row = 0; row < 3 * rows_per_chunk + 4; ++row) {
    for (std::uint32_t i = 0; i <= row * 7 % 9; ++i)
      tokens.push_back(static_cast<std::int32_t>(row));
    offsets.push_back(tokens.size());
  }
  return {tokens, offsets, std::vector<std::int32_t>(offsets.size() - 1, 0)};
}

/// A number that tells row, token and column apart.
float number(std::uint32_t row, std::size_t place) {
  return static_cast<float>(row) + static_cast<float>(place) / 64.0f;
}

void compute(const TokenDataset& data, std::span<const std::uint32_t> rows, std::span<float> out) {
  std::size_t next = 0;
  for (const std::uint32_t row : rows) {
    for (std::size_t place = 0; place < data.tokens(row).size() * width; ++place) {
      out[next++] = number(row, place);
    }
  }
}

ActivationFile::Compute counting(const TokenDataset& data, int& calls) {
  return [&data, &calls](std::span<const std::uint32_t> rows, std::span<float> out) {
    ++calls;
    compute(data, rows, out);
  };
}

void check_content(const ActivationFile& file, const TokenDataset& data) {
  for (std::uint32_t row = 0; row < data.size(); ++row) {
    const std::span<const float> found = file.row(row);
    REQUIRE(found.size() == data.tokens(row).size() * width);
    for (std::size_t place = 0; place < found.size(); ++place) {
      REQUIRE(found[place] == number(row, place));
    }
  }
}

std::string file_bytes(const TemporaryFolder& folder) {
  return winnow::tests::read_text(folder / ("activations-" + key + ".bin"));
}

/// A pipe whose ends say "go on" across processes without sleeping.
struct Gate {
  std::array<int, 2> ends{};
  Gate() { REQUIRE(::pipe(ends.data()) == 0); }
  ~Gate() {
    ::close(ends[0]);
    ::close(ends[1]);
  }
  void open() const { [[maybe_unused]] const auto written = ::write(ends[1], "x", 1); }
  void wait() const {
    char byte = 0;
    [[maybe_unused]] const auto got = ::read(ends[0], &byte, 1);
  }
};

int exit_status(pid_t child) {
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

TEST_CASE("rows come longest first, equal ones in their order") {
  const TokenDataset data({1, 2, 3, 4, 5, 6, 7}, {0, 1, 4, 5, 7}, {0, 0, 0, 0});
  CHECK(rows_by_length(data) == std::vector<std::uint32_t>{1, 3, 0, 2});
}

TEST_CASE("every number is found again, in memory and in a file") {
  const TokenDataset data = dataset();
  const TemporaryFolder folder;
  for (const bool in_memory : {true, false}) {
    const std::optional<std::filesystem::path> place =
        in_memory ? std::nullopt : std::optional(folder.path());
    ActivationFile file(place, key, data, width);
    REQUIRE(file.chunks() == 4);
    int calls = 0;
    REQUIRE(file.fill(counting(data, calls), never));
    CHECK(calls == 4);
    check_content(file, data);
  }
}

TEST_CASE("a file that is there is not computed again") {
  const TokenDataset data = dataset();
  const TemporaryFolder folder;
  int calls = 0;
  for (int opening = 0; opening < 2; ++opening) {
    ActivationFile file(folder.path(), key, data, width);
    REQUIRE(file.fill(counting(data, calls), never));
    check_content(file, data);
  }
  CHECK(calls == 4);
}

TEST_CASE("a stop request ends the work between chunks, and the next builder goes on there") {
  const TokenDataset data = dataset();
  const TemporaryFolder folder;
  ActivationFile file(folder.path(), key, data, width);
  int calls = 0;
  CHECK_FALSE(file.fill(counting(data, calls), [&] { return calls == 2; }));
  CHECK(calls == 2);
  CHECK(file.is_done(1));
  CHECK_FALSE(file.is_done(2));
  REQUIRE(file.fill(counting(data, calls), never));
  CHECK(calls == 4);
  check_content(file, data);
}

TEST_CASE("two processes share the chunks of one file, which equals that of a single builder") {
  const TokenDataset data = dataset();
  const TemporaryFolder alone, together;
  int calls = 0;
  ActivationFile(alone.path(), key, data, width).fill(counting(data, calls), never);

  // The child holds the first chunk until the parent has done another one: both must take part.
  const Gate claimed, other_done;
  const pid_t child = ::fork();
  if (child == 0) {
    ActivationFile file(together.path(), key, data, width);
    bool is_first = true;
    const bool filled = file.fill(
        [&](std::span<const std::uint32_t> rows, std::span<float> out) {
          if (std::exchange(is_first, false)) {
            claimed.open();
            other_done.wait();
          }
          compute(data, rows, out);
        },
        never);
    ::_exit(filled && file.is_done(0) ? 0 : 1);
  }
  claimed.wait();
  ActivationFile file(together.path(), key, data, width);
  int parent_calls = 0;
  REQUIRE(file.fill(
      [&](std::span<const std::uint32_t> rows, std::span<float> out) {
        ++parent_calls;
        compute(data, rows, out);
        other_done.open();
      },
      never));
  CHECK(exit_status(child) == 0);
  CHECK(parent_calls >= 1);
  CHECK(parent_calls <= 3);
  check_content(file, data);
  CHECK(file_bytes(together) == file_bytes(alone));
}

TEST_CASE("the chunk of a builder that dies is taken over") {
  const TokenDataset data = dataset();
  const TemporaryFolder folder;
  const Gate claimed, parent_waits;
  const pid_t child = ::fork();
  if (child == 0) {
    ActivationFile file(folder.path(), key, data, width);
    file.fill(
        [&](std::span<const std::uint32_t>, std::span<float>) {
          claimed.open();
          parent_waits.wait();
          ::_exit(7);
        },
        never);
    ::_exit(0);
  }
  claimed.wait();
  ActivationFile file(folder.path(), key, data, width);
  int calls = 0;
  REQUIRE(file.fill(
      [&](std::span<const std::uint32_t> rows, std::span<float> out) {
        // The third of the free chunks: from now on the parent waits for the child's.
        if (++calls == 3) parent_waits.open();
        compute(data, rows, out);
      },
      never));
  CHECK(exit_status(child) == 7);
  CHECK(calls == 4);
  check_content(file, data);
}

TEST_CASE("a creator that died before the header was written leaves a file that can be used") {
  const TokenDataset data = dataset();
  const TemporaryFolder folder;
  std::ofstream(folder / ("activations-" + key + ".bin")) << std::string(8192, '\0');
  ActivationFile file(folder.path(), key, data, width);
  int calls = 0;
  REQUIRE(file.fill(counting(data, calls), never));
  check_content(file, data);
}

TEST_CASE("a file that was cut short or belongs to something else is refused") {
  const TokenDataset data = dataset();
  const TemporaryFolder folder;
  int calls = 0;
  ActivationFile(folder.path(), key, data, width).fill(counting(data, calls), never);
  CHECK_THROWS_AS(ActivationFile(folder.path(), key, data, width + 1), ConfigError);
  const auto path = folder / ("activations-" + key + ".bin");
  std::filesystem::resize_file(path, std::filesystem::file_size(path) - 1);
  CHECK_THROWS_AS(ActivationFile(folder.path(), key, data, width), ConfigError);
}

TEST_CASE("a cache folder that cannot be made is named") {
  const TemporaryFolder folder;
  winnow::tests::write_text(folder / "file", "");
  CHECK_THROWS_AS(ActivationFile(folder / "file" / "cache", key, dataset(), width), FileError);
}
