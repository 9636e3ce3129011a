#include "tests/support/temporary_folder.hpp"

#include <cstdlib>
#include <exception>
#include <fstream>
#include <iostream>
#include <sstream>
#include <stdexcept>

namespace winnow::tests {
namespace {

bool keeps_failed = false;
Assertions assertions = Assertions::all_held;

namespace fs = std::filesystem;

/// Copies a folder out of the place for temporary files, which is cleared: all but sockets, pipes
/// and what may not be read.
void keep(const fs::path& folder) {
  const fs::path kept = fs::path(WINNOW_BINARY_DIR) / "Testing/kept" / folder.filename();
  std::error_code ignored;  // a test fails already, and a destructor must not throw
  fs::create_directories(kept, ignored);
  for (fs::recursive_directory_iterator at(folder, ignored), end; at != end;
       at.increment(ignored)) {
    const fs::path target = kept / at->path().lexically_relative(folder);
    if (at->is_directory(ignored)) fs::create_directories(target, ignored);
    if (at->is_regular_file(ignored)) fs::copy_file(at->path(), target, ignored);
  }
  std::cerr << "the files of the failed test are in " << kept.string() << std::endl;
}

}  // namespace

void keep_folders_of_failed_test() { keeps_failed = true; }

void note_assertions(Assertions so_far) { assertions = so_far; }

TemporaryFolder::TemporaryFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "winnow-test-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make " + name);
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  // What is thrown by a failed REQUIRE has been noted, what a test did not expect has not.
  const bool fails = assertions == Assertions::one_failed || std::uncaught_exceptions() > 0;
  if (keeps_failed && fails) keep(path_);
  std::error_code ignored;  // a destructor must not throw; a left-over folder harms nobody
  std::filesystem::remove_all(path_, ignored);
}

std::string read_text(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) throw std::runtime_error("cannot read " + file.string());
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

void write_text(const std::filesystem::path& file, const std::string& text) {
  std::ofstream stream(file, std::ios::binary);
  stream << text;
  if (!stream) throw std::runtime_error("cannot write " + file.string());
}

}  // namespace winnow::tests
