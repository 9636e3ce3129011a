#include "orchestrator/report_sampling.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <span>
#include <vector>

namespace winnow::run {
namespace {

constexpr std::int64_t rows_at_once = 10'000;
constexpr double rows_per_s = 100;

/// Places in a batch of the numbers of one metric between two checkpoints that must stay.
struct Deciding {
  std::size_t last = 0;
  std::optional<std::size_t> lowest, highest, first_non_finite;
};

void take(std::span<const store::ReportedMeasurement> rows, std::size_t at, Deciding& deciding) {
  const auto value = [&](std::size_t i) { return rows[i].measurement.value; };
  deciding.last = at;
  if (!std::isfinite(value(at)) && !deciding.first_non_finite) deciding.first_non_finite = at;
  if (std::isnan(value(at))) return;
  if (!deciding.lowest || value(at) < value(*deciding.lowest)) deciding.lowest = at;
  if (!deciding.highest || value(at) > value(*deciding.highest)) deciding.highest = at;
}

std::vector<bool> deciding_rows(const store::ReportBatch& batch,
                                const std::set<std::string>& whole) {
  const std::vector<store::ReportedMeasurement>& rows = batch.measurements;
  std::vector<bool> stays(rows.size(), false);
  std::map<std::pair<std::string, std::ptrdiff_t>, Deciding> by_part;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Measurement& measurement = rows[i].measurement;
    if (rows[i].is_final || whole.contains(measurement.metric)) {
      stays[i] = true;
      continue;
    }
    // An attempt that goes on from a checkpoint takes back what lies beyond its step.
    const auto part = std::ranges::count_if(batch.checkpoints, [&](const auto& checkpoint) {
      return checkpoint.step < measurement.step;
    });
    const auto [found, is_new] = by_part.try_emplace({measurement.metric, part});
    take(rows, i, found->second);
  }
  for (const auto& [part, deciding] : by_part) {
    stays[deciding.last] = true;
    for (const auto& at : {deciding.lowest, deciding.highest, deciding.first_non_finite}) {
      if (at) stays[*at] = true;
    }
  }
  return stays;
}

}  // namespace

std::set<std::string> whole_metrics(const StudySpec& spec) {
  std::set<std::string> whole;
  for (const Objective& objective : spec.objectives) {
    const bool every_one_counts = objective.aggregate == Aggregate::mean;
    if (every_one_counts || spec.early_termination) whole.insert(objective.metric);
  }
  return whole;
}

store::ReportBatch sampled(const store::ReportBatch& batch, const std::set<std::string>& whole,
                           std::int64_t rows_left) {
  if (std::ssize(batch.measurements) <= rows_left) return batch;
  const std::vector<bool> stays = deciding_rows(batch, whole);
  const std::int64_t deciding = std::ranges::count(stays, true);
  const std::int64_t others = std::ssize(batch.measurements) - deciding;
  const std::int64_t room = std::max<std::int64_t>(0, rows_left - deciding);
  store::ReportBatch kept = batch;
  kept.measurements.clear();
  std::int64_t seen = 0;  // of the others
  for (std::size_t i = 0; i < stays.size(); ++i) {
    bool is_kept = stays[i];
    if (!is_kept) {
      is_kept = seen * room / others != (seen + 1) * room / others;
      ++seen;
    }
    if (is_kept) kept.measurements.push_back(batch.measurements[i]);
  }
  return kept;
}

store::ReportBatch ReportSampler::take(const store::ReportBatch& batch) {
  const std::int64_t allowed =
      rows_at_once + static_cast<std::int64_t>(rows_per_s * std::max(0.0, batch.elapsed_s));
  store::ReportBatch kept = sampled(batch, whole_, allowed - stored_);
  stored_ += std::ssize(kept.measurements);
  if (kept.measurements.size() < batch.measurements.size() && !has_left_out_) {
    kept.begins_sampling = has_left_out_ = true;
  }
  return kept;
}

}  // namespace winnow::run
