// The task causal_lm: texts, or prompts with completions, a CausalModel, cross-entropy per token.
#pragma once

#include <memory>
#include <optional>

#include "trainer/data/causal_rows.hpp"
#include "trainer/loop/task.hpp"
#include "trainer/model/causal_model.hpp"
#include "trainer/text/tokenizer.hpp"

namespace winnow::train {

class LanguageModelling final : public Task {
 public:
  /// Reads model and rows. The config must outlive this. Throws ConfigError.
  explicit LanguageModelling(const TrainConfig& config);

  const TaskFacts& facts() const override { return facts_; }
  const TrainedTensors& trained() const override { return model_->trained(); }
  bool prepare(const std::function<bool()>& stop_requested) override;
  at::Tensor loss_sum(std::span<const std::uint32_t> packs) const override;
  double loss_weight(std::span<const std::uint32_t> packs) const override;
  std::map<std::string, double> evaluate(Split split) const override;

 private:
  const TrainConfig& config_;
  std::optional<Tokenizer> tokenizer_;
  std::unique_ptr<CausalModel> model_;
  /// Of what is counted as a row of a batch, the rows.
  std::vector<std::uint32_t> rows_in(std::span<const std::uint32_t> packs) const;
  /// Puts the training rows into packs, if they are wanted, and says so to the loop.
  void count_rows();

  CausalDataset train_;
  std::vector<std::uint32_t> pack_begins_;  // among the training rows; empty: each is its own pack
  CausalDataset validation_;
  std::optional<CausalDataset> test_;
  TaskFacts facts_;
};

/// The model that the settings describe.
std::unique_ptr<CausalModel> make_causal_model(const TrainConfig& config, const ModelFolder& model);

}  // namespace winnow::train
