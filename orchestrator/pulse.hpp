// Something happened: a counter that coroutines can wait on. A waiter names the count it has seen,
// so a beat between looking and waiting is never lost. No polling: waiting is a timer that a beat
// cancels.
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <cstdint>

namespace winnow::run {

namespace asio = boost::asio;

class Pulse {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  explicit Pulse(const asio::any_io_executor& executor) : timer_(executor, TimePoint::max()) {}

  std::uint64_t count() const { return count_; }
  void beat() {
    ++count_;
    timer_.cancel();
  }

  /// Returns once count() differs from `seen`. Any number of waiters.
  asio::awaitable<void> wait_past(std::uint64_t seen) {
    while (count_ == seen) {
      co_await timer_.async_wait(asio::as_tuple(asio::use_awaitable));
    }
  }

  /// The same, or at `deadline`. Only for a pulse with a single waiter: the deadline is the
  /// pulse's.
  asio::awaitable<void> wait_past_or_until(std::uint64_t seen, TimePoint deadline) {
    while (count_ == seen && std::chrono::steady_clock::now() < deadline) {
      timer_.expires_at(deadline);
      co_await timer_.async_wait(asio::as_tuple(asio::use_awaitable));
    }
  }

 private:
  asio::steady_timer timer_;
  std::uint64_t count_ = 0;
};

}  // namespace winnow::run
