// Where the benchmarks work and with what: a folder on a real disk, the program as users have it, a
// trial that costs next to nothing, and the peer.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace winnow::bench {

class Workplace {
 public:
  /// Makes a folder of its own below `parent`, which is removed at the end. Not before: ext4 makes
  /// new files slowly for a minute after many were removed (it passes over inodes deleted lately).
  explicit Workplace(const std::filesystem::path& parent);
  ~Workplace();
  Workplace(const Workplace&) = delete;
  Workplace& operator=(const Workplace&) = delete;

  const std::filesystem::path& folder() const { return folder_; }
  /// A path in the folder that was not given before, which starts with `name`.
  std::filesystem::path fresh(const std::string& name) const;
  std::filesystem::path winnow() const;
  std::filesystem::path trivial_trial() const;

  /// What the peer answers to the words (see optuna_peer.py); nothing when it is not installed.
  std::optional<nlohmann::json> ask_peer(const std::vector<std::string>& words) const;

  /// Cores, memory, kernel, load, file system and its sync time, SQLite, compiler, peer: a list of
  /// lines.
  std::string machine_facts() const;

 private:
  std::filesystem::path folder_;
  mutable int given_ = 0;
  bool has_peer_ = false;
};

}  // namespace winnow::bench
