// Matrices of 8-bit integers with a factor per row, for weights that are read far more often than
// they are made. They lie as the processor's kernels read them, so a mapped file is used in place.
// One I8 tensor of one axis holds
//   panels of 16 rows; in a panel the columns by fours, of each four the 16 rows side by side: the
//   value (row, column) of a panel is at [column / 4][row][column % 4], and zeros pad it to 16 rows
//   and a multiple of 64 columns
//   the F32 factors of all rows, padding included; value = integer * factor
#pragma once

#include <cstdint>

#include "tensor/host_tensor.h"

namespace myna::tensor {

/// Behind the name of a tensor that a model file keeps so. Linear layers look for it.
inline constexpr const char* kInt8Suffix = ".int8x4";

inline constexpr int64_t kPanelRows = 16;
inline constexpr int64_t kPanelColumns = 64;  ///< columns are padded to a multiple of this

/// Shape of the packed tensor of a matrix [rows, columns].
Shape int8_matrix_shape(int64_t rows, int64_t columns);
/// Whether `packed` can be a packed matrix [rows, columns].
bool is_int8_matrix(const HostTensor& packed, int64_t rows, int64_t columns);

/// Packs one panel: `rows` are up to 16 rows of `columns` values, `panel` gets their integers (and
/// zeros to fill it), `factors` 16 values. Each row is scaled so that its largest value becomes
/// 127.
void pack_int8_panel(std::span<const float> rows, int64_t columns, int8_t* panel, float* factors);

/// A floating matrix [rows, columns] in 8 bits.
HostTensor pack_int8(const HostTensor& matrix);

/// The parts of a packed matrix.
const int8_t* int8_panels(const HostTensor& packed);
std::vector<float> int8_factors(const HostTensor& packed, int64_t rows);

}  // namespace myna::tensor
