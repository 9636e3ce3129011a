// All trained numbers in one block of memory, (T, P): T trials, P numbers each. The trained tensors
// and their gradients are views into it, so that an update, a norm or a copy is a handful of
// kernels whatever the number of tensors. Columns that are updated alike lie together. T is 1
// unless trials are stacked; then each parameter's tensor has a leading dimension of T.
//
// A model may compute with shorter numbers (Micikevicius et al. 2018, "Mixed Precision Training",
// section 3.1): then its tensors and gradients are views into rounded blocks of the same shape, and
// values and gradients here stay as long as the parameters came.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "trainer/model/tensors.hpp"

namespace winnow::train {

/// How the columns of some tensors are updated.
struct UpdateGroup {
  bool decays = true;           // takes part in weight decay and in penalties
  double rate_factor = 1.0;     // times the learning rate
  std::int64_t first_step = 0;  // not updated before this step
  bool operator==(const UpdateGroup&) const = default;
};

/// A trained tensor.
struct Parameter {
  std::string name;
  at::Tensor tensor;
  UpdateGroup group;
  std::int64_t layer = 0;  // as in WeightSlot
};

class Arena {
 public:
  /// Columns [begin, end) are updated alike.
  struct Range {
    std::int64_t begin = 0;
    std::int64_t end = 0;
    UpdateGroup group;
  };

  /// Moves the values of all parameters into the block and makes the tensors views of it, with
  /// gradients of zero that are views as well; backward passes then add into the block. Needs
  /// floating-point tensors of one type on one device whose sizes are multiples of `trials`. The
  /// model computes with numbers of type `computed`, if given.
  explicit Arena(std::vector<Parameter> parameters, std::int64_t trials = 1,
                 std::optional<at::ScalarType> computed = {});

  std::int64_t trials() const { return values_.size(0); }
  std::int64_t columns() const { return values_.size(1); }
  const at::Tensor& values() const { return values_; }        // (T, P)
  const at::Tensor& gradients() const { return gradients_; }  // (T, P)
  const std::vector<Range>& ranges() const { return ranges_; }

  /// A further block of this shape, filled with zeros.
  at::Tensor zeros() const;
  /// Views of a block of this shape, one for each parameter, named `prefix` + its name.
  NamedTensors views(const at::Tensor& block, const std::string& prefix) const;

  void clear_gradients();
  /// After each backward pass: adds what it left in the model's own type.
  void take_gradients();
  /// After each change of values(): the model's tensors follow.
  void publish();

  /// Root mean square of the gradient over the parameters of each layer, of the first trial. Layers
  /// are those of Parameter; what is not updated at `step` is left out.
  std::map<std::int64_t, double> gradient_sizes(std::int64_t step) const;

 private:
  struct Place {
    std::string name;
    std::int64_t begin = 0;           // first column
    std::vector<std::int64_t> sizes;  // of the tensor
    std::int64_t first_step = 0;
    std::int64_t layer = 0;
  };
  at::Tensor view(const at::Tensor& block, const Place& place) const;

  std::vector<Place> places_;
  std::vector<Range> ranges_;
  at::Tensor values_;
  at::Tensor gradients_;
  at::Tensor rounded_;  // what the model computes with; undefined where that is values_ itself
  at::Tensor rounded_gradients_;
};

/// Adds the gradient of l1·Σ|θ| + l2/2·Σθ² over the columns that decay and are updated at `step`.
void add_penalties(const Arena& arena, double l1, double l2, std::int64_t step);

}  // namespace winnow::train
