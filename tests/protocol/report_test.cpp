#include "trainer/protocol/report.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <random>

#include "tests/support/random_seed.hpp"

using namespace winnow::protocol;

namespace {

template <typename Kind>
Kind read(std::string_view line) {
  const Report report = parse_report(line);
  if (const auto* fault = std::get_if<Malformed>(&report)) FAIL(fault->problem);
  REQUIRE(std::holds_alternative<Kind>(report));
  return std::get<Kind>(report);
}

std::string problem(std::string_view line) {
  const Report report = parse_report(line);
  const auto* fault = std::get_if<Malformed>(&report);
  return fault == nullptr ? "" : fault->problem;
}

template <typename Kind>
Kind there_and_back(const Kind& kind) {
  const std::string line = to_line(kind);
  REQUIRE(line.find('\n') == line.size() - 1);
  return read<Kind>(std::string_view(line).substr(0, line.size() - 1));
}

}  // namespace

TEST_CASE("the examples of the header are read") {
  const auto started =
      read<Started>(R"({"type":"started","protocol":1,"parameters":22713984,"device":"cpu"})");
  CHECK(started.parameters == 22713984);
  CHECK(started.device == "cpu");
  const auto metric =
      read<Metrics>(R"({"type":"metric","step":200,"elapsed_s":31.4,"values":{"eval_loss":1.93}})");
  CHECK(metric.step == 200);
  CHECK(metric.elapsed_s == 31.4);
  CHECK(metric.values == Values{{"eval_loss", 1.93}});
  CHECK(read<Checkpoint>(R"({"type":"checkpoint","step":200,"path":"step-000200"})").path ==
        "step-000200");
  CHECK(read<Infeasible>(R"({"type":"infeasible","reason":"no room"})").reason == "no room");
  const auto failed = read<Failed>(R"({"type":"failed","kind":"non_finite_loss","message":"nan"})");
  CHECK(failed.kind == "non_finite_loss");
  CHECK(failed.message == "nan");
  CHECK(read<Finished>(R"({"type":"finished","step":600,"values":{"eval_loss":1.87}})").step ==
        600);
}

TEST_CASE("the bare words that Python's json writes are numbers that are not finite") {
  const auto metrics = read<Metrics>(R"({"NaN": NaN, "a": Infinity, "b": -Infinity, "c\"NaN": 1})");
  CHECK(std::isnan(metrics.values.at("NaN")));
  CHECK(metrics.values.at("a") == std::numeric_limits<double>::infinity());
  CHECK(metrics.values.at("b") == -std::numeric_limits<double>::infinity());
  CHECK(metrics.values.at("c\"NaN") == 1);
  CHECK(problem(R"({"a": NaNa})").starts_with("not JSON"));
  CHECK(problem(R"({"type":"metric","step":NaN,"values":{}})") ==
        "\"step\" must be a whole number of at least 0");
}

TEST_CASE("in the short form of metrics step and time stand beside them, or are left out") {
  const auto metrics = read<Metrics>(R"({"eval_loss":1.93,"accuracy":1})");
  CHECK_FALSE(metrics.step);
  const auto stepped = read<Metrics>(R"({"step":3,"elapsed_s":1.5,"loss":1})");
  CHECK(stepped.step == 3);
  CHECK(stepped.elapsed_s == 1.5);
  CHECK(stepped.values == Values{{"loss", 1.0}});
  CHECK(metrics.values == Values{{"accuracy", 1.0}, {"eval_loss", 1.93}});
}

TEST_CASE("reports come back as they were written") {
  CHECK(there_and_back(Started{7, "cuda:0"}).device == "cuda:0");
  const auto metrics = there_and_back(Metrics{3, 0.1, {{"a", 0.1}, {"b", 1e-300}}});
  CHECK(metrics.step == 3);
  CHECK(metrics.elapsed_s == 0.1);
  CHECK(metrics.values == Values{{"a", 0.1}, {"b", 1e-300}});
  CHECK_FALSE(there_and_back(Metrics{std::nullopt, std::nullopt, {{"a", 1}}}).step);
  CHECK(there_and_back(Checkpoint{5, "step-5"}).step == 5);
  CHECK(there_and_back(Infeasible{"line\nbreak"}).reason == "line\nbreak");
  CHECK(there_and_back(Failed{"k", "m"}).message == "m");
  CHECK(there_and_back(Finished{std::nullopt, {{"a", 2}}}).values == Values{{"a", 2}});
}

TEST_CASE("numbers that JSON lacks travel as text") {
  const double infinity = std::numeric_limits<double>::infinity();
  const auto metrics = there_and_back(
      Metrics{1, std::nullopt, {{"a", std::nan("")}, {"b", infinity}, {"c", -infinity}}});
  CHECK(std::isnan(metrics.values.at("a")));
  CHECK(metrics.values.at("b") == infinity);
  CHECK(metrics.values.at("c") == -infinity);
}

TEST_CASE("text that is too long or not UTF-8 still makes a line that can be read") {
  const std::string long_text(1000000, '\x01');
  CHECK_THAT(there_and_back(Failed{"k", long_text}).message, Catch::Contains("bytes left out"));
  CHECK(there_and_back(Failed{"k", "a\xff"}).message == "a\uFFFD");
}

TEST_CASE("types of a later version are unknown, keys of a later version ignored") {
  CHECK(read<Unknown>(R"({"type":"gradient","values":3})").type == "gradient");
  CHECK(read<Checkpoint>(R"({"type":"checkpoint","step":1,"path":"a","size":9})").step == 1);
  CHECK_THAT(problem(R"({"type":"started","protocol":2})"), Catch::Contains("speaks protocol 2"));
}

TEST_CASE("what is wrong with a line is said in words") {
  CHECK_THAT(problem("loss 3"), Catch::StartsWith("not JSON"));
  CHECK_THAT(problem("[1]"), Catch::Contains("expected a JSON object, found array"));
  CHECK_THAT(problem("{}"), Catch::Contains("empty"));
  CHECK_THAT(problem("{\"a\":\"\xff\"}"), Catch::Contains("not UTF-8"));
  CHECK_THAT(problem(R"({"a":1,"a":2})"), Catch::Contains("\"a\" is given twice"));
  CHECK_THAT(problem(R"({"loss":"0.5"})"), Catch::Contains("\"loss\" must be a number"));
  CHECK_THAT(problem(R"({"loss":null})"), Catch::Contains("\"loss\" must be a number"));
  CHECK_THAT(problem(R"({"":1})"), Catch::Contains("empty name"));
  CHECK_THAT(problem(R"({"step":3})"), Catch::Contains("no metric"));
  CHECK_THAT(problem(R"({"step":-3,"loss":1})"), Catch::Contains("\"step\""));
  CHECK_THAT(problem(R"({"type":1})"), Catch::Contains("\"type\" must be text"));
  CHECK_THAT(problem(R"({"type":"metric"})"), Catch::Contains("\"values\" is missing"));
  CHECK_THAT(problem(R"({"type":"metric","values":[1]})"), Catch::Contains("must be an object"));
  CHECK_THAT(problem(R"({"type":"metric","step":1.5,"values":{}})"), Catch::Contains("\"step\""));
  CHECK_THAT(problem(R"({"type":"metric","step":-1,"values":{}})"), Catch::Contains("\"step\""));
  CHECK_THAT(problem(R"({"type":"metric","step":9223372036854775808,"values":{}})"),
             Catch::Contains("\"step\""));
  CHECK_THAT(problem(R"({"type":"metric","elapsed_s":-1,"values":{}})"),
             Catch::Contains("\"elapsed_s\""));
  CHECK_THAT(problem(R"({"type":"checkpoint","path":"a"})"),
             Catch::Contains("\"step\" is missing"));
  CHECK_THAT(problem(R"({"type":"failed"})"), Catch::Contains("\"kind\" is missing"));
}

TEST_CASE("a checkpoint names a plain folder and nothing else") {
  const auto with = [](const std::string& path) {
    return problem(R"({"type":"checkpoint","step":1,"path":")" + path + R"("})");
  };
  CHECK(with("step-000001_a.B").empty());
  CHECK(with("..a").empty());
  CHECK(with(std::string(100, 'a')).empty());
  for (const std::string& path :
       {std::string(), std::string("."), std::string(".."), std::string("a/b"), std::string("/a"),
        std::string("a b"), std::string("\\u0000"), std::string("ä"), std::string(101, 'a')}) {
    CHECK_THAT(with(path), Catch::Contains("plain name of a folder"));
  }
}

TEST_CASE("long and deep lines are refused as a whole") {
  const std::string fits = "{\"a\":1" + std::string(max_line_bytes - 7, ' ') + "}";
  REQUIRE(fits.size() == max_line_bytes);
  CHECK(problem(fits).empty());
  CHECK_THAT(problem(fits + " "), Catch::Contains("at most 65536 are read"));
  CHECK_THAT(problem("{\"a\":" + std::string(30000, '[')), Catch::Contains("levels deep"));
}

TEST_CASE("damaged lines never throw") {
  const std::string valid =
      R"({"type":"metric","step":200,"elapsed_s":31.4,"values":{"eval_loss":1.93,"x":"nan"}})";
  std::mt19937 random(winnow::tests::seed_of_this_run("damaged report lines"));
  int malformed = 0;
  for (int round = 0; round < 20000; ++round) {
    std::string line = valid;
    const std::size_t changes = 1 + random() % 3;
    for (std::size_t k = 0; k < changes; ++k) {
      line[random() % line.size()] = static_cast<char>(random());
    }
    malformed += std::holds_alternative<Malformed>(parse_report(line)) ? 1 : 0;
  }
  CHECK(malformed > 10000);
  CHECK(malformed < 20000);
}
