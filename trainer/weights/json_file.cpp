#include "trainer/weights/json_file.hpp"

#include "trainer/errors.hpp"
#include "trainer/protocol/strict_json.hpp"
#include "trainer/weights/mapped_file.hpp"

namespace winnow::train {

nlohmann::json read_json_file(const std::filesystem::path& path) {
  const MappedFile file(path);
  const auto* text = reinterpret_cast<const char*>(file.bytes().data());
  try {
    return protocol::parse_strict_json({text, file.bytes().size()});
  } catch (const protocol::JsonFault& fault) {
    throw ConfigError(path.string(), fault.what());
  }
}

}  // namespace winnow::train
