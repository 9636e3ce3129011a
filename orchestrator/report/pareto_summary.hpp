// The Pareto front of a study with several objectives as people and programs see it. How it is
// found is in orchestrator/decision/pareto_front.hpp.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "orchestrator/report/table.hpp"
#include "storage/records.hpp"

namespace winnow::run {

struct FrontMember {
  store::TrialRow row;
  double contribution = 0;  // hypervolume that would be lost without it
  bool is_knee = false;     // of one member
};

/// How far the study had come with this trial, all trials before it in number included.
struct HypervolumeStep {
  TrialNumber trial;
  double hypervolume = 0;
};

struct ParetoSummary {
  std::string study;
  std::vector<Objective> objectives;
  std::vector<FrontMember> front;      // by the first objective, best first
  std::size_t measured = 0;            // completed trials with a finite value of every objective
  std::vector<double> reference;       // a value per objective, as measured
  double hypervolume = 0;              // of the front, in the product of the objectives' units
  std::vector<HypervolumeStep> trace;  // the trials that enlarged it
};

/// {"version":1,"study":…,"objectives":[{"metric":…,"goal":…}],"measured":…,"hypervolume":…,
/// "reference":{…},"front":[{…trial…,"contribution":…,"knee":false}],"trace":[{"trial":…,
/// "hypervolume":…}]}
nlohmann::ordered_json as_json(const ParetoSummary& summary);

/// A line on the front, its members (the knee marked with *), the hypervolume and how it grew.
std::string as_text(const ParetoSummary& summary, std::size_t width);

/// For programs: the members as in trials_for_programs, and "knee", "contribution".
Table front_table(const ParetoSummary& summary);
/// For programs: "trial", "hypervolume".
Table trace_table(const ParetoSummary& summary);

}  // namespace winnow::run
