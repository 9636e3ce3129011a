#include "trainer/model/blas.hpp"

#include <dlfcn.h>

namespace winnow::train {
namespace {

using Sgemm = void (*)(const char*, const char*, const int*, const int*, const int*, const float*,
                       const float*, const int*, const float*, const int*, const float*, float*,
                       const int*);

Sgemm sgemm() {
  static const Sgemm found = reinterpret_cast<Sgemm>(::dlsym(RTLD_DEFAULT, "sgemm_"));
  return found;
}

char letter(Layout layout) { return layout == Layout::transposed ? 'T' : 'N'; }

}  // namespace

bool has_blas() { return sgemm() != nullptr; }

void multiply_by_rows(const ProductShape& shape, float alpha, const MatrixView& a,
                      const MatrixView& b, float beta, float* c, std::int64_t c_width) {
  // BLAS stores by columns, where these matrices are their transposes: c' = b'·a'.
  const char a_letter = letter(a.layout), b_letter = letter(b.layout);
  const int m = static_cast<int>(shape.columns), n = static_cast<int>(shape.rows);
  const int k = static_cast<int>(shape.inner);
  const int a_width = static_cast<int>(a.width), b_width = static_cast<int>(b.width);
  const int width = static_cast<int>(c_width);
  sgemm()(&b_letter, &a_letter, &m, &n, &k, &alpha, b.numbers, &b_width, a.numbers, &a_width, &beta,
          c, &width);
}

}  // namespace winnow::train
