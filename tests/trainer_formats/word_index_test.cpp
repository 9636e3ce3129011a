#include "trainer/data/word_index.hpp"

#include <catch2/catch.hpp>

using namespace winnow::train;
using Found = std::vector<std::uint32_t>;

// Orders of the formula written out in Python 3.11 (command: python3, standard library), k1 = 1.2
// and b = 0.75: for "mat dog" the scores are 0.8093, 0.8755, 0.6596, 1.3014 and 0.
TEST_CASE("texts are ranked by BM25") {
  const WordIndex index({"the cat sat on the mat", "a dog and a cat",
                         "the dog barked at the moon all night long", "mat", "cats are no dogs"});
  CHECK(index.most_alike("the cat") == Found{0, 2, 1});
  CHECK(index.most_alike("Mat, dog!") == Found{3, 1, 0, 2});
  CHECK(index.most_alike("moon") == Found{2});
  CHECK(index.most_alike("cats sat") == Found{4, 0});
  CHECK(index.most_alike("the the dog") == index.most_alike("the dog"));
  CHECK(index.most_alike("").empty());
}

TEST_CASE("texts without words are never alike, equal texts come in their order") {
  CHECK(WordIndex({"", "!"}).most_alike("a").empty());
  CHECK(WordIndex({"b", "a", "a"}).most_alike("a") == Found{1, 2});
}
