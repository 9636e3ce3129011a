#include "orchestrator/report_sampling.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <random>

#include "orchestrator/reported_values.hpp"

using namespace winnow;
using namespace winnow::run;

namespace {

using Rows = std::vector<store::ReportedMeasurement>;

/// Two metrics line by line, now and then a checkpoint, NaN or a step that comes again.
store::ReportBatch chatter(std::mt19937_64& random, int lines) {
  store::ReportBatch batch;
  std::int64_t step = 0;
  for (int line = 0; line < lines; ++line) {
    step += static_cast<std::int64_t>(random() % 3);
    for (const std::string metric : {"loss", "speed"}) {
      double value = std::normal_distribution<>()(random);
      if (random() % 50 == 0) value = std::numeric_limits<double>::quiet_NaN();
      if (random() % 200 == 0) value = std::numeric_limits<double>::infinity();
      batch.measurements.push_back({line, Measurement{step, metric, value, 0.001 * line}, false});
    }
    if (random() % 100 == 0) batch.checkpoints.push_back({step, std::to_string(step)});
  }
  batch.offset = lines;
  batch.elapsed_s = 0.001 * lines;
  return batch;
}

Rows rows_up_to(const Rows& rows, const std::string& metric, std::int64_t last_step) {
  Rows some;
  for (const store::ReportedMeasurement& row : rows) {
    const bool is_wanted = row.measurement.metric == metric && row.measurement.step <= last_step;
    if (is_wanted) some.push_back(row);
  }
  return some;
}

/// What decides, as text, in which NaN equals itself.
std::string decided(const Rows& rows, const std::string& metric, std::int64_t last_step) {
  const Rows some = rows_up_to(rows, metric, last_step);
  std::string text;
  for (const Direction direction : {Direction::minimize, Direction::maximize}) {
    for (const Aggregate aggregate_of : {Aggregate::last, Aggregate::best}) {
      const std::optional<double> value = aggregate({metric, direction, aggregate_of}, some);
      text += value ? std::to_string(*value) + " " : "none ";
    }
  }
  const std::vector<Objective> objectives = {{metric}};
  const std::optional<Measurement> first = first_non_finite(objectives, some);
  return text + (first ? std::to_string(first->step) : "finite");
}

StudySpec study_of(const Objective& objective) {
  StudySpec spec;
  spec.objectives = {objective};
  return spec;
}

}  // namespace

TEST_CASE("what decides is the same of the sampled numbers, also up to each checkpoint") {
  std::mt19937_64 random(20261130);
  for (int round = 0; round < 100; ++round) {
    const store::ReportBatch batch = chatter(random, 1 + static_cast<int>(random() % 800));
    const auto rows_left = static_cast<std::int64_t>(random() % 400) - 100;
    const store::ReportBatch kept = sampled(batch, {}, rows_left);
    INFO("round " << round << ", rows left " << rows_left);
    REQUIRE(kept.offset == batch.offset);
    REQUIRE(kept.checkpoints.size() == batch.checkpoints.size());
    // The last, the lowest, the highest and the first odd one of two metrics, between checkpoints.
    const std::int64_t deciding = 4 * 2 * (std::ssize(batch.checkpoints) + 1);
    REQUIRE(std::ssize(kept.measurements) <= std::max<std::int64_t>(0, rows_left) + deciding);
    std::vector<std::int64_t> ends = {std::numeric_limits<std::int64_t>::max()};
    for (const store::ReportedCheckpoint& checkpoint : batch.checkpoints) {
      ends.push_back(checkpoint.step);
    }
    for (const std::int64_t end : ends) {
      for (const std::string metric : {"loss", "speed"}) {
        REQUIRE(decided(kept.measurements, metric, end) ==
                decided(batch.measurements, metric, end));
      }
    }
  }
}

TEST_CASE("sampling keeps rows in their order, evenly spread, and as many as there is room for") {
  store::ReportBatch batch;
  for (int line = 0; line < 10'000; ++line) {
    batch.measurements.push_back({line, Measurement{line, "loss", 1.0 / (line + 1), 0}, false});
  }
  batch.offset = 10'000;
  const Rows kept = sampled(batch, {}, 100).measurements;
  REQUIRE(kept.size() == 100);
  CHECK(kept.front().line == 0);
  CHECK(kept.back().line == 9999);
  for (std::size_t i = 1; i < kept.size(); ++i) {
    REQUIRE(kept[i].line > kept[i - 1].line);
    REQUIRE(kept[i].line - kept[i - 1].line <= 2 * 10'000 / 100);
  }
}

TEST_CASE("every number of a metric whose mean counts stays, and final values do") {
  std::mt19937_64 random(7);
  store::ReportBatch batch = chatter(random, 500);
  batch.measurements.push_back({500, Measurement{0, "speed", 3.0, 1}, true});
  const Rows kept = sampled(batch, {"loss"}, 10).measurements;
  constexpr std::int64_t all = std::numeric_limits<std::int64_t>::max();
  CHECK(rows_up_to(kept, "loss", all).size() == 500);
  CHECK(rows_up_to(kept, "speed", all).size() < 100);
  CHECK(kept.back().is_final);
}

TEST_CASE("metrics are stored whole where each of their numbers decides") {
  const Objective objective{"loss"};
  CHECK(whole_metrics(study_of(objective)).empty());
  CHECK(whole_metrics(study_of({"loss", Direction::minimize, Aggregate::mean})) ==
        std::set<std::string>{"loss"});
  StudySpec stopping = study_of(objective);
  stopping.early_termination = EarlyTermination{"asha", {}};
  CHECK(whole_metrics(stopping) == std::set<std::string>{"loss"});
}

TEST_CASE("an attempt has ten thousand rows at once and a hundred for each second") {
  std::mt19937_64 random(11);
  ReportSampler sampler({}, 0);
  const store::ReportBatch small = chatter(random, 500);
  const store::ReportBatch whole = sampler.take(small);
  CHECK(whole.measurements.size() == small.measurements.size());
  CHECK_FALSE(whole.begins_sampling);
  std::size_t stored = whole.measurements.size();
  for (int second = 1; second <= 60; ++second) {
    store::ReportBatch batch = chatter(random, 1'000);
    batch.elapsed_s = second;
    batch.checkpoints.clear();
    const store::ReportBatch kept = sampler.take(batch);
    stored += kept.measurements.size();
    REQUIRE(static_cast<double>(stored) <= 10'000 + 100.0 * second);
    REQUIRE(kept.begins_sampling == (second == 5));  // 11,000 rows by then
  }
  CHECK(stored == 16'000);
  ReportSampler adopted({}, 16'000);
  CHECK(adopted.take(small).begins_sampling);
}
