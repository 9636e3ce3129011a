// Which texts are most alike in their words: BM25 (Robertson and Zaragoza 2009, "The Probabilistic
// Relevance Framework: BM25 and Beyond", section 3.2), over an inverted index.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace winnow::train {

class WordIndex {
 public:
  explicit WordIndex(const std::vector<std::string_view>& texts);

  /// Numbers of the texts that share a word with `query`, the best first; of equal ones the
  /// earlier.
  std::vector<std::uint32_t> most_alike(std::string_view query) const;

 private:
  struct Posting {
    std::uint32_t text = 0;
    std::uint32_t count = 0;  // of the word in it
  };
  std::map<std::string, std::vector<Posting>> postings_;
  std::vector<double> lengths_;  // words of each text over the mean
};

}  // namespace winnow::train
