// Norms, explosions, layers that nothing reaches, and what a run says of its speed.
#include "trainer/optim/gradient_health.hpp"

#include <ATen/ATen.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "tests/trainer/run_support.hpp"
#include "trainer/optim/arena.hpp"

using namespace winnow;
using namespace winnow::tests;
using namespace winnow::train;

namespace {

/// The values of the one failure, after what was measured last.
nlohmann::json failure(const RunFolder& run) {
  const auto failed = reports_of_type(run, "failed");
  REQUIRE(failed.size() == 1);
  return failed.front();
}

}  // namespace

TEST_CASE("a norm has exploded when it is not finite, or beyond a limit that is set") {
  CHECK_FALSE(has_exploded(1e30, 0.0));
  CHECK(has_exploded(std::numeric_limits<double>::infinity(), 0.0));
  CHECK(has_exploded(std::nan(""), 0.0));
  CHECK(has_exploded(2.0, 1.0));
  CHECK_FALSE(has_exploded(1.0, 1.0));
}

TEST_CASE("layers far below the largest have vanished, but not when there is nothing to learn") {
  CHECK(vanished_layers({{-1, 1e-9}, {0, 0.0}, {1, 1e-6}, {2, 1.0}}, 1e-7) ==
        std::vector<std::int64_t>{-1, 0});
  CHECK(vanished_layers({{0, 0.0}, {1, 0.0}}, 1e-7).empty());
  CHECK(vanished_layers({{0, 0.0}, {1, 1.0}}, 0.0).empty());
  CHECK(names_of_layers({-1, 3, 4}) == "layers of embeddings, 3 and 4");
  CHECK(names_of_layers({2}) == "layer 2");
}

TEST_CASE("a layer's size is the root mean square over all its parameters that are updated") {
  const at::Tensor a = at::ones({2, 2}), b = at::ones({4}), later = at::ones({3});
  for (const at::Tensor& tensor : {a, b, later}) tensor.set_requires_grad(true);
  const Arena arena({{"a", a, {}, 0}, {"b", b, {}, 0}, {"c", later, {true, 1.0, 5}, 1}});
  a.mutable_grad().fill_(3.0);
  b.mutable_grad().fill_(1.0);
  later.mutable_grad().fill_(2.0);
  const auto early = arena.gradient_sizes(4);
  REQUIRE(early.size() == 1);
  CHECK(early.at(0) == Approx(std::sqrt((4 * 9.0 + 4 * 1.0) / 8)));
  CHECK(arena.gradient_sizes(5).at(1) == Approx(2.0));
}

TEST_CASE("a gradient beyond the limit ends the run under its name, and nothing is updated") {
  const TemporaryFolder folder;
  write_tiny_study(folder.path());
  nlohmann::json settings = tiny_settings(folder.path());
  settings["exploding_gradient"] = 1e-6;
  const RunFolder run{folder / "run"};
  CHECK(run_tiny(run, settings) == RunEnd::failed);
  CHECK(failure(run).at("kind") == "exploding_gradient");
  const auto metric = reports_of_type(run, "metric");
  REQUIRE(metric.size() == 1);
  CHECK(metric[0].at("values").at("gradient_norm").get<double>() > 1e-6);
  CHECK(metric[0].at("step") == 0);
}

TEST_CASE("norms, vanished layers, speed and the time to a target are reported") {
  const TemporaryFolder folder;
  write_tiny_study(folder.path());
  nlohmann::json settings = tiny_settings(folder.path());
  settings.update({{"gradient_clip", 0.0},
                   {"vanishing_gradient", 1.0},  // all layers but the largest
                   {"measure_speed", true},
                   {"early_stopping_metric", "eval_accuracy"},
                   {"target", 0.0}});
  const RunFolder run{folder / "run"};
  REQUIRE(run_tiny(run, settings) == RunEnd::finished);
  const nlohmann::json values = reports_of_type(run, "metric")[1].at("values");
  CHECK(values.at("vanished_layers") == 3);  // of embeddings, two layers and the head
  CHECK(values.at("gradient_norm").get<double>() > 0.0);
  CHECK(values.at("largest_gradient_norm") >= values.at("gradient_norm"));
  CHECK(values.at("tokens_per_s").get<double>() > 0.0);
  CHECK(values.at("peak_memory_mb").get<double>() > 10.0);  // libtorch alone is more
  const nlohmann::json end = reports_of_type(run, "finished")[0].at("values");
  CHECK(end.at("time_to_target_s") ==
        reports_of_type(run, "metric")[0].at("values").at("time_to_target_s"));

  settings.update({{"target", 1.1}, {"measure_speed", false}});
  const RunFolder never{folder / "never"};
  REQUIRE(run_tiny(never, settings) == RunEnd::finished);
  const nlohmann::json last = reports_of_type(never, "finished")[0].at("values");
  CHECK_FALSE(last.contains("time_to_target_s"));
  CHECK_FALSE(last.contains("tokens_per_s"));
}
