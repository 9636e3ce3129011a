#include "orchestrator/checkpoint_fault.hpp"

#include <algorithm>

#include "trainer/protocol/manifest.hpp"

namespace winnow::run {
namespace {

bool is_beneath(const std::filesystem::path& path, const std::filesystem::path& root) {
  const auto [root_end, ignored] = std::ranges::mismatch(root, path);
  return root_end == root.end();
}

}  // namespace

std::optional<std::string> checkpoint_fault(const std::filesystem::path& folder,
                                            const std::filesystem::path& root) {
  std::error_code error;
  const std::filesystem::path real_root = std::filesystem::canonical(root, error);
  if (error) return root.string() + ": " + error.message();
  const std::filesystem::path real = std::filesystem::canonical(folder, error);
  if (error) return error.message();
  if (real == real_root || !is_beneath(real, real_root))
    return "it leads out of the trial's folder";
  if (!std::filesystem::is_directory(real, error)) return "it is no folder";
  if (!std::filesystem::exists(real / protocol::manifest_name, error)) return std::nullopt;
  return protocol::verify_manifest(real);
}

}  // namespace winnow::run
