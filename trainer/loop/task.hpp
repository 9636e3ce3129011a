// What a run trains: a model and its data, as far as the loop needs to know them.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "trainer/config.hpp"
#include "trainer/model/adaptation.hpp"
#include "trainer/model/model_folder.hpp"

namespace winnow::train {

enum class Split { validation, test };

struct TaskFacts {
  ModelFolder model;                // the pretrained one
  std::vector<std::string> labels;  // by class number; empty unless rows are classified
  std::size_t training_rows = 0;    // as batches count them
  std::int64_t layers = 0;          // of the model
  at::Device device = at::kCPU;
  std::vector<std::uint64_t> row_begins = {};  // of the training rows, as TokenDataset::offsets()

  /// 0 where the task does not count tokens.
  std::int64_t tokens_of(std::uint32_t row) const {
    if (row_begins.empty()) return 0;
    return static_cast<std::int64_t>(row_begins[row + 1] - row_begins[row]);
  }
};

class Task {
 public:
  virtual ~Task() = default;

  virtual const TaskFacts& facts() const = 0;
  virtual const TrainedTensors& trained() const = 0;

  /// Computes once what does not change in training, which may take minutes; needed before anything
  /// below. False if `stop_requested` said so before the end.
  virtual bool prepare(const std::function<bool()>& stop_requested) = 0;

  /// The sum of the losses of these training rows, a number with a graph.
  virtual at::Tensor loss_sum(std::span<const std::uint32_t> rows) const = 0;
  /// What the sum over a batch is divided by: the weight of its rows, or its count of tokens.
  virtual double loss_weight(std::span<const std::uint32_t> rows) const = 0;

  /// {"eval_loss": …} or {"test_loss": …}; needs rows of that split.
  virtual std::map<std::string, double> evaluate(Split split) const = 0;
};

inline std::string prefix_of(Split split) { return split == Split::test ? "test_" : "eval_"; }

/// Reads model and data as the settings say. The config must outlive the task. Throws ConfigError.
std::unique_ptr<Task> make_task(const TrainConfig& config);

}  // namespace winnow::train
