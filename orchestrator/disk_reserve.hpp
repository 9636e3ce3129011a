// Space that is kept for the moment in which a disk is full. SQLite rolls back cleanly then and
// stays readable, but not even that the study was paused could be written down, and its log could
// not be emptied: a file of some megabytes is given back to the disk first.
#pragma once

#include <filesystem>
#include <string>

namespace winnow::run {

class DiskReserve final {
 public:
  /// Takes the space, or as much as is there already of an earlier session's. Never throws: without
  /// a reserve a study runs as well, until the disk is full.
  explicit DiskReserve(std::filesystem::path file);
  ~DiskReserve() { release(); }
  DiskReserve(const DiskReserve&) = delete;
  DiskReserve& operator=(const DiskReserve&) = delete;

  /// Why there is none, in words; empty when there is one.
  const std::string& problem() const { return problem_; }
  /// Gives the space back.
  void release();

 private:
  std::filesystem::path file_;
  std::string problem_;
};

}  // namespace winnow::run
