#include "orchestrator/metric_patterns.hpp"

#include <catch2/catch.hpp>

#include "trainer/protocol/report.hpp"

using Catch::Contains;
using namespace winnow;
using namespace winnow::run;

namespace {

MetricPatterns patterns(const std::vector<std::string>& words) {
  auto parsed = MetricPatterns::parse(words);
  REQUIRE(std::holds_alternative<MetricPatterns>(parsed));
  return std::get<MetricPatterns>(std::move(parsed));
}

/// "step 3: accuracy=0.9 loss=0.5" for the last of the lines; "" when it says nothing.
std::string found(MetricPatterns tested, const std::vector<std::string>& lines) {
  std::optional<std::string> report;
  for (const std::string& line : lines) report = tested.report_of(line);
  if (!report) return "";
  const protocol::Report read = protocol::parse_report(report->substr(0, report->size() - 1));
  const auto* metrics = std::get_if<protocol::Metrics>(&read);
  if (metrics == nullptr) return "no metrics";
  std::string text = metrics->step ? fmt::format("step {}:", *metrics->step) : "";
  for (const auto& [name, value] : metrics->values) text += fmt::format(" {}={}", name, value);
  return text;
}

std::string fault(const std::string& word) {
  auto parsed = MetricPatterns::parse({word});
  REQUIRE(std::holds_alternative<std::string>(parsed));
  return std::get<std::string>(parsed);
}

}  // namespace

TEST_CASE("each preset finds the numbers of its form") {
  CHECK(found(patterns({"katib"}), {"epoch 2: loss=0.5, val-accuracy = 9e-1 time=3s"}) ==
        " loss=0.5 time=3 val-accuracy=0.9");
  CHECK(found(patterns({"guild"}), {"val loss: -1.5e-3 (step 12)"}) == "step 12: val loss=-0.0015");
  CHECK(found(patterns({"guild"}), {"eta: 3 hours"}).empty());
  CHECK(
      found(patterns({"keras"}), {"Epoch 3/10",
                                  "1/2 [===>..] - ETA: 1s - loss: 9.0\r"
                                  "2/2 [=====] - 3s 5ms/step - loss: 0.25 - val_accuracy: 0.75"}) ==
      "step 3: loss=0.25 val_accuracy=0.75");
  CHECK(found(patterns({"huggingface"}),
              {"{'eval_loss': 0.31, 'eval_runtime': 2.5, 'epoch': 1.0}"}) ==
        " epoch=1 eval_loss=0.31 eval_runtime=2.5");
  CHECK(found(patterns({"huggingface"}), {"arguments: {'lr': 3}"}).empty());
  CHECK(found(patterns({"tagged"}), {"::winnow {\"step\":4,\"loss\":2}"}) == "step 4: loss=2");
  CHECK(found(patterns({"tagged"}), {" ::winnow {\"loss\":2}"}).empty());
}

TEST_CASE("a pattern of one's own names its metrics and its step") {
  const std::string text = R"(eval_loss = (?<eval_loss>\S+) step (?<step>\d+))";
  CHECK(found(patterns({text}), {"x eval_loss = 0.125 step 40 y"}) == "step 40: eval_loss=0.125");
  CHECK(found(patterns({text}), {"eval_loss = much step 40"}).empty());
  CHECK(found(patterns({R"(a=(?P<a>[\d.]+)(?: b=(?<b>[\d.]+))?)"}), {"a=1"}) == " a=1");
  CHECK(found(patterns({"katib", text}), {"loss=1 eval_loss = 2 step 3"}) ==
        "step 3: eval_loss=2 loss=1");
}

TEST_CASE("not-a-number and infinities are numbers, words are not") {
  CHECK(found(patterns({"katib"}), {"loss=nan"}) == " loss=nan");
  CHECK(found(patterns({"katib"}), {"loss=-inf"}) == " loss=-inf");
  CHECK(found(patterns({"katib"}), {"state=nice"}).empty());
}

TEST_CASE("what is neither a preset nor a good pattern says why") {
  CHECK_THAT(fault("kattib"), Contains("katib") && Contains("named group"));
  CHECK_THAT(fault("(?<loss>["), Contains("missing ]"));
  CHECK_THAT(fault(R"((?<step>\d+))"), Contains("named group"));
  CHECK_THAT(fault(std::string(1001, 'a')), Contains("at most 1000 characters"));
  CHECK_THAT(fault(R"((?<a>(x+x+)+\1))"), Contains("neither a preset"));  // no back references
}
