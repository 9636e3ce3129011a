// What the trainer reports at an evaluation, by task: a study's objective is checked against it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace winnow::protocol {

/// Names such as "eval_loss" and, last, "train_loss"; those of every task when the task is empty or
/// unknown. `auc_roc` is reported for two classes only, with multi_label only counts of classes are
/// (accuracy, micro and macro scores), and scores of texts only with generation_rows.
std::vector<std::string> reported_metrics(std::string_view task);

}  // namespace winnow::protocol
