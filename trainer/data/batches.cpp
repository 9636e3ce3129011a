#include "trainer/data/batches.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

#include "trainer/errors.hpp"

namespace winnow::train {
namespace {

using Offset = std::vector<std::uint32_t>::difference_type;

/// SplitMix64's output function (variant 13 of Stafford's mixers).
std::uint64_t mixed(std::uint64_t z) {
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

/// SplitMix64's increment: 2^64 divided by the golden ratio, made odd.
constexpr std::uint64_t golden_gamma = 0x9E3779B97F4A7C15u;

class Draws {
 public:
  /// The key is mixed twice, so that neighbouring seeds and epochs begin at unrelated states.
  Draws(std::uint64_t seed, std::uint64_t epoch)
      : state_(mixed(mixed(seed + golden_gamma) + golden_gamma * (epoch + 1))) {}

  /// Uniform on 0 … bound-1: the high half of a product, drawn again where the low half betrays
  /// bias.
  std::uint32_t below(std::uint32_t bound) {
    const std::uint32_t rejected = (0u - bound) % bound;  // 2^32 mod bound
    while (true) {
      const std::uint64_t product = (next() >> 32) * bound;
      if (static_cast<std::uint32_t>(product) >= rejected) {
        return static_cast<std::uint32_t>(product >> 32);
      }
    }
  }

 private:
  std::uint64_t next() { return mixed(state_ += golden_gamma); }

  std::uint64_t state_;
};

}  // namespace

std::vector<std::uint32_t> epoch_order(std::size_t rows, std::uint64_t seed, std::uint64_t epoch) {
  expect(rows <= std::numeric_limits<std::uint32_t>::max(), "row numbers fit into 32 bits");
  std::vector<std::uint32_t> order(rows);
  std::iota(order.begin(), order.end(), 0u);
  Draws draws(seed, epoch);
  for (std::size_t left = rows; left > 1; --left) {
    std::swap(order[left - 1], order[draws.below(static_cast<std::uint32_t>(left))]);
  }
  return order;
}

BatchOrder::BatchOrder(std::size_t rows, std::size_t batch_size, std::uint64_t seed)
    : rows_(rows), batch_size_(batch_size), seed_(seed) {
  expect(rows >= 1 && rows <= std::numeric_limits<std::uint32_t>::max(),
         "at least one row, and row numbers of 32 bits");
  expect(batch_size >= 1, "a batch has at least one row");
}

void BatchOrder::bucket_by_length(std::vector<std::size_t> lengths, std::size_t batches) {
  expect(lengths.size() == rows_, "each row has a length");
  expect(batches >= 1, "a batch is sorted at least");
  lengths_ = std::move(lengths);
  batches_together_ = batches;
  epoch_.reset();
}

void BatchOrder::sort_by_length(std::uint64_t epoch) {
  for (std::size_t begin = 0; begin < rows_; begin += batches_together_ * batch_size_) {
    const std::size_t end = std::min(begin + batches_together_ * batch_size_, rows_);
    std::stable_sort(order_.begin() + static_cast<Offset>(begin),
                     order_.begin() + static_cast<Offset>(end),
                     [&](std::uint32_t a, std::uint32_t b) { return lengths_[a] > lengths_[b]; });
  }
  const std::size_t full = rows_ / batch_size_;
  std::vector<std::uint32_t> shuffled;
  for (const std::uint32_t batch : epoch_order(full, mixed(seed_ + golden_gamma), epoch)) {
    const auto first = order_.begin() + static_cast<Offset>(batch * batch_size_);
    shuffled.insert(shuffled.end(), first, first + static_cast<Offset>(batch_size_));
  }
  std::copy(shuffled.begin(), shuffled.end(), order_.begin());
}

std::vector<std::uint32_t> BatchOrder::batch(std::uint64_t step) {
  const std::uint64_t epoch = step / batches_per_epoch();
  if (epoch_ != epoch) {
    order_ = epoch_order(rows_, seed_, epoch);
    if (!lengths_.empty()) sort_by_length(epoch);
    epoch_ = epoch;
  }
  const std::size_t begin = step % batches_per_epoch() * batch_size_;
  const std::size_t end = begin + std::min(batch_size_, rows_ - begin);
  return {order_.begin() + static_cast<Offset>(begin), order_.begin() + static_cast<Offset>(end)};
}

}  // namespace winnow::train
