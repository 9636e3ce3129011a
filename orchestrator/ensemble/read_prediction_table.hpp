// Several models' predictions of the same rows, from a file each.
#pragma once

#include <filesystem>
#include <vector>

#include "searchers/models/prediction_table.hpp"

namespace winnow::run {

/// One file a member (prediction_file.hpp). One without probabilities gives all of them to the
/// class that it predicts: a vote. Throws ConfigError with every fault's file and line: what
/// read_predictions faults, rows or labels in which the files differ.
search::PredictionTable read_prediction_table(const std::vector<std::filesystem::path>& files);

}  // namespace winnow::run
