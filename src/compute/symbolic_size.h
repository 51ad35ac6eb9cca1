// Sizes that are not known while a graph is recorded (compute/onnx): the length of a text, the
// number of tokens. Networks calculate with sizes as plain numbers, so a symbolic size is a number
// too: coefficients and a constant, packed side by side into the 64 bits. Sums, differences and
// multiples of packed sizes are then those of the forms, without any code in the networks:
//   text + tokens, 2 * codes - 1, 320 * frames, ...
// What cannot be done with a size that may be symbolic is to loop or allocate by it; where a
// network compares one with a limit, it asks is_symbolic first.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace myna::compute {

/// sum(coefficients[i] * symbol i) + constant
struct LinearSize {
  static constexpr size_t kMostSymbols = 2;
  int64_t constant = 0;
  std::array<int64_t, kMostSymbols> coefficients{};
};

// Bits: 32 of the constant, 15 of the first coefficient, 17 of the second; each signed.
inline constexpr int64_t kSymbolBits = 32, kSecondSymbolBits = 47;
inline constexpr std::array<int64_t, LinearSize::kMostSymbols> kSymbols = {
    int64_t{1} << kSymbolBits, int64_t{1} << kSecondSymbolBits};

/// Whether a size is not a plain number.
constexpr bool is_symbolic(int64_t size) { return size != int64_t(int32_t(size)); }

constexpr LinearSize unpack_size(int64_t size) {
  LinearSize out;
  out.constant = int32_t(size);
  size -= out.constant;
  const int64_t span = kSymbols[1] / kSymbols[0];  // of the first coefficient
  int64_t first = size / kSymbols[0] % span;
  if (first >= span / 2) first -= span;
  if (first < -span / 2) first += span;
  out.coefficients = {first, (size - first * kSymbols[0]) / kSymbols[1]};
  return out;
}

}  // namespace myna::compute
