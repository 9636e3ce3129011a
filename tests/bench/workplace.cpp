#include "tests/bench/workplace.hpp"

#include <fmt/format.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <stdexcept>

#include "storage/file_system.hpp"
#include "storage/sqlite.hpp"
#include "tests/bench/measurement.hpp"
#include "tests/support/temporary_folder.hpp"

namespace winnow::bench {
namespace {

// Debian's own: another Python in PATH does not see Debian's packages.
const char* const python = "/usr/bin/python3";
const char* const peer_script = WINNOW_SOURCE_DIR "/tests/bench/optuna_peer.py";

/// The value of the first line of `file` that starts with `key` and a colon.
std::string value_in(const std::filesystem::path& file, const std::string& key) {
  std::ifstream lines(file);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t colon = line.find(':');
    if (!line.starts_with(key) || colon == std::string::npos) continue;
    return line.substr(line.find_first_not_of(" \t", colon + 1));
  }
  return "unknown";
}

std::string processor() {
  const std::string name = value_in("/proc/cpuinfo", "model name");
  const auto cores = ::sysconf(_SC_NPROCESSORS_ONLN);
  const double memory_gib = std::stod(value_in("/proc/meminfo", "MemTotal")) / 1024 / 1024;
  return fmt::format("{} × {}, {:.0f} GiB of memory", cores, name, memory_gib);
}

}  // namespace

Workplace::Workplace(const std::filesystem::path& parent) {
  std::filesystem::create_directories(parent);
  std::string name = (std::filesystem::absolute(parent) / "winnow-bench-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make " + name);
  folder_ = name;
  has_peer_ = ::access(python, X_OK) == 0 &&
              std::system((std::string(python) + " -c 'import optuna' 2> /dev/null").c_str()) == 0;
}

Workplace::~Workplace() {
  std::error_code ignored;  // a left-over folder harms nobody
  std::filesystem::remove_all(folder_, ignored);
}

std::filesystem::path Workplace::fresh(const std::string& name) const {
  return folder_ / fmt::format("{}-{}", name, ++given_);
}
std::filesystem::path Workplace::winnow() const { return WINNOW_BINARY_DIR "/bin/winnow"; }
std::filesystem::path Workplace::trivial_trial() const {
  return WINNOW_BINARY_DIR "/bin/trivial-trial";
}

std::optional<nlohmann::json> Workplace::ask_peer(const std::vector<std::string>& words) const {
  if (!has_peer_) return std::nullopt;
  std::vector<std::string> all = {python, peer_script};
  all.insert(all.end(), words.begin(), words.end());
  const std::filesystem::path answer_file = fresh("peer.json");
  const ProcessRun run = run_process(all, answer_file);
  nlohmann::json answer = nlohmann::json::parse(tests::read_text(answer_file));
  answer["process_started_us"] = run.started_us;
  answer["process_cpu_s"] = run.cpu_s;
  return answer;
}

std::string Workplace::machine_facts() const {
  double load = 0;  // over the last minute: what else was running
  ::getloadavg(&load, 1);
  utsname system{};
  ::uname(&system);
  std::string peer = "not installed (./bootstrap setup bench); its column stays empty";
  if (const std::optional<nlohmann::json> answer = ask_peer({"version"})) {
    peer = fmt::format("optuna {}, Python {}, the same SQLite",
                       answer->at("optuna").get<std::string>(),
                       answer->at("python").get<std::string>());
  }
  return fmt::format(
      "- machine: {}; {} {}; load before the start {:.1f}\n"
      "- disk: {}; a synced append of 4 KiB takes {:.2f} ms, a new file {:.3f} ms (medians)\n"
      "- built with: g++ {}, {}; SQLite {}\n"
      "- peer: {}\n",
      processor(), system.sysname, system.release, load, store::file_system_of(folder_).type,
      sync_ms(folder_), create_ms(folder_), __VERSION__, WINNOW_BUILD_TYPE, sqlite3_libversion(),
      peer);
}

}  // namespace winnow::bench
