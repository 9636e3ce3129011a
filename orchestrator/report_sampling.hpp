// What the store keeps of a trial that reports more than a store should hold: every number stays in
// the trial's report file, and of each part of it that was read at once the store gets the numbers
// that decide, and some of the others, evenly spread.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <utility>

#include "searchers/problem/study.hpp"
#include "storage/records.hpp"

namespace winnow::run {

/// Metrics of which every number decides something: those whose mean counts, and with
/// `early_terminate` the objectives, whose curves are compared step by step. They are never
/// sampled.
std::set<std::string> whole_metrics(const StudySpec& spec);

/// `batch` with as many of its measurements as `rows_left` allows, or a few more: of each metric
/// not in `whole`, between one checkpoint and the next, stay at least the last, the lowest, the
/// highest and the first that is not finite, so that what counts in the end (searchers' Aggregate)
/// and what counts after going on from a checkpoint are the same as without sampling.
store::ReportBatch sampled(const store::ReportBatch& batch, const std::set<std::string>& whole,
                           std::int64_t rows_left);

/// What one attempt may have stored: 10,000 rows at once, for programs that write their whole curve
/// at their end, and 100 more for each of its seconds (reliability.md, row 37).
class ReportSampler {
 public:
  /// `stored`: the rows that the attempt has already.
  ReportSampler(std::set<std::string> whole, std::int64_t stored)
      : whole_(std::move(whole)), stored_(stored) {}

  /// What is to be stored of the attempt's next batch. The first of which something is left out
  /// says so (ReportBatch::begins_sampling).
  store::ReportBatch take(const store::ReportBatch& batch);

 private:
  std::set<std::string> whole_;
  std::int64_t stored_;
  bool has_left_out_ = false;
};

}  // namespace winnow::run
