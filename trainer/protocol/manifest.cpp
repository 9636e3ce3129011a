#include "trainer/protocol/manifest.hpp"

#include <fmt/format.h>
#include <xxhash.h>

#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <vector>

#include "trainer/protocol/strict_json.hpp"

namespace winnow::protocol {
namespace {

namespace fs = std::filesystem;

struct FileFacts {
  std::uintmax_t size_bytes = 0;
  std::string digest;  // XXH3-128, 32 hexadecimal digits
};

FileFacts examine(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error(path.filename().string() + " cannot be opened");
  const std::unique_ptr<XXH3_state_t, XXH_errorcode (*)(XXH3_state_t*)> state(XXH3_createState(),
                                                                              XXH3_freeState);
  XXH3_128bits_reset(state.get());
  std::vector<char> buffer(std::size_t{1} << 20);  // large enough that calls do not count
  FileFacts facts;
  while (file.read(buffer.data(), static_cast<std::streamsize>(buffer.size())) ||
         file.gcount() > 0) {
    XXH3_128bits_update(state.get(), buffer.data(), static_cast<std::size_t>(file.gcount()));
    facts.size_bytes += static_cast<std::uintmax_t>(file.gcount());
  }
  if (file.bad()) throw std::runtime_error(path.filename().string() + " cannot be read");
  const XXH128_hash_t hash = XXH3_128bits_digest(state.get());
  facts.digest = fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
  return facts;
}

std::string read_whole(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error(path.filename().string() + " is missing");
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Throws std::runtime_error with the fault.
void verify_entry(const fs::path& folder, const nlohmann::json& entry) {
  const auto name = entry.at("name").get<std::string>();
  if (fs::path(name).filename() != name || name == "." || name == "..") {
    throw std::runtime_error("the manifest names \"" + name + "\", which is not a plain file name");
  }
  if (!fs::is_regular_file(fs::symlink_status(folder / name))) {
    throw std::runtime_error(name + " is missing");
  }
  const FileFacts found = examine(folder / name);
  const auto size_bytes = entry.at("size_bytes").get<std::uintmax_t>();
  if (found.size_bytes != size_bytes) {
    throw std::runtime_error(
        fmt::format("{} has {} bytes, the manifest says {}", name, found.size_bytes, size_bytes));
  }
  if (found.digest != entry.at("xxh3_128").get<std::string>()) {
    throw std::runtime_error(name + " has other content than the manifest says");
  }
}

}  // namespace

std::string manifest_text(const fs::path& folder) {
  std::vector<fs::path> paths;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    if (entry.is_regular_file()) paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  nlohmann::json files = nlohmann::json::array();
  for (const fs::path& path : paths) {
    const FileFacts facts = examine(path);
    files.push_back({{"name", path.filename().string()},
                     {"size_bytes", facts.size_bytes},
                     {"xxh3_128", facts.digest}});
  }
  return nlohmann::json{{"version", 1}, {"files", files}}.dump(2) + "\n";
}

std::optional<std::string> verify_manifest(const fs::path& folder) {
  try {
    const nlohmann::json manifest = parse_strict_json(read_whole(folder / manifest_name));
    if (manifest.at("version") != 1) return "the manifest is of another version";
    if (manifest.at("files").empty()) return "the manifest names no files";
    for (const nlohmann::json& entry : manifest.at("files")) verify_entry(folder, entry);
    return std::nullopt;
  } catch (const nlohmann::json::exception&) {
    return "the manifest is malformed";
  } catch (const JsonFault& fault) {
    return std::string("the manifest is malformed: ") + fault.what();
  } catch (const std::exception& fault) {
    return fault.what();
  }
}

}  // namespace winnow::protocol
