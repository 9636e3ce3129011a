#include "orchestrator/search_thread.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace winnow::run {

SearchThread::SearchThread(std::unique_ptr<search::Searcher> searcher)
    : searcher_(std::move(searcher)), pool_(1) {}

SearchThread::~SearchThread() { pool_.join(); }

asio::awaitable<search::Proposal> SearchThread::ask(TrialNumber next,
                                                    std::vector<Suggestion> pending) {
  asio::awaitable<search::Proposal> there = ask_there(next, std::move(pending));
  search::Proposal proposal =
      co_await asio::co_spawn(pool_.get_executor(), std::move(there), asio::use_awaitable);
  co_return proposal;
}

asio::awaitable<search::Proposal> SearchThread::ask_there(TrialNumber next,
                                                          std::vector<Suggestion> pending) {
  if (tell_failure_) std::rethrow_exception(tell_failure_);
  const search::Context context{next, pending};
  co_return searcher_->ask(context, 1);
}

void SearchThread::tell(Outcome outcome) {
  asio::post(pool_, [this, outcome = std::move(outcome)] {
    try {
      searcher_->tell(outcome);
    } catch (...) {  // carried to the next ask, which rethrows it on the loop's side
      if (!tell_failure_) tell_failure_ = std::current_exception();
    }
  });
}

}  // namespace winnow::run
