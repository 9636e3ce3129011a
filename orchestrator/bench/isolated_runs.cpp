#include "orchestrator/bench/isolated_runs.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cmath>
#include <cstdio>
#include <limits>
#include <nlohmann/json.hpp>

#include "orchestrator/process/system_error.hpp"
#include "storage/owned_fd.hpp"

namespace winnow::run {
namespace {

// JSON has no infinity, which is the gap before anything was measured.
nlohmann::json gap_json(double gap) {
  return std::isinf(gap) ? nlohmann::json(nullptr) : nlohmann::json(gap);
}

std::string as_text(const BenchRun& run) {
  nlohmann::json trace = nlohmann::json::array();
  for (const TracePoint& point : run.trace)
    trace.push_back({point.ended, point.time, gap_json(point.gap)});
  return nlohmann::json{
      {"trace", trace}, {"cpu", run.processor_s}, {"late", run.late_s}, {"peak", run.peak_mib}}
      .dump();
}

IsolatedRun run_from(const std::string& text, int status) {
  const nlohmann::json json = nlohmann::json::parse(text, nullptr, false);
  if (json.is_discarded()) {
    if (WIFSIGNALED(status)) return fmt::format("killed by signal {}", WTERMSIG(status));
    return fmt::format("ended with code {} and no result", WEXITSTATUS(status));
  }
  if (json.contains("error")) return json.at("error").get<std::string>();
  BenchRun run{{}, json.at("cpu"), json.at("late"), json.at("peak")};
  for (const nlohmann::json& point : json.at("trace"))
    run.trace.push_back(
        {point[0], point[1],
         point[2].is_null() ? std::numeric_limits<double>::infinity() : point[2].get<double>()});
  return run;
}

/// In the child: what it gives goes into the pipe.
[[noreturn]] void give(const std::function<BenchRun()>& run, int pipe) {
  std::string text;
  try {
    text = as_text(run());
  } catch (const std::exception& error) {  // the parent's result, and another process' end
    text = nlohmann::json{{"error", error.what()}}.dump();
  }
  for (std::size_t at = 0; at < text.size();) {
    const ssize_t count = ::write(pipe, text.data() + at, text.size() - at);
    if (count <= 0) ::_exit(1);
    at += static_cast<std::size_t>(count);
  }
  ::_exit(0);
}

struct Child {
  std::size_t place = 0;
  pid_t pid = 0;
  store::OwnedFd pipe;
  std::string text = {};
};

Child started(const std::vector<std::function<BenchRun()>>& runs, std::size_t place) {
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0) throw_system_error("open a pipe");
  store::OwnedFd read_end(ends[0]), write_end(ends[1]);
  std::fflush(nullptr);  // what is buffered is printed once
  const pid_t pid = ::fork();
  if (pid < 0) throw_system_error("start a process for a run");
  if (pid == 0) give(runs[place], ends[1]);
  return {place, pid, std::move(read_end)};
}

/// Reads what there is. Has the child ended?
bool read_some(Child& child) {
  std::array<char, 65536> bytes;
  const ssize_t count = ::read(child.pipe.value(), bytes.data(), bytes.size());
  if (count < 0 && errno != EINTR) throw_system_error("read what a run gave");
  if (count > 0) child.text.append(bytes.data(), static_cast<std::size_t>(count));
  return count == 0;
}

}  // namespace

std::vector<IsolatedRun> isolated_runs(const std::vector<std::function<BenchRun()>>& runs,
                                       int at_once) {
  std::vector<IsolatedRun> results(runs.size());
  std::vector<Child> children;
  for (std::size_t next = 0; next < runs.size() || !children.empty();) {
    while (next < runs.size() && std::ssize(children) < at_once)
      children.push_back(started(runs, next++));
    std::vector<pollfd> waiting;
    for (const Child& child : children) waiting.push_back({child.pipe.value(), POLLIN, 0});
    if (::poll(waiting.data(), waiting.size(), -1) < 0 && errno != EINTR)
      throw_system_error("wait for a run");
    for (std::size_t k = children.size(); k-- > 0;) {
      if (waiting[k].revents == 0 || !read_some(children[k])) continue;
      int status = 0;
      ::waitpid(children[k].pid, &status, 0);
      results[children[k].place] = run_from(children[k].text, status);
      children.erase(children.begin() + static_cast<std::ptrdiff_t>(k));
    }
  }
  return results;
}

}  // namespace winnow::run
