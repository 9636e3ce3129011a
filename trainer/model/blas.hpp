// Products of small matrices by the BLAS that libtorch brought into the process. libtorch's own
// operations cost some microseconds each beside the product, which is much for the heads of an
// attention.
#pragma once

#include <cstdint>

namespace winnow::train {

/// Whether the process has a BLAS whose functions can be called; not so with a libtorch that keeps
/// one to itself.
bool has_blas();

enum class Layout { plain, transposed };

/// A matrix stored by rows of `width` numbers; `transposed`: its transpose is what takes part.
struct MatrixView {
  const float* numbers = nullptr;
  std::int64_t width = 0;
  Layout layout = Layout::plain;
};

struct ProductShape {
  std::int64_t rows = 0, columns = 0, inner = 0;
};

/// c ← alpha·a·b + beta·c, (rows, columns), stored by rows of `c_width` numbers. Needs has_blas().
void multiply_by_rows(const ProductShape& shape, float alpha, const MatrixView& a,
                      const MatrixView& b, float beta, float* c, std::int64_t c_width);

}  // namespace winnow::train
