// Values, points and trials as the JSON objects that reading commands print. The forms are
// versioned: what is in them stays, later versions only add.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "searchers/problem/point.hpp"
#include "searchers/problem/value.hpp"
#include "searchers/stats/result.hpp"
#include "storage/records.hpp"

namespace winnow::run {

nlohmann::ordered_json to_json(const Value& value);
nlohmann::ordered_json to_json(const Point& point);

/// A measured number; NaN and infinities as "nan", "inf", "-inf", which JSON numbers cannot be.
nlohmann::ordered_json number_json(double number);

/// [low, high]
nlohmann::ordered_json interval_json(const stats::Interval& interval);

/// The same number as a cell of a table for programs.
std::string exact_text(double number);

/// {"number":0,"state":"completed","params":{…},"values":{…},"seed":7,"attempts":1,"seconds":1.5},
/// and "reason" where there is one, "role" and "replicate" where it is no trial of the search.
nlohmann::ordered_json trial_json(const store::TrialRow& row);

/// One line, as reading commands print it. Bytes that are no UTF-8 (a file's name may hold some)
/// become replacement characters.
std::string json_line(const nlohmann::ordered_json& json);

}  // namespace winnow::run
