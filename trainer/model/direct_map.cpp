#include "trainer/model/direct_map.hpp"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>

namespace winnow::train {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

bool asks(const at::Tensor& tensor) { return tensor.defined() && tensor.requires_grad(); }

bool asks(const Linear& part) {
  return asks(part.weight) || asks(part.bias) || asks(part.low_rank.a) || asks(part.low_rank.b);
}

/// The graph holds what is given to it only as a tensor or such a thing.
struct KeptMaps : torch::CustomClassHolder {
  std::vector<Linear> parts;
  std::vector<at::Tensor> weights;  // of each, its addition in it
};

/// grad ← grad + factor·a·b
void add_product(const at::Tensor& parameter, const at::Tensor& a, const at::Tensor& b,
                 double factor) {
  at::Tensor& gradient = parameter.mutable_grad();
  if (!gradient.defined()) gradient = at::zeros_like(parameter);
  gradient.addmm_(a, b, 1.0, factor);
}

void add_gradients(const Linear& part, const at::Tensor& input, const at::Tensor& slopes) {
  if (asks(part.weight)) add_product(part.weight, slopes.t(), input, 1.0);
  if (asks(part.bias)) {
    at::Tensor& gradient = part.bias.mutable_grad();
    if (!gradient.defined()) gradient = at::zeros_like(part.bias);
    gradient.add_(slopes.sum(0));
  }
  const LowRank& low_rank = part.low_rank;
  if (asks(low_rank.a)) {
    add_product(low_rank.a, at::mm(slopes, low_rank.b).t(), input, low_rank.scale);
  }
  if (asks(low_rank.b)) {
    add_product(low_rank.b, slopes.t(), at::mm(input, low_rank.a.t()), low_rank.scale);
  }
}

struct MapFunction : torch::autograd::Function<MapFunction> {
  /// `asking` only makes the result part of the graph: the weights are no inputs of it.
  static at::Tensor forward(AutogradContext* context, const at::Tensor& input,
                            const at::Tensor& /*asking*/,
                            const c10::intrusive_ptr<KeptMaps>& maps) {
    std::int64_t width = 0;
    for (const Linear& part : maps->parts) width += part.weight.size(0);
    const at::Tensor output = at::empty({input.size(0), width}, input.options());
    std::int64_t begin = 0;
    for (const Linear& part : maps->parts) {
      const LowRank& low_rank = part.low_rank;
      maps->weights.push_back(
          low_rank.a.defined() ? at::addmm(part.weight, low_rank.b, low_rank.a, 1.0, low_rank.scale)
                               : part.weight);
      at::Tensor columns = output.narrow(1, begin, part.weight.size(0));
      begin += part.weight.size(0);
      if (part.bias.defined()) columns.copy_(part.bias.expand_as(columns));
      columns.addmm_(input, maps->weights.back().t(), part.bias.defined() ? 1.0 : 0.0, 1.0);
    }
    context->save_for_backward({input});
    context->saved_data["maps"] = c10::IValue::make_capsule(maps);
    context->saved_data["input_asks"] = input.requires_grad();
    return output;
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto maps =
        c10::static_intrusive_pointer_cast<KeptMaps>(context->saved_data["maps"].toCapsule());
    const at::Tensor input = context->get_saved_variables()[0];
    at::Tensor input_slopes;
    std::int64_t begin = 0;
    for (std::size_t i = 0; i < maps->parts.size(); ++i) {
      const std::int64_t width = maps->weights[i].size(0);
      const at::Tensor slopes = gradients[0].narrow(1, begin, width);
      begin += width;
      add_gradients(maps->parts[i], input, slopes);
      if (!context->saved_data["input_asks"].toBool()) continue;
      if (input_slopes.defined()) {
        input_slopes.addmm_(slopes, maps->weights[i]);
      } else {
        input_slopes = at::mm(slopes, maps->weights[i]);
      }
    }
    return {input_slopes, at::Tensor(), at::Tensor()};
  }
};

struct LookUpFunction : torch::autograd::Function<LookUpFunction> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& table,
                            const at::Tensor& places) {
    context->save_for_backward({places.contiguous(), table});
    return at::embedding(table, places);
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const variable_list saved = context->get_saved_variables();
    at::Tensor& gradient = saved[1].mutable_grad();
    if (!gradient.defined()) gradient = at::zeros_like(saved[1]);
    const at::Tensor slopes = gradients[0].contiguous();
    const std::int64_t width = slopes.size(1), count = slopes.size(0);
    const auto* const places = saved[0].data_ptr<std::int64_t>();
    const float* from = slopes.data_ptr<float>();
    float* const to = gradient.data_ptr<float>();
    for (std::int64_t i = 0; i < count; ++i, from += width) {
      float* const row = to + places[i] * width;
      for (std::int64_t k = 0; k < width; ++k) row[k] += from[k];
    }
    return {at::Tensor(), at::Tensor()};
  }
};

at::Tensor something_asking(const at::Tensor& like) {
  return at::zeros({1}, like.options().requires_grad(false)).set_requires_grad(true);
}

}  // namespace

bool has_direct_map(const std::vector<Linear>& parts, const at::Tensor& input,
                    const Dropout& dropout) {
  const bool fits = at::GradMode::is_enabled() && input.device().is_cpu() &&
                    input.scalar_type() == at::kFloat && input.dim() == 2 && input.is_contiguous();
  if (!fits) return false;
  return std::all_of(parts.begin(), parts.end(),
                     [&](const Linear& part) {
                       const std::int64_t out = part.weight.size(0), in = part.weight.size(1);
                       // B·A costs in·out·r products, beside the input (in + out)·r for each of its
                       // rows.
                       const bool many_rows = input.size(0) * (in + out) >= in * out;
                       const bool usual_type = part.weight.scalar_type() == at::kFloat;
                       const bool plain =
                           !part.low_rank.a.defined() || (many_rows && dropout.low_rank == 0.0);
                       return usual_type && plain;
                     }) &&
         (input.requires_grad() ||
          std::any_of(parts.begin(), parts.end(), [](const Linear& part) { return asks(part); }));
}

at::Tensor direct_map(const std::vector<Linear>& parts, const at::Tensor& input) {
  auto maps = c10::make_intrusive<KeptMaps>();
  maps->parts = parts;
  return MapFunction::apply(input, something_asking(input), maps);
}

at::Tensor direct_look_up(const at::Tensor& table, const at::Tensor& places) {
  const bool direct = at::GradMode::is_enabled() && table.device().is_cpu() &&
                      table.scalar_type() == at::kFloat && asks(table) && table.is_contiguous();
  if (!direct) return at::embedding(table, places);
  return LookUpFunction::apply(table, places);
}

}  // namespace winnow::train
