// What running attempts use, looked at from time to time: processor time and memory of their
// processes, and of their devices what the driver says.
#pragma once

#include <filesystem>
#include <map>
#include <memory>

#include "orchestrator/nvml.hpp"
#include "storage/records.hpp"

namespace winnow::run {

class ResourceWatch {
 public:
  /// `library`: that of the driver, another one for tests. One that is not there or does not answer
  /// has no devices to look at.
  explicit ResourceWatch(const std::filesystem::path& library = "libnvidia-ml.so.1");

  /// What the attempt has used up to now. `is_alone`: nobody else has its devices; else only the
  /// memory of its own processes is known, and no energy. Needs: a process is on record.
  store::ResourceUse look(const store::AttemptRow& attempt, bool is_alone);

 private:
  struct Seen {
    std::int64_t looks = 0;
    double utilisation_sum = 0;
    std::map<int, double> energy_at_first_j;  // by device
    double energy_before_j = 0;               // of an earlier session
  };
  void look_at_devices(const store::AttemptRow& attempt, const std::vector<pid_t>& processes,
                       bool is_alone, store::ResourceUse& use);

  std::unique_ptr<Nvml> nvml_;
  std::map<store::AttemptId, Seen> seen_;
};

}  // namespace winnow::run
