// What a trial tells the orchestrator: one JSON object a line, appended to WINNOW_REPORT_FILE.
//
//   {"type":"started","protocol":1,"parameters":22713984,"device":"cpu","deterministic":true,
//    "threads":1}
//   {"type":"metric","step":200,"elapsed_s":31.4,"values":{"eval_loss":1.93}}
//   {"type":"checkpoint","step":200,"path":"step-000200"}
//   {"type":"infeasible","reason":"batch does not fit"}
//   {"type":"failed","kind":"non_finite_loss","message":"loss is nan at step 412"}
//   {"type":"finished","step":600,"values":{"eval_loss":1.87}}
//   {"step":200,"eval_loss":1.93}            the short form of a metric; the step may be left out
//
// Unknown types and keys are ignored. NaN and infinities are the strings "nan", "inf", "-inf", or
// the bare words NaN, Infinity and -Infinity, which are no JSON but what Python's json module
// writes.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace winnow::protocol {

inline constexpr int version = 1;
/// A line longer than this is refused as a whole. Origin: reliability figure for report lines.
inline constexpr std::size_t max_line_bytes = 64 * 1024;

using Values = std::map<std::string, double>;

struct Started {
  std::int64_t parameters = 0;  // trainable numbers
  std::string device;
  std::optional<bool> deterministic = {};  // the same bits each time, for the same threads
  std::optional<std::int64_t> threads = {};
};
struct Metrics {
  std::optional<std::int64_t> step;  // absent where none was given
  std::optional<double> elapsed_s;
  Values values;
};
struct Checkpoint {
  std::int64_t step = 0;
  std::string path;  // a folder name beneath WINNOW_CHECKPOINT_DIR
};
struct Infeasible {
  std::string reason;
};
struct Failed {
  std::string kind;
  std::string message;
};
struct Finished {
  std::optional<std::int64_t> step;
  Values values;
};
/// A well-formed message of a type this version does not know.
struct Unknown {
  std::string type;
};
/// Not a message; `problem` says what is wrong with the line.
struct Malformed {
  std::string problem;
};

using Report =
    std::variant<Started, Metrics, Checkpoint, Infeasible, Failed, Finished, Unknown, Malformed>;

/// Reads one line without its newline. Never throws.
Report parse_report(std::string_view line);

/// The line for a report, newline included. Needs one of the types above `Unknown`.
std::string to_line(const Report& report);

}  // namespace winnow::protocol
