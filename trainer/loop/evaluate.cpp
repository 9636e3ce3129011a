#include "trainer/loop/evaluate.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

namespace winnow::train {
namespace {

// Rows at a time: large enough for full speed on a processor, small enough for any memory.
constexpr std::size_t rows_per_pass = 32;

}  // namespace

EvaluationPass evaluate(const TextClassifier& model, const FrozenPart& data) {
  const at::NoGradGuard no_gradients;
  const TokenDataset& dataset = data.dataset();
  EvaluationPass pass;
  pass.classes = static_cast<std::int32_t>(model.options().classes);
  pass.labels = dataset.labels();
  pass.rows = dataset.size();
  pass.predicted.resize(dataset.size());
  pass.probabilities.resize(dataset.size() * static_cast<std::size_t>(pass.classes));
  double loss_sum = 0.0;
  const std::vector<std::uint32_t> order = rows_by_length(dataset);
  for (const std::span<const std::uint32_t> rows : pieces(order, rows_per_pass)) {
    const at::Tensor logits = model.logits(data.input(rows), Mode::evaluation);
    const at::Tensor scores = at::log_softmax(logits, 1).to(at::kCPU).contiguous();  // (B, K)
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const float* row = scores.data_ptr<float>() + static_cast<std::int64_t>(i) * pass.classes;
      pass.predicted[rows[i]] =
          static_cast<std::int32_t>(std::max_element(row, row + pass.classes) - row);
      loss_sum -= row[dataset.label(rows[i])];
      std::transform(
          row, row + pass.classes,
          pass.probabilities.begin() + static_cast<std::ptrdiff_t>(rows[i]) * pass.classes,
          [](float score) { return std::exp(score); });
    }
  }
  pass.mean_loss = loss_sum / static_cast<double>(dataset.size());
  return pass;
}

EvaluationPass evaluate(const TextClassifier& model, const FrozenPart& data,
                        const LabelSets& sets) {
  const at::NoGradGuard no_gradients;
  const auto classes = static_cast<std::size_t>(model.options().classes);
  EvaluationPass pass;
  pass.classes = static_cast<std::int32_t>(classes);
  pass.rows = sets.size();
  pass.probabilities.resize(pass.rows * classes);
  pass.members.resize(pass.rows * classes, 0);
  pass.predicted_members.resize(pass.rows * classes, 0);
  double loss_sum = 0.0;
  const std::vector<std::uint32_t> order = rows_by_length(data.dataset());
  for (const std::span<const std::uint32_t> rows : pieces(order, rows_per_pass)) {
    const at::Tensor logits = model.logits(data.input(rows), Mode::evaluation);
    const at::Tensor targets = memberships(sets, rows, classes).to(logits.device());
    loss_sum += at::binary_cross_entropy_with_logits(logits, targets, {}, {}, at::Reduction::Sum)
                    .item<double>();
    const at::Tensor shares = at::sigmoid(logits).to(at::kCPU).contiguous();  // (B, K)
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const float* const row = shares.data_ptr<float>() + i * classes;
      const std::size_t begin = rows[i] * classes;
      for (std::size_t k = 0; k < classes; ++k) {
        pass.probabilities[begin + k] = row[k];
        pass.predicted_members[begin + k] = row[k] > 0.5f ? 1 : 0;
      }
      for (const std::int32_t k : sets.of(rows[i])) {
        pass.members[begin + static_cast<std::size_t>(k)] = 1;
      }
    }
  }
  pass.mean_loss = loss_sum / static_cast<double>(pass.members.size());
  return pass;
}

at::Tensor memberships(const LabelSets& sets, std::span<const std::uint32_t> rows,
                       std::size_t classes) {
  at::Tensor table = at::zeros(
      {static_cast<std::int64_t>(rows.size()), static_cast<std::int64_t>(classes)}, at::kFloat);
  float* const places = table.data_ptr<float>();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (const std::int32_t k : sets.of(rows[i])) {
      places[i * classes + static_cast<std::size_t>(k)] = 1.0f;
    }
  }
  return table;
}

}  // namespace winnow::train
