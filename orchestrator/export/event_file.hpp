// Event files of TensorBoard, written without it: records of the TFRecord format, each one message
// `Event` of event.proto in the encoding of protocol buffers. Only what curves and the table of
// hyperparameters need.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "searchers/problem/point.hpp"

namespace winnow::run {

/// Length (8 bytes, little-endian), its masked CRC-32C, the data, its masked CRC-32C.
std::string tf_record(std::string_view data);

/// The first event of a file: which format the others have.
std::string version_event(double wall_time_s);
/// One number of a curve; TensorBoard keeps 24 bits of it.
std::string scalar_event(double wall_time_s, std::int64_t step, std::string_view tag, double value);
/// What the plugin "hparams" shows of a run: its parameters, and that it has ended.
std::string hparams_start_event(double wall_time_s, const Point& point, std::string_view group);
std::string hparams_end_event(double wall_time_s, bool is_success);

}  // namespace winnow::run
