#include "orchestrator/process/report_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "orchestrator/process/system_error.hpp"
#include "storage/owned_fd.hpp"

namespace winnow::run {
namespace {

/// The longest read. Origin: about 50,000 short lines, some 100 ms of parsing.
constexpr std::size_t block_bytes = 4 * 1024 * 1024;

std::string read_from(const std::filesystem::path& file, std::int64_t offset) {
  const store::OwnedFd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.is_open() && errno == ENOENT) return std::string();
  if (!fd.is_open()) throw_system_error(fmt::format("open {}", file.string()));
  struct stat facts {};
  if (::fstat(fd.value(), &facts) != 0)
    throw_system_error(fmt::format("look at {}", file.string()));
  // No more than there is: most reports are short, and a whole block costs a millisecond to clear.
  const std::int64_t left = std::max<std::int64_t>(0, facts.st_size - offset);
  std::string text(std::min(block_bytes, static_cast<std::size_t>(left)), '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    const ssize_t got = ::pread(fd.value(), text.data() + size, text.size() - size,
                                offset + static_cast<std::int64_t>(size));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw_system_error(fmt::format("read {}", file.string()));
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  text.resize(size);
  return text;
}

}  // namespace

ReportFile::ReportFile(std::filesystem::path file, std::int64_t offset)
    : file_(std::move(file)), committed_(offset) {}

store::ReportBatch ReportFile::read(Amount amount, double elapsed_s) {
  store::ReportBatch batch;
  batch.elapsed_s = elapsed_s;
  while (true) {
    const std::string text = read_from(file_, offset_);
    std::size_t at = 0;
    for (std::size_t end; (end = text.find('\n', at)) != std::string::npos; at = end + 1) {
      take(text.substr(at, end - at), offset_ + static_cast<std::int64_t>(at), elapsed_s, batch);
    }
    if (at == 0 && text.size() == block_bytes) {
      // A line longer than a block: pass over it; the rest of it will be malformed as well.
      facts_.malformed_lines += 1;
      at = text.size();
    }
    offset_ += static_cast<std::int64_t>(at);
    if (at == 0) break;
    if (amount == Amount::some && offset_ > committed_) break;
  }
  batch.offset = std::max(offset_, committed_);
  return batch;
}

void ReportFile::take(const std::string& line, std::int64_t at, double elapsed_s,
                      store::ReportBatch& batch) {
  const protocol::Report report = protocol::parse_report(line);
  const bool is_new = at >= committed_;
  const auto add_values = [&](const protocol::Values& values, std::optional<std::int64_t> step,
                              double at_s) {
    if (step) facts_.last_step = *step;
    for (const auto& [metric, value] : values) facts_.latest[metric] = value;
    if (!is_new) return;
    for (const auto& [metric, value] : values) {
      batch.measurements.push_back({at, Measurement{facts_.last_step, metric, value, at_s}});
    }
  };
  if (const auto* metrics = std::get_if<protocol::Metrics>(&report)) {
    add_values(metrics->values, metrics->step, metrics->elapsed_s.value_or(elapsed_s));
  } else if (const auto* finished = std::get_if<protocol::Finished>(&report)) {
    facts_.finished = true;
    add_values(finished->values, finished->step, elapsed_s);
  } else if (const auto* checkpoint = std::get_if<protocol::Checkpoint>(&report)) {
    facts_.checkpoints += 1;
    if (is_new) batch.checkpoints.push_back({checkpoint->step, checkpoint->path});
  } else if (const auto* infeasible = std::get_if<protocol::Infeasible>(&report)) {
    facts_.infeasible = infeasible->reason;
  } else if (const auto* failed = std::get_if<protocol::Failed>(&report)) {
    facts_.failed = *failed;
  } else if (const auto* malformed = std::get_if<protocol::Malformed>(&report)) {
    if (facts_.malformed_lines++ == 0) facts_.first_malformed = malformed->problem;
  }
}

}  // namespace winnow::run
