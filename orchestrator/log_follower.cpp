#include "orchestrator/log_follower.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <cerrno>

#include "orchestrator/process/file_watch.hpp"
#include "orchestrator/process/system_error.hpp"
#include "storage/owned_fd.hpp"

namespace winnow::run {
namespace {

// Whether a trial has ended is seen in its store, which notifies nobody; and network file systems
// do not tell when a file grows. A second is short for somebody who watches a log.
constexpr auto look_interval = std::chrono::seconds(1);

const store::AttemptRow* attempt_of(const std::vector<store::AttemptRow>& attempts, int ordinal) {
  const auto has_ordinal = [ordinal](const store::AttemptRow& row) {
    return row.attempt.ordinal == ordinal;
  };
  const auto found = std::ranges::find_if(attempts, has_ordinal);
  return found == attempts.end() ? nullptr : &*found;
}

class Follower {
 public:
  Follower(asio::io_context& context, const store::Store& store, const StudyFolder& folder,
           TrialNumber trial, const LogSink& sink)
      : store_(store),
        folder_(folder),
        trial_(trial),
        sink_(sink),
        watch_(context),
        grew_(std::make_shared<Pulse>(context.get_executor())) {}

  asio::awaitable<void> run(int ordinal, std::function<void(int)> next_attempt) {
    while (true) {
      co_await follow(ordinal);
      if (is_over(ordinal)) co_return;
      ++ordinal;
      next_attempt(ordinal);
    }
  }

 private:
  bool has_ended(int ordinal) const {
    const std::vector<store::AttemptRow> attempts = store_.attempts(trial_);
    const store::AttemptRow* row = attempt_of(attempts, ordinal);
    return row != nullptr ? row->end.has_value() : is_ended(store_.trial(trial_)->state);
  }

  bool is_over(int ordinal) const {
    const std::vector<store::AttemptRow> attempts = store_.attempts(trial_);
    return is_ended(store_.trial(trial_)->state) && attempt_of(attempts, ordinal + 1) == nullptr;
  }

  asio::awaitable<void> follow(int ordinal) {
    const std::filesystem::path file =
        AttemptFiles{folder_.attempt(StudyFolder::attempt_name(trial_, ordinal))}.log();
    std::optional<int> watched;
    std::int64_t offset = 0;
    while (true) {
      if (!watched) watched = watch_.watch(file, grew_);
      const std::uint64_t seen = grew_->count();
      const bool was_last = has_ended(ordinal);  // before the read: what it wrote last is in it
      offset = copy_log(file, offset, sink_);
      if (was_last) break;
      const auto until = std::chrono::steady_clock::now() + look_interval;
      co_await grew_->wait_past_or_until(seen, until);
    }
    if (watched) watch_.unwatch(*watched);
  }

  const store::Store& store_;
  const StudyFolder& folder_;
  TrialNumber trial_;
  const LogSink& sink_;
  FileWatch watch_;
  std::shared_ptr<Pulse> grew_;
};

}  // namespace

std::int64_t copy_log(const std::filesystem::path& file, std::int64_t offset, const LogSink& sink) {
  const store::OwnedFd log(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!log.is_open()) {
    if (errno == ENOENT) return offset;
    throw_system_error("open " + file.string());
  }
  std::array<char, 65536> bytes;
  while (true) {
    const ssize_t count = ::pread(log.value(), bytes.data(), bytes.size(), offset);
    if (count < 0) throw_system_error("read " + file.string());
    if (count == 0) return offset;
    sink(std::string_view(bytes.data(), static_cast<std::size_t>(count)));
    offset += count;
  }
}

void follow_logs(const store::Store& store, const StudyFolder& folder, TrialNumber trial,
                 int ordinal, const LogSink& sink,
                 const std::function<void(int ordinal)>& next_attempt) {
  asio::io_context context(1);
  Follower follower(context, store, folder, trial, sink);
  std::exception_ptr failure;
  asio::awaitable<void> all = follower.run(ordinal, next_attempt);
  asio::co_spawn(context, std::move(all), [&](std::exception_ptr thrown) {
    failure = thrown;
    context.stop();
  });
  context.run();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace winnow::run
