// A model folder while it is made: it has its name only when it is whole.
#pragma once

#include <filesystem>

namespace winnow::train {

class UnfinishedFolder {
 public:
  /// Makes an empty folder beside `final_path`. Throws ConfigError when `final_path` exists.
  explicit UnfinishedFolder(const std::filesystem::path& final_path);
  /// Removes it unless it was kept.
  ~UnfinishedFolder();
  UnfinishedFolder(const UnfinishedFolder&) = delete;
  UnfinishedFolder& operator=(const UnfinishedFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  /// Durably gives it its name.
  void keep();

 private:
  std::filesystem::path final_path_;
  std::filesystem::path path_;
  bool kept_ = false;
};

/// Copies the tokenizer's files, as many as there are.
void copy_tokenizer(const std::filesystem::path& from, const std::filesystem::path& to);

}  // namespace winnow::train
