// What is known of an attempt once its process is gone: the keeper's record, and the end of its
// log.
#include <algorithm>
#include <array>
#include <cerrno>

#include "orchestrator/attempt.hpp"
#include "orchestrator/device_fault.hpp"
#include "orchestrator/log_words.hpp"
#include "orchestrator/process/exit_record.hpp"
#include "orchestrator/study_folder.hpp"

namespace winnow::run {
namespace {

/// The last line of the end of a log that is not blank, cut to what a message can hold.
std::string last_line(std::string_view tail) {
  std::string_view last;
  for_each_line(tail, [&last](std::string_view line) {
    if (line.find_first_not_of(" \t\r") != std::string_view::npos) last = line;
  });
  return std::string(last.substr(0, longest_quoted_line));
}

/// The study knows its program better than the words that all programs share.
void take_policy(std::optional<LogMatch> match, AttemptEnd& end) {
  if (!match) return;
  end.shortage = {};
  end.device_fault.clear();
  if (match->action == LogAction::result_oom) {
    end.shortage = {Shortage::device_memory, std::move(match->line)};
  } else if (match->action == LogAction::exclude_gpu) {
    end.device_fault = std::move(match->line);
  } else {
    end.policy = std::move(match);
  }
}

}  // namespace

bool is_passing_shortage(const ProcessEnd& process) {
  const auto* not_started = std::get_if<NotStarted>(&process);
  if (not_started == nullptr) return false;
  constexpr std::array shortages = {EAGAIN, ENOMEM, ENOSPC, EDQUOT, EMFILE, ENFILE, ETXTBSY};
  return std::ranges::find(shortages, not_started->error) != shortages.end();
}

void read_process_end(const std::filesystem::path& folder, const std::vector<LogPolicy>& policies,
                      AttemptEnd& end) {
  const std::optional<ExitRecord> record = read_exit_record(folder);
  end.process = Vanished{};
  const std::string log = log_tail(AttemptFiles{folder}.log());
  end.log_end = last_line(log);
  end.shortage = shortage_in(log);
  end.device_fault = device_fault_in(log);
  take_policy(match_log(policies, log), end);
  if (!record) return;
  end.elapsed_s = record->elapsed_s;
  end.cpu_s = record->cpu_s;
  end.max_rss_bytes = record->max_rss_bytes;
  end.told_to_terminate = record->told_to_terminate;
  end.oom_kills = record->oom_kills;
  end.bound_kills = record->bound_kills;
  if (record->start_error != 0) {
    end.process = NotStarted{record->start_error};
  } else if (record->code) {
    end.process = Exited{*record->code};
  } else {
    end.process = Signalled{*record->signal};
  }
}

}  // namespace winnow::run
