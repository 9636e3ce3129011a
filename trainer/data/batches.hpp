// The order in which rows are seen: a function of (rows, batch size, seed, step), and of the rows'
// lengths where these are asked for, the same on every machine. A position in the data is therefore
// just a step number; nothing about it needs saving.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace winnow::train {

class BatchOrder {
 public:
  /// Needs at least one row, fewer than 2^32, and a batch size of at least 1.
  BatchOrder(std::size_t rows, std::size_t batch_size, std::uint64_t seed);

  /// Rows of about one length come into a batch: of the rows of `batches` batches in a row the
  /// longest go into one, the next longest into another, and the batches of an epoch are shuffled;
  /// the one that may be smaller stays the last. `lengths` has an entry for each row.
  void bucket_by_length(std::vector<std::size_t> lengths, std::size_t batches);

  /// The last batch of an epoch holds what is left and may be smaller; none is dropped.
  std::size_t batches_per_epoch() const { return (rows_ - 1) / batch_size_ + 1; }

  /// Row numbers of the batch of step 0, 1, 2 …: batch step % batches_per_epoch() of epoch
  /// step / batches_per_epoch(). Not const only because it keeps the order of the epoch it was last
  /// asked about; the answer never depends on earlier calls.
  std::vector<std::uint32_t> batch(std::uint64_t step);

 private:
  void sort_by_length(std::uint64_t epoch);

  std::size_t rows_;
  std::size_t batch_size_;
  std::uint64_t seed_;
  std::vector<std::size_t> lengths_;  // empty: rows are as they come
  std::size_t batches_together_ = 1;
  std::optional<std::uint64_t> epoch_;  // the epoch whose order is kept
  std::vector<std::uint32_t> order_;
};

/// Rows 0 … rows-1 in the order of one epoch: a Fisher–Yates shuffle (Durstenfeld 1964, Algorithm
/// 235) driven by SplitMix64 (Steele, Lea, Flood 2014, "Fast splittable pseudorandom number
/// generators") keyed by (seed, epoch), with bounded draws free of bias (Lemire 2019, "Fast random
/// integer generation in an interval").
std::vector<std::uint32_t> epoch_order(std::size_t rows, std::uint64_t seed, std::uint64_t epoch);

}  // namespace winnow::train
