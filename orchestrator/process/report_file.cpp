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

/// The longest read. Origin: about 6,000 short lines, some 40 ms of parsing and writing, in which
/// other trials wait.
constexpr std::size_t block_bytes = 512 * 1024;
/// How much of what was read is compared with the file before reading on: some lines, of which
/// programs that write the file anew hardly ever repeat all.
constexpr std::size_t compared_bytes = 256;

/// Of numbers in one attempt's reports (reliability.md, row 22).
constexpr std::size_t most_names = 10'000;

/// The file was not only appended to; what() says so to its author.
class NotAppended : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

std::string read_at(int fd, std::int64_t offset, std::size_t at_most,
                    const std::filesystem::path& file) {
  std::string text(at_most, '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    const ssize_t got = ::pread(fd, text.data() + size, text.size() - size,
                                offset + static_cast<std::int64_t>(size));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw_system_error(fmt::format("read {}", file.string()));
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  text.resize(size);
  return text;
}

[[noreturn]] void not_appended(std::int64_t read_bytes, std::int64_t left_bytes) {
  throw NotAppended(fmt::format(
      "the report file was overwritten or removed: {} bytes of it had been read, of which {} are "
      "left; append to it (`>>`, not `>`)",
      read_bytes, left_bytes));
}

}  // namespace

std::optional<store::MetricValues> values_of_line(std::string_view line) {
  protocol::Report report = protocol::parse_report(line);
  if (auto* metrics = std::get_if<protocol::Metrics>(&report)) return std::move(metrics->values);
  if (auto* finished = std::get_if<protocol::Finished>(&report)) return std::move(finished->values);
  return std::nullopt;
}

ReportFile::ReportFile(std::filesystem::path file, std::int64_t offset)
    : file_(std::move(file)), committed_(offset) {}

store::ReportBatch ReportFile::read(Amount amount, double elapsed_s) {
  store::ReportBatch batch;
  batch.elapsed_s = elapsed_s;
  if (facts_.lost.empty()) {
    try {
      read_to(amount, elapsed_s, batch);
    } catch (const NotAppended& fault) {
      facts_.lost = fault.what();
    } catch (const SystemError& error) {  // may pass, as long as there is another look to come
      if (amount == Amount::all) facts_.lost = error.what();
    }
  }
  batch.offset = std::max(offset_, committed_);
  return batch;
}

bool ReportFile::has_much_left() const {
  std::error_code none;  // no file, nothing left
  const std::uintmax_t bytes = std::filesystem::file_size(file_, none);
  return !none && facts_.lost.empty() && bytes > static_cast<std::uintmax_t>(offset_) + block_bytes;
}

void ReportFile::read_to(Amount amount, double elapsed_s, store::ReportBatch& batch) {
  while (true) {
    const std::int64_t before = offset_;
    const std::string text = next_block();
    take_lines(text, elapsed_s, batch);
    if (offset_ == before) {
      // Everything up to the committed offset had been complete lines.
      if (offset_ < committed_) not_appended(committed_, offset_);
      if (amount == Amount::some || text.empty()) return;
      // Half a line, left by a program that was killed as it wrote, is no JSON object.
      if (!in_endless_line_) take(text, offset_, elapsed_s, batch);
      advance(text, text.size());
      return;
    }
    if (amount == Amount::some && offset_ > committed_) return;
  }
}

/// What follows offset_, at most a block. Nothing when there is no file yet.
std::string ReportFile::next_block() {
  // Without waiting: a pipe may stand there, whose other end nobody opens.
  constexpr int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
  const store::OwnedFd fd(::open(file_.c_str(), flags));
  if (!fd.is_open() && errno == ELOOP) {
    throw NotAppended("a link stands in the place of the report file; append to that file");
  }
  if (!fd.is_open() && errno != ENOENT) throw_system_error(fmt::format("open {}", file_.string()));
  if (!fd.is_open() && offset_ > 0) not_appended(offset_, 0);
  if (!fd.is_open()) return std::string();
  const std::int64_t seen_from = offset_ - static_cast<std::int64_t>(seen_end_.size());
  struct stat facts {};
  if (::fstat(fd.value(), &facts) != 0)
    throw_system_error(fmt::format("look at {}", file_.string()));
  if (!S_ISREG(facts.st_mode)) {
    throw NotAppended("no file stands in the place of the report file; append to that file");
  }
  if (facts.st_size < offset_) not_appended(offset_, facts.st_size);
  // No more than there is: most reports are short, and a whole block costs a millisecond to clear.
  const auto left = static_cast<std::size_t>(facts.st_size - seen_from);
  std::string text =
      read_at(fd.value(), seen_from, std::min(left, seen_end_.size() + block_bytes), file_);
  if (text.size() < seen_end_.size()) not_appended(offset_, offset_ - std::ssize(seen_end_));
  if (text.compare(0, seen_end_.size(), seen_end_) != 0) not_appended(offset_, 0);
  text.erase(0, seen_end_.size());
  return text;
}

/// Takes the complete lines of `text`, which follows offset_, and goes on behind them.
void ReportFile::take_lines(const std::string& text, double elapsed_s, store::ReportBatch& batch) {
  std::size_t at = 0;
  for (std::size_t end; (end = text.find('\n', at)) != std::string::npos; at = end + 1) {
    const bool is_rest = std::exchange(in_endless_line_, false);
    if (is_rest) continue;
    take(text.substr(at, end - at), offset_ + static_cast<std::int64_t>(at), elapsed_s, batch);
  }
  if (at == 0 && text.size() == block_bytes) {
    // A line longer than a block: passed over up to its newline.
    if (!in_endless_line_) {
      add_malformed(fmt::format("the line has more than {} bytes", block_bytes));
    }
    in_endless_line_ = true;
    at = text.size();
  }
  advance(text, at);
}

void ReportFile::advance(const std::string& text, std::size_t size) {
  seen_end_.append(text, 0, size);
  if (seen_end_.size() > compared_bytes) seen_end_.erase(0, seen_end_.size() - compared_bytes);
  offset_ += static_cast<std::int64_t>(size);
}

void ReportFile::take(const std::string& line, std::int64_t at, double elapsed_s,
                      store::ReportBatch& batch) {
  if (!facts_.lost.empty()) return;
  const protocol::Report report = protocol::parse_report(line);
  const bool is_new = at >= committed_;
  note_progress(report);
  const auto add_values = [&](const protocol::Values& values, std::int64_t step, double at_s,
                              bool is_final) {
    note_names(values);
    if (!is_new || !facts_.lost.empty()) return;
    for (const auto& [metric, value] : values) {
      batch.measurements.push_back({at, Measurement{step, metric, value, at_s}, is_final});
    }
  };
  if (const auto* metrics = std::get_if<protocol::Metrics>(&report)) {
    facts_.last_step = metrics->step.value_or(facts_.last_step);
    add_values(metrics->values, facts_.last_step, metrics->elapsed_s.value_or(elapsed_s), false);
  } else if (const auto* finished = std::get_if<protocol::Finished>(&report)) {
    facts_.finished = true;
    add_values(finished->values, finished->step.value_or(facts_.last_step), elapsed_s, true);
  } else if (const auto* checkpoint = std::get_if<protocol::Checkpoint>(&report)) {
    facts_.newest_checkpoint =
        std::max(facts_.newest_checkpoint.value_or(checkpoint->step), checkpoint->step);
    if (is_new) batch.checkpoints.push_back({checkpoint->step, checkpoint->path});
  } else if (const auto* infeasible = std::get_if<protocol::Infeasible>(&report)) {
    facts_.infeasible = infeasible->reason;
  } else if (const auto* failed = std::get_if<protocol::Failed>(&report)) {
    facts_.failed = *failed;
  } else if (const auto* malformed = std::get_if<protocol::Malformed>(&report)) {
    add_malformed(malformed->problem);
  }
}

void ReportFile::note_progress(const protocol::Report& report) {
  if (const auto* metrics = std::get_if<protocol::Metrics>(&report)) {
    if (metrics->step && highest_step_ && *metrics->step <= *highest_step_) return;
    if (metrics->step) highest_step_ = metrics->step;
    ++facts_.progress;
  } else if (std::holds_alternative<protocol::Started>(report) ||
             std::holds_alternative<protocol::Checkpoint>(report) ||
             std::holds_alternative<protocol::Finished>(report)) {
    ++facts_.progress;
  }
}

void ReportFile::note_names(const protocol::Values& values) {
  for (const auto& [metric, value] : values) names_.insert(metric);
  if (names_.size() <= most_names) return;
  facts_.lost = fmt::format(
      "the trial reports more than {} names of numbers; give a number its step, not a name of its "
      "own",
      most_names);
}

void ReportFile::add_malformed(const std::string& problem) {
  if (facts_.malformed_lines++ == 0) facts_.first_malformed = problem;
}

}  // namespace winnow::run
