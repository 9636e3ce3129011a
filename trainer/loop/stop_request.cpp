#include "trainer/loop/stop_request.hpp"

#include <csignal>
#include <fstream>
#include <iterator>

#include "trainer/protocol/control.hpp"

namespace winnow::train {
namespace {

volatile std::sig_atomic_t stop_signal = 0;

void remember_signal(int number) { stop_signal = number; }

}  // namespace

void catch_stop_signals() {
  struct sigaction action = {};
  action.sa_handler = remember_signal;  // without SA_RESTART: a wait for a lock must end
  for (const int number : {SIGTERM, SIGINT}) sigaction(number, &action, nullptr);
}

StopRequest::StopRequest(std::optional<std::filesystem::path> control_file)
    : control_file_(std::move(control_file)) {}

bool StopRequest::requested() {
  if (!reason_.empty()) return true;
  if (stop_signal != 0) reason_ = stop_signal == SIGTERM ? "SIGTERM" : "SIGINT";
  if (reason_.empty() && control_file_) read_new_lines();
  return !reason_.empty();
}

void StopRequest::read_new_lines() {
  std::error_code absent;
  const std::uintmax_t size = std::filesystem::file_size(*control_file_, absent);
  if (absent || size <= read_bytes_) return;
  std::ifstream file(*control_file_, std::ios::binary);
  file.seekg(static_cast<std::streamoff>(read_bytes_));
  const std::string added{std::istreambuf_iterator<char>(file), {}};
  read_bytes_ += added.size();
  unfinished_line_ += added;
  for (auto end = unfinished_line_.find('\n'); end != std::string::npos;
       end = unfinished_line_.find('\n')) {
    const auto stop = protocol::parse_control(unfinished_line_.substr(0, end));
    unfinished_line_.erase(0, end + 1);
    if (stop && reason_.empty()) reason_ = "control file: " + stop->reason;
  }
}

}  // namespace winnow::train
