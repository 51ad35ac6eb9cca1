// Whole steps: sizes that are padded to tiles, panels, cache lines and pages. Nothing below zero.
#pragma once

#include <type_traits>

namespace myna {

/// How many steps of `step` hold `n`.
template <typename T>
constexpr T quotient_up(T n, std::type_identity_t<T> step) {
  return (n + step - 1) / step;
}

/// The smallest multiple of `step` that is not below `n`.
template <typename T>
constexpr T round_up(T n, std::type_identity_t<T> step) {
  return quotient_up(n, step) * step;
}

}  // namespace myna
