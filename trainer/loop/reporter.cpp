#include "trainer/loop/reporter.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "trainer/errors.hpp"

namespace winnow::train {

Reporter::Reporter(const std::optional<std::filesystem::path>& file)
    : name_(file ? file->string() : "standard output"),
      file_(file ? ::open(name_.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666)
                 : STDOUT_FILENO) {
  if (file_ < 0) throw FileError("open", name_, errno);
}

Reporter::~Reporter() {
  if (file_ != STDOUT_FILENO) ::close(file_);
}

void Reporter::report(const protocol::Report& report) {
  const std::string line = protocol::to_line(report);
  std::string_view rest = line;
  while (!rest.empty()) {
    const ssize_t written = ::write(file_, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw FileError("write to", name_, errno);
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
}

double Reporter::elapsed_s() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - started_).count();
}

}  // namespace winnow::train
