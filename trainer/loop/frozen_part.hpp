// Feeds a classifier with rows of one dataset. Where its lower layers are frozen, what they compute
// for the rows is computed once (and shared with other trials through a folder), and batches are
// put together from that.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>

#include "trainer/loop/activation_file.hpp"
#include "trainer/model/text_classifier.hpp"

namespace winnow::train {

class FrozenPart {
 public:
  /// Null if `stop_requested` said so before all was computed. Model and dataset must outlive this.
  static std::unique_ptr<FrozenPart> prepare(const TextClassifier& model,
                                             const TokenDataset& dataset,
                                             const std::optional<std::filesystem::path>& cache_dir,
                                             const std::function<bool()>& stop_requested);

  /// What TextClassifier::logits() needs for these rows, on the model's device.
  ClassifierInput input(std::span<const std::uint32_t> rows) const;

  /// (rows of the dataset, C) for a model of which only the head is trained; else undefined.
  const at::Tensor& pooled() const { return pooled_; }

  const TokenDataset& dataset() const { return dataset_; }

 private:
  FrozenPart(const TextClassifier& model, const TokenDataset& dataset)
      : model_(model), dataset_(dataset) {}
  ClassifierInput input_from_file(std::span<const std::uint32_t> rows) const;
  void pool_all();

  const TextClassifier& model_;
  const TokenDataset& dataset_;
  std::unique_ptr<ActivationFile> file_;  // null if nothing is kept, or everything is pooled
  at::Tensor pooled_;
};

/// Rows 0 … size-1 in pieces of at most `size_of_piece`, in the order given.
std::vector<std::span<const std::uint32_t>> pieces(std::span<const std::uint32_t> rows,
                                                   std::size_t size_of_piece);

}  // namespace winnow::train
