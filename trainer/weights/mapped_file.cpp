#include "trainer/weights/mapped_file.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "trainer/errors.hpp"

namespace winnow::train {
namespace {

/// An open descriptor, closed on the way out; a mapping outlives it.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() { ::close(number_); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number() const { return number_; }

 private:
  int number_;
};

int opened(const std::filesystem::path& path) {
  // Not blocking: a named pipe in the place of a file must not stop us for ever.
  const int number = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (number >= 0) return number;
  if (errno == ENOENT || errno == ENOTDIR)
    throw ConfigError(path.string(), "there is no such file");
  if (errno == EACCES) throw ConfigError(path.string(), "this user may not read the file");
  throw FileError("open", path.string(), errno);
}

}  // namespace

MappedFile::MappedFile(const std::filesystem::path& path) : path_(path) {
  const Descriptor file(opened(path));
  struct stat status {};
  if (::fstat(file.number(), &status) != 0) throw FileError("examine", path.string(), errno);
  if (!S_ISREG(status.st_mode))
    throw ConfigError(path.string(), "expected a file, found something else");
  const auto size = static_cast<std::size_t>(status.st_size);
  if (size == 0) return;
  void* const address = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.number(), 0);
  if (address == MAP_FAILED) throw FileError("map", path.string(), errno);
  bytes_ = {static_cast<const std::byte*>(address), size};
}

MappedFile::~MappedFile() {
  if (!bytes_.empty()) ::munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : path_(std::move(other.path_)), bytes_(std::exchange(other.bytes_, {})) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(bytes_, other.bytes_);
  return *this;
}

}  // namespace winnow::train
