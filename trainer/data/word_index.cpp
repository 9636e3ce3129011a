#include "trainer/data/word_index.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "trainer/text/word_overlap.hpp"

namespace winnow::train {
namespace {

// Section 3.2 of the paper: good values are 1.2 to 2 and 0.5 to 0.8; these are Lucene's.
constexpr double saturation = 1.2;
constexpr double length_weight = 0.75;

}  // namespace

WordIndex::WordIndex(const std::vector<std::string_view>& texts) {
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const WordList words = words_of(texts[i]);
    lengths_.push_back(static_cast<double>(words.size()));
    std::map<std::string, std::uint32_t> counts;
    for (const std::string& word : words) ++counts[word];
    for (const auto& [word, count] : counts) {
      postings_[word].push_back({static_cast<std::uint32_t>(i), count});
    }
  }
  const double sum = std::accumulate(lengths_.begin(), lengths_.end(), 0.0);
  if (sum == 0.0) return;
  const double mean = sum / static_cast<double>(lengths_.size());
  for (double& length : lengths_) length /= mean;
}

std::vector<std::uint32_t> WordIndex::most_alike(std::string_view query) const {
  std::vector<double> scores(lengths_.size(), 0.0);
  std::vector<std::uint32_t> found;
  const WordList words = words_of(query);
  for (const std::string& word : std::set<std::string>(words.begin(), words.end())) {
    const auto postings = postings_.find(word);
    if (postings == postings_.end()) continue;
    const auto texts = static_cast<double>(lengths_.size());
    const auto with_it = static_cast<double>(postings->second.size());
    const double rarity = std::log1p((texts - with_it + 0.5) / (with_it + 0.5));
    for (const Posting& posting : postings->second) {
      const double count = posting.count;
      const double bound =
          saturation * (1.0 - length_weight + length_weight * lengths_[posting.text]);
      double& score = scores[posting.text];
      if (score == 0.0) found.push_back(posting.text);
      score += rarity * count * (saturation + 1.0) / (count + bound);
    }
  }
  std::sort(found.begin(), found.end(), [&](std::uint32_t a, std::uint32_t b) {
    return scores[a] != scores[b] ? scores[a] > scores[b] : a < b;
  });
  return found;
}

}  // namespace winnow::train
