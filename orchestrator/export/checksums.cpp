#include "orchestrator/export/checksums.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/evp.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <map>
#include <memory>
#include <sstream>
#include <vector>

#include "orchestrator/export/new_folder.hpp"
#include "orchestrator/process/durable_file.hpp"
#include "orchestrator/process/system_error.hpp"
#include "searchers/problem/error.hpp"
#include "storage/owned_fd.hpp"

namespace winnow::run {
namespace {

struct DigestEnd {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

// Large enough that system calls do not count beside the hashing.
constexpr std::size_t block_bytes = 256 * 1024;

// Relative names, as sha256sum writes them.
std::vector<std::string> files_beneath(const std::filesystem::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    std::string name = entry.path().lexically_relative(folder).string();
    if (name.find_first_of("\n\\") != std::string::npos) {
      throw SystemError("list " + entry.path().string(),
                        "its name has a line break or a backslash");
    }
    if (name != checksums_name) names.push_back(std::move(name));
  }
  std::ranges::sort(names);
  return names;
}

}  // namespace

std::string sha256_of(const std::filesystem::path& file) {
  const store::OwnedFd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.is_open()) throw_system_error("read " + file.string());
  const std::unique_ptr<EVP_MD_CTX, DigestEnd> digest(EVP_MD_CTX_new());
  expect(digest && EVP_DigestInit_ex(digest.get(), EVP_sha256(), nullptr) == 1,
         "OpenSSL computes SHA-256");
  std::vector<char> block(block_bytes);
  while (true) {
    const ssize_t count = ::read(fd.value(), block.data(), block.size());
    if (count == 0) break;
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw_system_error("read " + file.string());
    EVP_DigestUpdate(digest.get(), block.data(), static_cast<std::size_t>(count));
  }
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned length = 0;
  EVP_DigestFinal_ex(digest.get(), bytes.data(), &length);
  std::string text;
  for (unsigned i = 0; i < length; ++i) text += fmt::format("{:02x}", bytes[i]);
  return text;
}

void write_checksums(const std::filesystem::path& folder) {
  std::string text;
  for (const std::string& name : files_beneath(folder)) {
    text += fmt::format("{}  {}\n", sha256_of(folder / name), name);
  }
  write_for_others(folder / checksums_name, text);
}

void verify_checksums(const std::filesystem::path& folder) {
  const std::optional<std::string> text = read_file_if_present(folder / checksums_name);
  if (!text) throw SystemError(ENOENT, "read " + (folder / checksums_name).string());
  std::istringstream lines(*text);
  std::vector<std::string> listed;
  for (std::string line; std::getline(lines, line);) {
    constexpr std::size_t name_at = 66;  // 64 digits and two spaces
    if (line.size() <= name_at) throw SystemError("understand a line of " + folder.string(), line);
    listed.push_back(line.substr(name_at));
    const std::filesystem::path file = folder / listed.back();
    if (sha256_of(file) != line.substr(0, 64)) {
      throw SystemError("verify " + file.string(), "its SHA-256 is not the one in SHA256SUMS");
    }
  }
  if (listed != files_beneath(folder)) {
    throw SystemError("verify " + folder.string(),
                      "SHA256SUMS does not list the files that are there");
  }
}

}  // namespace winnow::run
