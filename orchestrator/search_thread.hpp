// Asks and tells of one searcher, in the order they were called, off the loop's thread: a
// model-based ask may take seconds. The only second thread of the program; it shares nothing with
// the loop but the values that go in and come out.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>
#include <exception>
#include <memory>
#include <vector>

#include "searchers/searcher.hpp"

namespace winnow::run {

namespace asio = boost::asio;

class SearchThread {
 public:
  explicit SearchThread(std::unique_ptr<search::Searcher> searcher);
  ~SearchThread();
  SearchThread(const SearchThread&) = delete;
  SearchThread& operator=(const SearchThread&) = delete;

  /// One suggestion, or none. Rethrows what an earlier tell threw.
  asio::awaitable<search::Proposal> ask(TrialNumber next, std::vector<Suggestion> pending);
  /// Returns at once; the next ask comes after it.
  void tell(Outcome outcome);

 private:
  asio::awaitable<search::Proposal> ask_there(TrialNumber next, std::vector<Suggestion> pending);
  std::unique_ptr<search::Searcher> searcher_;  // touched by the pool's thread only
  std::exception_ptr tell_failure_;             // likewise
  asio::thread_pool pool_;
};

}  // namespace winnow::run
