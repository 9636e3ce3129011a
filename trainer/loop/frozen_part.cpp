#include "trainer/loop/frozen_part.hpp"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "trainer/errors.hpp"
#include "trainer/loop/machine.hpp"
#include "trainer/model/model_folder.hpp"

namespace winnow::train {
namespace {

/// Changes with everything that could change a bit of what is kept.
std::string activation_key(const TextClassifier& model, const TokenDataset& dataset) {
  const BertConfig& config = model.config();
  ContentHash hash;
  hash.add(fmt::format("{} {} {} {} {} {} {}", config.heads, config.layer_norm_epsilon,
                       config.first_position, *model.frozen_layers(), dataset.content_hash(),
                       rows_per_chunk,
                       c10::toString(model.frozen().begin()->second.scalar_type())));
  hash.add(model.device().str());
  hash.add(arithmetic_signature());
  for (const auto& [name, tensor] : model.frozen()) {
    const at::Tensor values = tensor.to(at::kCPU, at::kFloat).contiguous();
    hash.add(name);
    hash.add(values.data_ptr<float>(), static_cast<std::size_t>(values.numel()) * sizeof(float));
  }
  return hash.digits();
}

}  // namespace

std::unique_ptr<FrozenPart> FrozenPart::prepare(
    const TextClassifier& model, const TokenDataset& dataset,
    const std::optional<std::filesystem::path>& cache_dir,
    const std::function<bool()>& stop_requested) {
  std::unique_ptr<FrozenPart> part(new FrozenPart(model, dataset));
  // Frozen embeddings alone are looked up faster than they are read back.
  if (model.frozen_layers().value_or(0) == 0) return part;
  const auto width = static_cast<std::size_t>(model.config().hidden_size);
  part->file_ =
      std::make_unique<ActivationFile>(cache_dir, activation_key(model, dataset), dataset, width);
  const auto compute = [&](std::span<const std::uint32_t> rows, std::span<float> out) {
    const at::Tensor hidden = model.frozen_hidden(pack(dataset, rows, model.device()))
                                  .to(at::kCPU, at::kFloat)
                                  .contiguous();
    expect(static_cast<std::size_t>(hidden.numel()) == out.size(), "a number for each place");
    std::copy_n(hidden.data_ptr<float>(), out.size(), out.begin());
  };
  if (!part->file_->fill(compute, stop_requested)) return nullptr;
  if (*model.frozen_layers() == model.config().layers) part->pool_all();
  return part;
}

ClassifierInput FrozenPart::input(std::span<const std::uint32_t> rows) const {
  if (pooled_.defined()) {
    const std::vector<std::int64_t> indices(rows.begin(), rows.end());
    return {{}, {}, pooled_.index_select(0, at::tensor(indices).to(model_.device()))};
  }
  if (file_) return input_from_file(rows);
  return {pack(dataset_, rows, model_.device()), {}, {}};
}

ClassifierInput FrozenPart::input_from_file(std::span<const std::uint32_t> rows) const {
  ClassifierInput input{pack(dataset_, rows, model_.device()), {}, {}};
  at::Tensor hidden =
      at::empty({input.batch.tokens.size(0), model_.config().hidden_size}, at::kFloat);
  float* next = hidden.data_ptr<float>();
  for (const std::uint32_t row : rows) {
    const std::span<const float> numbers = file_->row(row);
    next = std::copy(numbers.begin(), numbers.end(), next);
  }
  input.hidden = hidden.to(model_.device());
  return input;
}

/// With nothing but the head to train, a row is one vector: small enough to keep all of them.
void FrozenPart::pool_all() {
  const at::NoGradGuard no_gradients;
  const std::vector<std::uint32_t> order = rows_by_length(dataset_);
  at::Tensor all = at::empty({static_cast<std::int64_t>(order.size()), model_.config().hidden_size},
                             at::TensorOptions(at::kFloat).device(model_.device()));
  for (const std::span<const std::uint32_t> rows : pieces(order, rows_per_chunk)) {
    const ClassifierInput input = input_from_file(rows);
    const std::vector<std::int64_t> indices(rows.begin(), rows.end());
    all.index_copy_(0, at::tensor(indices).to(model_.device()),
                    model_.pool(input.batch, input.hidden));
  }
  pooled_ = all;
  file_.reset();
}

std::vector<std::span<const std::uint32_t>> pieces(std::span<const std::uint32_t> rows,
                                                   std::size_t size_of_piece) {
  std::vector<std::span<const std::uint32_t>> result;
  for (std::size_t begin = 0; begin < rows.size(); begin += size_of_piece) {
    result.push_back(rows.subspan(begin, std::min(size_of_piece, rows.size() - begin)));
  }
  return result;
}

}  // namespace winnow::train
