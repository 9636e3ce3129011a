#include <catch2/catch.hpp>
#include <filesystem>

#include "trainer/metrics/metric.hpp"

using namespace winnow::train;

namespace {

// By hand. Class 0: right 2, false positives 1, missed 1, F1 = 4/6. Class 1: right 1, false
// positives 2, missed 1, F1 = 2/5. Class 2: right 1, missed 1, F1 = 2/3. Class 3 never occurs.
const EvaluationPass pass{4, {0, 0, 0, 1, 1, 2, 2}, {0, 0, 1, 1, 0, 2, 1}, 0.75};

}  // namespace

TEST_CASE("each metric gives the number worked out by hand") {
  const auto values = measure(pass, "eval_");
  CHECK(values.at("eval_loss") == 0.75);
  CHECK(values.at("eval_accuracy") == Approx(4.0 / 7.0));
  CHECK(values.at("eval_micro_f1") == Approx(4.0 / 7.0));
  CHECK(values.at("eval_macro_f1") == Approx((4.0 / 6.0 + 2.0 / 5.0 + 2.0 / 3.0) / 3.0));
}

TEST_CASE("every file of the metrics folder has registered one metric") {
  std::size_t files = 0;
  const std::string folder = std::string(WINNOW_SOURCE_DIR) + "/trainer/metrics";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (!name.ends_with(".cpp") || name == "metric.cpp") continue;
    ++files;
    CHECK(metrics().contains(entry.path().stem().string()));
  }
  CHECK(files > 0);
  CHECK(metrics().size() == files);
}

TEST_CASE("a loss is better when lower, the shares of right answers when higher") {
  for (const auto& [name, metric] : metrics()) {
    CHECK((metric.better == Better::lower) == (name == "loss"));
  }
}

TEST_CASE("all right is one and all wrong is zero") {
  const auto right = measure({2, {0, 1, 1}, {0, 1, 1}, 0.0}, "");
  const auto wrong = measure({2, {0, 1, 1}, {1, 0, 0}, 0.0}, "");
  for (const char* name : {"accuracy", "macro_f1", "micro_f1"}) {
    CHECK(right.at(name) == 1.0);
    CHECK(wrong.at(name) == 0.0);
  }
}
