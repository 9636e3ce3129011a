#include "orchestrator/process/file_watch.hpp"

#include <sys/inotify.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "orchestrator/process/system_error.hpp"

namespace winnow::run {

struct FileWatch::State {
  State(asio::io_context& context, int fd) : descriptor(context, fd) {}
  asio::posix::stream_descriptor descriptor;
  std::map<int, std::weak_ptr<Pulse>> pulses;

  /// Beats the pulse of the event's file; all of them when the kernel's queue ran over and nobody
  /// knows whose notices are missing.
  void notice(const inotify_event& event) {
    const bool lost_some = (event.mask & IN_Q_OVERFLOW) != 0;
    const auto [first, last] =
        lost_some ? std::pair(pulses.begin(), pulses.end()) : pulses.equal_range(event.wd);
    for (auto at = first; at != last; ++at) {
      if (const std::shared_ptr<Pulse> pulse = at->second.lock()) pulse->beat();
    }
  }
  alignas(inotify_event) std::array<char, 16 * 1024> buffer;
};

FileWatch::FileWatch(asio::io_context& context) {
  const int fd = ::inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
  if (fd < 0) throw_system_error("watch files (inotify)");
  state_ = std::make_shared<State>(context, fd);
  read_next(state_);
}

std::optional<int> FileWatch::watch(const std::filesystem::path& file,
                                    const std::shared_ptr<Pulse>& pulse) {
  const int id = ::inotify_add_watch(state_->descriptor.native_handle(), file.c_str(), IN_MODIFY);
  if (id < 0) return std::nullopt;
  state_->pulses[id] = pulse;
  return id;
}

void FileWatch::unwatch(int id) {
  state_->pulses.erase(id);
  ::inotify_rm_watch(state_->descriptor.native_handle(), id);
}

void FileWatch::read_next(const std::shared_ptr<State>& state) {
  state->descriptor.async_read_some(
      asio::buffer(state->buffer), [state](boost::system::error_code error, std::size_t size) {
        if (error) return;  // closed with the study
        for (std::size_t at = 0; at < size;) {
          inotify_event event;
          std::memcpy(&event, state->buffer.data() + at, sizeof event);
          at += sizeof event + event.len;
          state->notice(event);
        }
        read_next(state);
      });
}

}  // namespace winnow::run
