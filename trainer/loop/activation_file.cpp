#include "trainer/loop/activation_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <numeric>

#include "trainer/errors.hpp"

namespace winnow::train {
namespace {

struct Header {
  std::array<char, 8> magic;
  std::uint64_t rows;
  std::uint64_t tokens;
  std::uint64_t width;
  std::array<char, 32> key;
  bool operator==(const Header&) const = default;
};
static_assert(sizeof(Header) == 64);

// The last letter is the version of the layout.
constexpr std::array<char, 8> magic = {'w', 'i', 'n', 'n', 'o', 'w', 'a', '1'};
constexpr std::size_t page_bytes = 4096;  // of every processor that Debian 12 supports by default

enum class Wait { no, yes };

/// An exclusive lock on one byte of an open file, released at the end of the scope.
class ByteLock {
 public:
  ByteLock(int file, std::size_t byte, Wait wait, const std::string& name) : file_(file) {
    request_.l_type = F_WRLCK;
    request_.l_whence = SEEK_SET;
    request_.l_start = static_cast<off_t>(byte);
    request_.l_len = 1;
    const int command = wait == Wait::yes ? F_OFD_SETLKW : F_OFD_SETLK;
    is_held_ = ::fcntl(file_, command, &request_) == 0;
    const bool is_taken = errno == EAGAIN || errno == EACCES || errno == EINTR;
    if (!is_held_ && !is_taken) throw FileError("lock", name, errno);
  }
  ~ByteLock() {
    if (!is_held_) return;
    request_.l_type = F_UNLCK;
    ::fcntl(file_, F_OFD_SETLK, &request_);
  }
  ByteLock(const ByteLock&) = delete;
  ByteLock& operator=(const ByteLock&) = delete;

  /// False: another holds it, or a signal interrupted the wait.
  bool is_held() const { return is_held_; }

 private:
  int file_;
  struct flock request_ = {};
  bool is_held_ = false;
};

void write_at(int file, const void* bytes, std::size_t size, std::size_t offset,
              const std::string& name) {
  const auto* next = static_cast<const std::byte*>(bytes);
  while (size > 0) {
    const ssize_t written = ::pwrite(file, next, size, static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw FileError("write", name, errno);
    next += written;
    offset += static_cast<std::size_t>(written);
    size -= static_cast<std::size_t>(written);
  }
}

}  // namespace

std::vector<std::uint32_t> rows_by_length(const TokenDataset& dataset) {
  std::vector<std::uint32_t> order(dataset.size());
  std::iota(order.begin(), order.end(), 0u);
  std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return dataset.tokens(a).size() > dataset.tokens(b).size();
  });
  return order;
}

ActivationFile::ActivationFile(const std::optional<std::filesystem::path>& folder,
                               const std::string& key, const TokenDataset& dataset,
                               std::size_t width)
    : dataset_(dataset), width_(width), order_(rows_by_length(dataset)) {
  expect(!order_.empty() && width_ > 0, "activations of something are kept");
  first_token_.resize(order_.size());
  std::uint64_t tokens = 0;
  for (const std::uint32_t row : order_) {
    first_token_[row] = tokens;
    tokens += dataset_.tokens(row).size();
  }
  open(folder, key);
  try {
    const ByteLock lock(file_, 0, Wait::yes, name_);
    expect(lock.is_held(), "nothing interrupts the wait for the header");
    initialise(key);
    map();
  } catch (const std::exception&) {
    ::close(file_);
    throw;
  }
}

ActivationFile::~ActivationFile() {
  ::munmap(const_cast<std::byte*>(mapped_), size_bytes());
  ::close(file_);
}

void ActivationFile::open(const std::optional<std::filesystem::path>& folder,
                          const std::string& key) {
  if (folder) {
    std::error_code failure;
    std::filesystem::create_directories(*folder, failure);
    if (failure) throw FileError("create folder", folder->string(), failure.value());
    name_ = (*folder / ("activations-" + key + ".bin")).string();
    file_ = ::open(name_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  } else {
    name_ = "activations in memory";
    file_ = ::memfd_create("winnow-activations", MFD_CLOEXEC);
  }
  if (file_ < 0) throw FileError("create", name_, errno);
}

/// Makes an empty file ready, or checks that it is the right one. Only under the lock of byte 0.
void ActivationFile::initialise(const std::string& key) {
  expect(key.size() == Header{}.key.size(), "a key has 32 digits");
  Header expected{magic, order_.size(), dataset_.total_tokens(), width_, {}};
  std::copy(key.begin(), key.end(), expected.key.begin());
  struct stat status = {};
  if (::fstat(file_, &status) != 0) throw FileError("examine", name_, errno);
  Header found = {};
  if (status.st_size > 0) {
    const ssize_t got = ::pread(file_, &found, sizeof found, 0);
    if (got < 0) throw FileError("read", name_, errno);
  }
  // All zeros: its creator died before it wrote the header.
  const bool is_new = found == Header{};
  if (is_new) {
    if (::ftruncate(file_, static_cast<off_t>(size_bytes())) != 0) {
      throw FileError("reserve space for", name_, errno);
    }
    write_at(file_, &expected, sizeof expected, 0, name_);
  } else if (found != expected || static_cast<std::size_t>(status.st_size) != size_bytes()) {
    throw ConfigError(name_,
                      "is damaged or was made by another version; remove it, it is made anew");
  }
}

void ActivationFile::map() {
  void* address = ::mmap(nullptr, size_bytes(), PROT_READ, MAP_SHARED, file_, 0);
  if (address == MAP_FAILED) throw FileError("map", name_, errno);
  mapped_ = static_cast<const std::byte*>(address);
}

bool ActivationFile::fill(const Compute& compute, const std::function<bool()>& stop_requested) {
  // First round: take what is free. Second round: wait for what others were computing; whoever of
  // them has died has left a chunk that is not done and not locked.
  for (const Wait wait : {Wait::no, Wait::yes}) {
    for (std::size_t chunk = 0; chunk < chunks();) {
      if (is_done(chunk)) {
        ++chunk;
        continue;
      }
      if (stop_requested()) return false;
      const ByteLock claim(file_, sizeof(Header) + chunk, wait, name_);
      if (claim.is_held() && !is_done(chunk)) compute_chunk(chunk, compute);
      // A wait that a signal interrupted is taken up again, after asking whether to stop.
      if (claim.is_held() || wait == Wait::no) ++chunk;
    }
  }
  return true;
}

void ActivationFile::compute_chunk(std::size_t chunk, const Compute& compute) {
  const std::span<const std::uint32_t> rows = rows_of(chunk);
  std::size_t tokens = 0;
  for (const std::uint32_t row : rows) tokens += dataset_.tokens(row).size();
  std::vector<float> numbers(tokens * width_);
  compute(rows, numbers);
  const std::size_t offset = data_begin() + first_token_[rows.front()] * width_ * sizeof(float);
  write_at(file_, numbers.data(), numbers.size() * sizeof(float), offset, name_);
  // Without this the mark could reach the disk before the numbers do, and after a power failure the
  // chunk would count as done and be zeros.
  if (::fdatasync(file_) != 0) throw FileError("sync", name_, errno);
  const std::byte done{1};
  write_at(file_, &done, 1, sizeof(Header) + chunk, name_);
}

bool ActivationFile::is_done(std::size_t chunk) const {
  std::byte mark{0};
  const auto offset = static_cast<off_t>(sizeof(Header) + chunk);
  if (::pread(file_, &mark, 1, offset) != 1) throw FileError("read", name_, errno);
  return mark == std::byte{1};
}

std::span<const float> ActivationFile::row(std::uint32_t row) const {
  const auto* numbers = reinterpret_cast<const float*>(mapped_ + data_begin());
  return {numbers + first_token_[row] * width_, dataset_.tokens(row).size() * width_};
}

std::span<const std::uint32_t> ActivationFile::rows_of(std::size_t chunk) const {
  const std::size_t begin = chunk * rows_per_chunk;
  return std::span(order_).subspan(begin, std::min(rows_per_chunk, order_.size() - begin));
}

std::size_t ActivationFile::data_begin() const {
  const std::size_t marks_end = sizeof(Header) + chunks();
  return (marks_end + page_bytes - 1) / page_bytes * page_bytes;
}

std::size_t ActivationFile::size_bytes() const {
  return data_begin() + dataset_.total_tokens() * width_ * sizeof(float);
}

}  // namespace winnow::train
