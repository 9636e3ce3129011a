// The table from which the direction numbers of the Sobol sequence grow: data only.
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace winnow::search {

/// One dimension, from the second on (the first is the van der Corput sequence).
struct SobolDirections {
  unsigned degree;                        // s, of the primitive polynomial over GF(2)
  std::uint32_t coefficients;             // a: bits a_1 … a_(s−1), highest first
  std::array<std::uint32_t, 10> initial;  // m_1 … m_s, odd, m_k < 2^k
};

/// Dimensions 2, 3, … of new-joe-kuo-6.21201: Joe, Kuo (2008), "Constructing Sobol sequences with
/// better two-dimensional projections", SIAM J. Sci. Comput. 30, 2635–2654.
std::span<const SobolDirections> sobol_directions();

}  // namespace winnow::search
