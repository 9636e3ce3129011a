// What running attempts use, looked at from time to time: processor time and memory of their
// processes, and of their devices what the driver says.
#pragma once

#include <filesystem>
#include <future>
#include <map>
#include <memory>
#include <vector>

#include "orchestrator/nvml.hpp"
#include "storage/records.hpp"

namespace winnow::run {

using ResourceUses = std::map<store::AttemptId, store::ResourceUse>;

class ResourceWatch {
 public:
  /// `library`: that of the driver, another one for tests; empty: none is asked. One that is not
  /// there or does not answer has no devices to look at.
  explicit ResourceWatch(const std::filesystem::path& library = nvml_library);

  /// Of all that have a process; those that are no longer among them are forgotten.
  ResourceUses look_at_all(const std::vector<store::AttemptRow>& attempts, bool is_alone);

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

/// The same for the loop, which no driver may keep: devices are looked at on a thread of its own,
/// which is left behind if the driver never answers. Nothing new is known from then on.
class ResourceSurvey {
 public:
  /// `library`: of the driver; empty for trials without devices.
  explicit ResourceSurvey(std::filesystem::path library);

  /// What is known by now; with devices that is what the last look saw, and another one begins.
  const ResourceUses& look(const std::vector<store::AttemptRow>& attempts, bool is_alone);

 private:
  std::filesystem::path library_;
  std::shared_ptr<std::unique_ptr<ResourceWatch>> watch_;  // the looking thread's alone
  std::future<ResourceUses> looking_;
  ResourceUses last_;
};

}  // namespace winnow::run
