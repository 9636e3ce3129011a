// The study file as a JSON Schema (draft-07), for editors. It is made of the same lists as the
// reader: methods and their options, stop rules, distributions, settings of the trainer. The reader
// knows more (what depends on what) and has the last word; a test holds the keys of the two
// together.
#pragma once

#include <nlohmann/json.hpp>

namespace winnow::run {

nlohmann::ordered_json study_schema();

}  // namespace winnow::run
