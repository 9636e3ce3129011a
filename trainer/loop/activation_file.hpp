// What the frozen part of a model computes for the rows of a dataset, in one memory-mapped file
// that all trials of a study share. Needs no libtorch: the numbers come from a function.
//
// The file is built cooperatively. It is divided into chunks of rows; a process claims a chunk with
// a lock on one byte, computes it, writes it, syncs it, and only then marks it done. Locks belong
// to open file descriptions (fcntl, F_OFD_SETLK): the kernel drops them when a builder dies, and
// others take its chunk over. Which rows make up a chunk is fixed, so the file is the same to the
// bit whoever computed what. Without a folder the same happens in memory of this process alone.
//
// Layout, in the machine's byte order (a cache, not a format for exchange): a header of 64 bytes, a
// byte for each chunk (1: done), padding to a page, then fp32 rows of `width` numbers for each
// token, rows in the order of rows_by_length().
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "trainer/data/dataset.hpp"

namespace winnow::train {

/// Rows of a chunk. Origin: at 128 tokens one chunk of MiniLM takes about two seconds on one core,
/// so that few builders wait for long, and the cost of a sync a chunk does not show.
inline constexpr std::size_t rows_per_chunk = 32;

/// Longest first, equal ones in their own order: chunks of like lengths waste nothing on padding,
/// and the slowest chunk does not come last.
std::vector<std::uint32_t> rows_by_length(const TokenDataset& dataset);

class ActivationFile {
 public:
  /// Opens or creates `folder`/activations-KEY.bin. `key` must change with anything that could
  /// change a bit of the numbers. Throws FileError, and ConfigError for a file of that name with
  /// other content. The dataset must outlive this object.
  ActivationFile(const std::optional<std::filesystem::path>& folder, const std::string& key,
                 const TokenDataset& dataset, std::size_t width);
  ~ActivationFile();
  ActivationFile(const ActivationFile&) = delete;
  ActivationFile& operator=(const ActivationFile&) = delete;

  /// Writes one vector of `width` numbers for each token of the rows, row after row.
  using Compute = std::function<void(std::span<const std::uint32_t> rows, std::span<float> out)>;

  /// Returns when every chunk is done: computes those that nobody has claimed, then waits for those
  /// that others have. False if `stop_requested` said so before the end (asked before each chunk).
  bool fill(const Compute& compute, const std::function<bool()>& stop_requested);

  /// The numbers of a row, tokens × width. Needs fill() to have returned true; lives as long as
  /// this.
  std::span<const float> row(std::uint32_t row) const;

  std::size_t chunks() const { return (order_.size() + rows_per_chunk - 1) / rows_per_chunk; }
  bool is_done(std::size_t chunk) const;

 private:
  void open(const std::optional<std::filesystem::path>& folder, const std::string& key);
  void initialise(const std::string& key);
  void map();
  void compute_chunk(std::size_t chunk, const Compute& compute);
  std::span<const std::uint32_t> rows_of(std::size_t chunk) const;
  std::size_t data_begin() const;
  std::size_t size_bytes() const;

  const TokenDataset& dataset_;
  std::size_t width_;
  std::vector<std::uint32_t> order_;
  std::vector<std::uint64_t> first_token_;  // for each row: tokens before it in the file
  std::string name_;                        // for messages
  int file_ = -1;
  const std::byte* mapped_ = nullptr;
};

}  // namespace winnow::train
