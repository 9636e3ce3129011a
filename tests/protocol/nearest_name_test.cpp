#include "trainer/protocol/nearest_name.hpp"

#include <catch2/catch.hpp>
#include <vector>

using winnow::protocol::nearest_name;

TEST_CASE("the nearest name is found across one kind of slip each") {
  const std::vector<std::string> names = {"learning_rate", "batch_size", "epochs"};
  CHECK(nearest_name("learning_rat", names) == "learning_rate");
  CHECK(nearest_name("bacth_size", names) == "batch_size");
  CHECK(nearest_name("epoch", names) == "epochs");
  CHECK(nearest_name("epochs", names) == "epochs");
  CHECK(nearest_name("EPOCHS", names) == "epochs");
}

TEST_CASE("a name that is like no other has no nearest") {
  const std::vector<std::string> names = {"learning_rate", "batch_size"};
  CHECK(nearest_name("zebra", names).empty());
  CHECK(nearest_name("", names).empty());
  CHECK(nearest_name(std::string(100000, 'x'), names).empty());
  CHECK(nearest_name("x", {}).empty());
}

TEST_CASE("of equally near names the first counts") {
  CHECK(nearest_name("beta3", std::vector<std::string>{"beta1", "beta2"}) == "beta1");
}
