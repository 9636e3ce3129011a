#include "trainer/model/unfinished_folder.hpp"

#include <fmt/format.h>

#include "trainer/errors.hpp"
#include "trainer/weights/durable_file.hpp"
#include "trainer/weights/mapped_file.hpp"

namespace winnow::train {

namespace fs = std::filesystem;

UnfinishedFolder::UnfinishedFolder(const fs::path& final_path)
    : final_path_(fs::absolute(final_path).lexically_normal()) {
  if (fs::exists(final_path_)) {
    throw ConfigError(final_path.string(), "exists already; name a new folder");
  }
  path_ =
      final_path_.parent_path() / fmt::format(".{}.unfinished", final_path_.filename().string());
  fs::remove_all(path_);
  fs::create_directories(path_);
}

UnfinishedFolder::~UnfinishedFolder() {
  std::error_code failure;
  if (!kept_) fs::remove_all(path_, failure);
}

void UnfinishedFolder::keep() {
  sync_folder(path_);
  fs::rename(path_, final_path_);
  kept_ = true;
  sync_folder(final_path_.parent_path());
}

void copy_tokenizer(const fs::path& from, const fs::path& to) {
  for (const char* name : {"tokenizer.json", "tokenizer_config.json", "special_tokens_map.json",
                           "added_tokens.json", "vocab.txt"}) {
    if (!fs::is_regular_file(from / name)) continue;
    const MappedFile file(from / name);
    write_durably(to / name,
                  {reinterpret_cast<const char*>(file.bytes().data()), file.bytes().size()});
  }
}

}  // namespace winnow::train
