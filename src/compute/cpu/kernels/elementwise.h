// Vector kernels on contiguous runs of floats. Thread-safe, any n >= 0. Input and output may be the
// same run. Exponential-based functions are accurate to a few units in the last place.
#pragma once

#include <cstdint>

#include "compute/backend.h"

namespace myna::compute::cpu {

enum class Binary { kAdd, kSub, kMul };
/// Which operand of a binary operation is one value for the whole run.
enum class Repeat { kNone, kLeft, kRight };

void activate_run(Activation activation, float slope, const float* x, float* y, int64_t n);
/// y = x * scale + shift
void affine_run(const float* x, float scale, float shift, float* y, int64_t n);
void clamp_run(const float* x, float low, float high, float* y, int64_t n);
void binary_run(Binary op, Repeat repeat, const float* a, const float* b, float* y, int64_t n);
/// y = gate(a, b): kTanhSigmoid tanh(a) * sigmoid(b); kGlu a * sigmoid(b).
void gate_run(Gate gate, const float* a, const float* b, float* y, int64_t n);
/// Rows of `width`: y = activation(x + bias) + residual. bias [width] and residual may be null.
/// Rows lie `x_stride` apart in x and `y_stride` apart in residual and y.
void epilogue_rows(const float* x, int64_t x_stride, const float* bias, Activation activation,
                   float slope, const float* residual, float* y, int64_t y_stride, int64_t rows,
                   int64_t width);

}  // namespace myna::compute::cpu
