#include "orchestrator/store_watch.hpp"

#include <catch2/catch.hpp>

using winnow::run::is_low_space;

TEST_CASE("little space is less than 2 GiB, on small disks less than a twentieth") {
  constexpr std::uintmax_t gib = 1024 * 1024 * 1024;
  CHECK_FALSE(is_low_space(2 * gib, 1000 * gib));
  CHECK(is_low_space(2 * gib - 1, 1000 * gib));
  CHECK_FALSE(is_low_space(gib, 20 * gib));
  CHECK(is_low_space(gib - 1, 20 * gib));
}
