#include "tensor/int8_matrix.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "base/rounding.h"

namespace myna::tensor {
namespace {

constexpr int64_t kTogether = 4;  // columns whose values lie side by side

// To nearest, ties to even, for |v| below 2^22: adding 1.5 * 2^23 leaves no bits for a fraction.
int8_t rounded(float v) {
  constexpr float kShift = 12582912.0f;
  return int8_t(std::bit_cast<int32_t>(v + kShift) - std::bit_cast<int32_t>(kShift));
}

/// Of the values' magnitudes, found among their bits, which unlike floats can be compared in any
/// order.
float largest(const float* values, int64_t count) {
  int32_t top = 0;
  for (int64_t i = 0; i < count; ++i)
    top = std::max(top, std::bit_cast<int32_t>(values[i]) & 0x7fffffff);
  return std::bit_cast<float>(top);
}

int64_t panels_of(int64_t rows) { return (rows + kPanelRows - 1) / kPanelRows; }

/// Integers of one panel.
int64_t panel_size(int64_t columns) { return round_up(columns, kPanelColumns) * kPanelRows; }

}  // namespace

Shape int8_matrix_shape(int64_t rows, int64_t columns) {
  return {panels_of(rows) * (panel_size(columns) + kPanelRows * int64_t(sizeof(float)))};
}

bool is_int8_matrix(const HostTensor& packed, int64_t rows, int64_t columns) {
  return packed.dtype() == DType::kI8 && packed.shape() == int8_matrix_shape(rows, columns);
}

void pack_int8_panel(std::span<const float> rows, int64_t columns, int8_t* panel, float* factors) {
  const int64_t count = std::ssize(rows) / columns;
  float inverse[kPanelRows] = {};
  for (int64_t r = 0; r < kPanelRows; ++r) {
    const float top = r < count ? largest(rows.data() + r * columns, columns) : 0.0f;
    factors[r] = top / 127.0f;
    inverse[r] = top > 0 ? 127.0f / top : 0.0f;
  }
  int8_t block[kPanelRows][kPanelColumns] = {};
  for (int64_t first = 0; first < columns; first += kPanelColumns) {
    const int64_t some = std::min(kPanelColumns, columns - first);
    if (some < kPanelColumns) std::memset(block, 0, sizeof(block));
    for (int64_t r = 0; r < count; ++r) {
      const float* row = rows.data() + r * columns + first;
      for (int64_t c = 0; c < some; ++c) block[r][c] = rounded(row[c] * inverse[r]);
    }
    for (int64_t c = 0; c < kPanelColumns; c += kTogether)
      for (int64_t r = 0; r < kPanelRows; ++r, panel += kTogether)
        std::memcpy(panel, &block[r][c], kTogether);
  }
}

HostTensor pack_int8(const HostTensor& matrix) {
  const int64_t rows = matrix.dim(0), columns = matrix.dim(1), panels = panels_of(rows);
  const Shape shape = int8_matrix_shape(rows, columns);
  const auto bytes = std::make_shared<std::vector<int8_t>>(size_t(shape[0]));
  std::vector<float> factors(size_t(panels * kPanelRows));
  for (int64_t n = 0; n < panels; ++n) {
    const int64_t first = n * kPanelRows, some = std::min(kPanelRows, rows - first);
    std::vector<float> values(size_t(some * columns));
    matrix.read_floats(first * columns, values);
    pack_int8_panel(values, columns, bytes->data() + n * panel_size(columns),
                    factors.data() + first);
  }
  std::memcpy(bytes->data() + panels * panel_size(columns), factors.data(),
              factors.size() * sizeof(float));
  return {DType::kI8, shape, std::as_bytes(std::span(*bytes)), bytes};
}

const int8_t* int8_panels(const HostTensor& packed) {
  return reinterpret_cast<const int8_t*>(packed.bytes().data());
}

std::vector<float> int8_factors(const HostTensor& packed, int64_t rows) {
  std::vector<float> factors(size_t(panels_of(rows) * kPanelRows));
  const size_t size = factors.size() * sizeof(float);
  std::memcpy(factors.data(), packed.bytes().data() + packed.bytes().size() - size, size);
  return factors;
}

}  // namespace myna::tensor
