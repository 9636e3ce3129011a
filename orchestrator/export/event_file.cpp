#include "orchestrator/export/event_file.hpp"

#include <bit>
#include <boost/crc.hpp>

#include "searchers/problem/overloaded.hpp"

namespace winnow::run {
namespace {

// Castagnoli's polynomial, as in iSCSI (RFC 3720).
using Crc32c = boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true>;

/// TensorFlow masks its checksums, since those of data that hold checksums are weak
/// (tensorflow/core/lib/hash/crc32c.h).
std::uint32_t masked_crc(std::string_view data) {
  Crc32c crc;
  crc.process_bytes(data.data(), data.size());
  return std::rotr(static_cast<std::uint32_t>(crc.checksum()), 15) + 0xa282ead8U;
}

template <class Integer>
std::string little_endian(Integer value) {
  std::string bytes;
  for (std::size_t k = 0; k < sizeof value; ++k) {
    bytes += static_cast<char>(value >> (8 * k) & 0xff);
  }
  return bytes;
}

// Protocol buffers, wire types 0 (varint), 1 (64 bits), 2 (length and bytes), 5 (32 bits).
std::string varint(std::uint64_t value) {
  std::string bytes;
  for (; value >= 0x80; value >>= 7) bytes += static_cast<char>(value | 0x80);
  return bytes + static_cast<char>(value);
}
std::string key(unsigned field, unsigned wire_type) { return varint(field << 3 | wire_type); }
std::string integer_field(unsigned field, std::int64_t value) {
  return key(field, 0) + varint(static_cast<std::uint64_t>(value));
}
std::string double_field(unsigned field, double value) {
  return key(field, 1) + little_endian(std::bit_cast<std::uint64_t>(value));
}
std::string float_field(unsigned field, double value) {
  return key(field, 5) + little_endian(std::bit_cast<std::uint32_t>(static_cast<float>(value)));
}
std::string bytes_field(unsigned field, std::string_view bytes) {
  return key(field, 2) + varint(bytes.size()) + std::string(bytes);
}

// Event: wall_time 1, step 2, file_version 3, summary 5. Summary: value 1. Value: tag 1,
// simple_value 2, metadata 9. Metadata: plugin_data 1 (plugin_name 1, content 2).
std::string summary_event(double wall_time_s, std::int64_t step, std::string_view value) {
  std::string event = double_field(1, wall_time_s);
  if (step != 0) event += integer_field(2, step);
  return event + bytes_field(5, bytes_field(1, value));
}

std::string hparams_event(double wall_time_s, std::string_view tag, std::string_view content) {
  const std::string plugin = bytes_field(1, "hparams") + bytes_field(2, content);
  return summary_event(wall_time_s, 0,
                       bytes_field(1, tag) + bytes_field(9, bytes_field(1, plugin)));
}

/// google.protobuf.Value: number_value 2, string_value 3, bool_value 4.
std::string value_message(const Value& value) {
  return std::visit(
      winnow::Overloaded{
          [](bool flag) { return integer_field(4, flag ? 1 : 0); },
          [](std::int64_t integer) { return double_field(2, static_cast<double>(integer)); },
          [](double real) { return double_field(2, real); },
          [](const std::string& text) { return bytes_field(3, text); }},
      value);
}

}  // namespace

std::string tf_record(std::string_view data) {
  const std::string length = little_endian(static_cast<std::uint64_t>(data.size()));
  return length + little_endian(masked_crc(length)) + std::string(data) +
         little_endian(masked_crc(data));
}

std::string version_event(double wall_time_s) {
  return double_field(1, wall_time_s) + bytes_field(3, "brain.Event:2");
}

std::string scalar_event(double wall_time_s, std::int64_t step, std::string_view tag,
                         double value) {
  return summary_event(wall_time_s, step, bytes_field(1, tag) + float_field(2, value));
}

// HParamsPluginData: session_start_info 3 (hparams 1: a map, group_name 4, start_time_secs 5),
// session_end_info 4 (status 1: 1 success, 2 failure; end_time_secs 2).
std::string hparams_start_event(double wall_time_s, const Point& point, std::string_view group) {
  std::string info;
  for (const auto& [name, value] : point.entries()) {
    info += bytes_field(1, bytes_field(1, name) + bytes_field(2, value_message(value)));
  }
  info += bytes_field(4, group) + double_field(5, wall_time_s);
  return hparams_event(wall_time_s, "_hparams_/session_start_info", bytes_field(3, info));
}

std::string hparams_end_event(double wall_time_s, bool is_success) {
  const std::string info = integer_field(1, is_success ? 1 : 2) + double_field(2, wall_time_s);
  return hparams_event(wall_time_s, "_hparams_/session_end_info", bytes_field(4, info));
}

}  // namespace winnow::run
