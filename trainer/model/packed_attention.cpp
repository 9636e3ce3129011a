#include "trainer/model/packed_attention.hpp"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <cmath>

#include "trainer/model/blas.hpp"
#include "trainer/model/dropout.hpp"
#include "trainer/model/row_kernels.hpp"
#include "trainer/random_streams.hpp"

namespace winnow::train {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// Queries at a time: 128 rows of 1,024 scores are half a megabyte, which second-level caches hold.
constexpr std::int64_t block_size = 128;

/// What all threads read.
struct Inputs {
  const float* joined = nullptr;
  std::int64_t width = 0;  // of a token in `joined`
  const float* cosines = nullptr;
  const float* sines = nullptr;
  AttentionShape shape;
  double dropout = 0.0;
  std::uint64_t key = 0;

  std::int64_t group() const { return shape.heads / shape.key_value_heads; }
  std::int64_t query_place(std::int64_t head) const { return head * shape.head_size; }
  std::int64_t key_place(std::int64_t head) const { return (shape.heads + head) * shape.head_size; }
  std::int64_t value_place(std::int64_t head) const {
    return (shape.heads + shape.key_value_heads + head) * shape.head_size;
  }
  float scale() const {
    return static_cast<float>(1.0 / std::sqrt(static_cast<double>(shape.head_size)));
  }
  DropMask mask(std::int64_t row, std::int64_t head) const {
    if (dropout <= 0.0) return {};
    const auto place = static_cast<std::uint64_t>(row * shape.heads + head);
    return {mixed_seed(key, RandomPurpose::dropout, place), dropout};
  }
};

/// Tokens of one row of the batch.
struct Row {
  std::int64_t number = 0, begin = 0, length = 0;
};

/// One thread's work: a row's heads that share keys and values.
class HeadGroup {
 public:
  HeadGroup(const Inputs& in, const Row& row, std::int64_t key_value_head)
      : in_(in), row_(row), head_(key_value_head), d_(in.shape.head_size) {
    keys_.resize(size(row.length * d_));
    queries_.resize(size(std::min(block_size, row.length) * d_));
    scores_.resize(size(std::min(block_size, row.length) * row.length));
    turn(in_.key_place(head_), 0, row.length, keys_.data());
  }

  void forward(float* out, float* log_sums) {
    for (std::int64_t head = head_ * in_.group(); head < (head_ + 1) * in_.group(); ++head) {
      const DropMask mask = in_.mask(row_.number, head);
      for (std::int64_t first = 0; first < row_.length; first += block_size) {
        const std::int64_t count = score(head, first);
        for (std::int64_t i = 0; i < count; ++i) {
          float* const scores = scores_.data() + i * seen_;
          const std::int64_t visible = visible_to(first + i);
          log_sums[(row_.begin + first + i) * in_.shape.heads + head] =
              softmax_row(scores, visible, mask, index_of(first + i));
          std::fill(scores + visible, scores + seen_, 0.0f);
        }
        multiply_by_rows({count, d_, seen_}, 1.0f, {scores_.data(), seen_},
                         {token(in_.value_place(head_), 0), in_.width}, 0.0f,
                         of_head(out, head, first), in_.shape.heads * d_);
      }
    }
  }

  /// Adds to the gradients of this group's queries, keys and values in `joined_slopes`.
  void backward(const float* out, const float* slopes, const float* log_sums,
                float* joined_slopes) {
    key_slopes_.assign(keys_.size(), 0.0f);
    query_slopes_.resize(queries_.size());
    score_slopes_.resize(scores_.size());
    for (std::int64_t head = head_ * in_.group(); head < (head_ + 1) * in_.group(); ++head) {
      for (std::int64_t first = 0; first < row_.length; first += block_size) {
        backward_block(head, first, out, slopes, log_sums, joined_slopes);
      }
    }
    turn_back(key_slopes_.data(), 0, row_.length,
              joined_slopes + row_.begin * in_.width + in_.key_place(head_));
  }

 private:
  static std::size_t size(std::int64_t count) { return static_cast<std::size_t>(count); }

  const float* token(std::int64_t place, std::int64_t position) const {
    return in_.joined + (row_.begin + position) * in_.width + place;
  }
  template <typename T>
  T* of_head(T* per_head, std::int64_t head, std::int64_t position) const {
    return per_head + (row_.begin + position) * in_.shape.heads * d_ + head * d_;
  }
  std::int64_t visible_to(std::int64_t position) const {
    return in_.shape.causal ? position + 1 : row_.length;
  }
  // A row's scores have one key of their own; 2^32 of them are 65,536 tokens.
  std::uint32_t index_of(std::int64_t position) const {
    return static_cast<std::uint32_t>(position * row_.length);
  }

  /// Copies (count, D) numbers of some tokens, turned if there are angles.
  void turn(std::int64_t place, std::int64_t first, std::int64_t count, float* to) const {
    for (std::int64_t i = 0; i < count; ++i) {
      const float* const from = token(place, first + i);
      if (in_.cosines == nullptr) {
        std::copy(from, from + d_, to + i * d_);
      } else {
        const std::int64_t angles = (first + i) * d_ / 2;
        rotate_row(from, to + i * d_, d_, in_.cosines + angles, in_.sines + angles, 1.0f);
      }
    }
  }

  void turn_back(const float* from, std::int64_t first, std::int64_t count, float* to) const {
    for (std::int64_t i = 0; i < count; ++i) {
      if (in_.cosines == nullptr) {
        std::copy(from + i * d_, from + (i + 1) * d_, to + i * in_.width);
      } else {
        const std::int64_t angles = (first + i) * d_ / 2;
        rotate_row(from + i * d_, to + i * in_.width, d_, in_.cosines + angles, in_.sines + angles,
                   -1.0f);
      }
    }
  }

  /// Scores of a block of queries: (count, seen_). Returns the count.
  std::int64_t score(std::int64_t head, std::int64_t first) {
    const std::int64_t count = std::min(block_size, row_.length - first);
    seen_ = visible_to(first + count - 1);
    turn(in_.query_place(head), first, count, queries_.data());
    multiply_by_rows({count, seen_, d_}, in_.scale(), {queries_.data(), d_},
                     {keys_.data(), d_, Layout::transposed}, 0.0f, scores_.data(), seen_);
    return count;
  }

  void backward_block(std::int64_t head, std::int64_t first, const float* out, const float* slopes,
                      const float* log_sums, float* joined_slopes) {
    const DropMask mask = in_.mask(row_.number, head);
    const std::int64_t count = score(head, first), out_width = in_.shape.heads * d_;
    const float* const block_slopes = of_head(slopes, head, first);
    const float* const values = token(in_.value_place(head_), 0);
    multiply_by_rows({count, seen_, d_}, 1.0f, {block_slopes, out_width},
                     {values, in_.width, Layout::transposed}, 0.0f, score_slopes_.data(), seen_);
    for (std::int64_t i = 0; i < count; ++i) {
      float* const p = scores_.data() + i * seen_;
      float* const ds = score_slopes_.data() + i * seen_;
      const std::int64_t visible = visible_to(first + i);
      const float delta = dot(of_head(out, head, first + i), of_head(slopes, head, first + i), d_);
      softmax_gradient_row(p, ds, visible,
                           log_sums[(row_.begin + first + i) * in_.shape.heads + head], delta, mask,
                           index_of(first + i));
      std::fill(p + visible, p + seen_, 0.0f);
      std::fill(ds + visible, ds + seen_, 0.0f);
    }
    float* const row_slopes = joined_slopes + row_.begin * in_.width;
    multiply_by_rows({seen_, d_, count}, 1.0f, {scores_.data(), seen_, Layout::transposed},
                     {block_slopes, out_width}, 1.0f, row_slopes + in_.value_place(head_),
                     in_.width);
    multiply_by_rows({seen_, d_, count}, in_.scale(),
                     {score_slopes_.data(), seen_, Layout::transposed}, {queries_.data(), d_}, 1.0f,
                     key_slopes_.data(), d_);
    multiply_by_rows({count, d_, seen_}, in_.scale(), {score_slopes_.data(), seen_},
                     {keys_.data(), d_}, 0.0f, query_slopes_.data(), d_);
    turn_back(query_slopes_.data(), first, count,
              row_slopes + first * in_.width + in_.query_place(head));
  }

  const Inputs& in_;
  Row row_;
  std::int64_t head_ = 0;  // of keys and values
  std::int64_t d_ = 0;
  std::int64_t seen_ = 0;  // keys that the last query of the block sees
  std::vector<float> keys_, queries_, scores_;
  std::vector<float> key_slopes_, query_slopes_, score_slopes_;
};

template <typename Work>
void for_each_group(const Inputs& in, const std::vector<std::int64_t>& begins, const Work& work) {
  const std::int64_t groups = in.shape.key_value_heads;
  const auto rows = static_cast<std::int64_t>(begins.size()) - 1;
  at::parallel_for(0, rows * groups, 1, [&](std::int64_t from, std::int64_t to) {
    for (std::int64_t i = from; i < to; ++i) {
      const std::int64_t number = i / groups, begin = begins[static_cast<std::size_t>(number)];
      const Row row{number, begin, begins[static_cast<std::size_t>(number) + 1] - begin};
      HeadGroup group(in, row, i % groups);
      work(group);
    }
  });
}

/// Both undefined, or neither; not inputs of the graph, which knows no undefined ones.
struct Angles {
  at::Tensor cosines, sines;
};

struct AttentionFunction : torch::autograd::Function<AttentionFunction> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& joined,
                            const Angles& angles, const std::vector<std::int64_t>& begins,
                            const AttentionShape& shape, double dropout, std::int64_t key) {
    const at::Tensor whole = joined.contiguous();
    const Inputs in = inputs(whole, angles, shape, dropout, key);
    at::Tensor out = at::empty({whole.size(0), shape.heads * shape.head_size}, whole.options());
    at::Tensor log_sums = at::empty({whole.size(0), shape.heads}, whole.options());
    float* const outputs = out.data_ptr<float>();
    float* const sums = log_sums.data_ptr<float>();
    for_each_group(in, begins, [&](HeadGroup& group) { group.forward(outputs, sums); });
    context->save_for_backward({whole, angles.cosines, angles.sines, out, log_sums});
    context->saved_data["begins"] = begins;
    context->saved_data["shape"] = std::vector<std::int64_t>{shape.heads, shape.key_value_heads,
                                                             shape.head_size, shape.causal ? 1 : 0};
    context->saved_data["dropout"] = dropout;
    context->saved_data["key"] = key;
    return out;
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const variable_list saved = context->get_saved_variables();
    const auto begins = context->saved_data["begins"].toIntVector();
    const auto numbers = context->saved_data["shape"].toIntVector();
    const AttentionShape shape{numbers[0], numbers[1], numbers[2], numbers[3] != 0};
    const Inputs in =
        inputs(saved[0], {saved[1], saved[2]}, shape, context->saved_data["dropout"].toDouble(),
               context->saved_data["key"].toInt());
    const at::Tensor slopes = gradients[0].contiguous();
    at::Tensor joined_slopes = at::zeros_like(saved[0]);
    const float* const out = saved[3].data_ptr<float>();
    const float* const sums = saved[4].data_ptr<float>();
    const float* const from = slopes.data_ptr<float>();
    float* const to = joined_slopes.data_ptr<float>();
    for_each_group(in, begins, [&](HeadGroup& group) { group.backward(out, from, sums, to); });
    return {joined_slopes, {}, {}, {}, {}, {}};
  }

 private:
  static Inputs inputs(const at::Tensor& joined, const Angles& angles, const AttentionShape& shape,
                       double dropout, std::int64_t key) {
    return {joined.data_ptr<float>(),
            joined.size(1),
            angles.cosines.defined() ? angles.cosines.data_ptr<float>() : nullptr,
            angles.sines.defined() ? angles.sines.data_ptr<float>() : nullptr,
            shape,
            dropout,
            static_cast<std::uint64_t>(key)};
  }
};

}  // namespace

bool has_packed_attention(const at::Tensor& joined) {
  return joined.device().is_cpu() && joined.scalar_type() == at::kFloat && has_blas();
}

std::vector<std::int64_t> row_begins(const PackedBatch& batch) {
  const auto* const first = batch.first_tokens.data_ptr<std::int64_t>();
  std::vector<std::int64_t> begins(first, first + batch.rows);
  begins.push_back(batch.tokens.size(0));
  return begins;
}

at::Tensor packed_attention(const at::Tensor& joined, const std::vector<std::int64_t>& begins,
                            const AttentionShape& shape, double dropout, const at::Tensor& cosines,
                            const at::Tensor& sines) {
  const std::uint64_t key = dropout > 0.0 ? draw_mask_key() : 0;
  return AttentionFunction::apply(joined, Angles{cosines, sines}, begins, shape, dropout,
                                  static_cast<std::int64_t>(key));
}

}  // namespace winnow::train
