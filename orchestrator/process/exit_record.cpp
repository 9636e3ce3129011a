#include "orchestrator/process/exit_record.hpp"

#include <nlohmann/json.hpp>

#include "orchestrator/process/durable_file.hpp"
#include "orchestrator/study_folder.hpp"

namespace winnow::run {
namespace {

constexpr double us = 1e-6;

std::optional<int> optional_int(const nlohmann::json& value) {
  return value.is_number_integer() ? std::optional<int>(value.get<int>()) : std::nullopt;
}

std::int64_t size_of(const std::filesystem::path& file) {
  std::error_code none;  // no file: no bytes
  const std::uintmax_t size = std::filesystem::file_size(file, none);
  return none ? 0 : static_cast<std::int64_t>(size);
}

}  // namespace

std::optional<ExitRecord> read_exit_record(const std::filesystem::path& attempt_folder) {
  const std::optional<std::string> text =
      read_file_if_present(AttemptFiles{attempt_folder}.exit_record());
  if (!text) return std::nullopt;
  const nlohmann::json json = nlohmann::json::parse(*text, nullptr, false);
  if (!json.is_object()) return std::nullopt;
  const std::int64_t report_bytes = json.value("report_bytes", std::int64_t{0});
  if (size_of(AttemptFiles{attempt_folder}.reports()) < report_bytes) return std::nullopt;
  ExitRecord record;
  record.code = optional_int(json.value("code", nlohmann::json()));
  record.signal = optional_int(json.value("signal", nlohmann::json()));
  record.start_error = json.value("start_error", 0);
  record.told_to_terminate = json.value("told_to_terminate", false);
  record.oom_kills = json.value("oom_kills", std::int64_t{0});
  record.bound_kills = json.value("bound_kills", std::int64_t{0});
  record.elapsed_s = json.value("elapsed_us", 0.0) * us;
  record.cpu_s = json.value("cpu_us", 0.0) * us;
  record.max_rss_bytes = json.value("max_rss_bytes", std::int64_t{0});
  if (record.code.has_value() == record.signal.has_value()) return std::nullopt;
  return record;
}

}  // namespace winnow::run
