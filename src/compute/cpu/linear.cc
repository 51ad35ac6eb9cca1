#include "compute/cpu/linear.h"

#include <algorithm>
#include <cstring>

#include "base/rounding.h"
#include "compute/cpu/cpu_tensor.h"
#include "compute/cpu/kernels/amx.h"
#include "compute/cpu/kernels/elementwise.h"
#include "compute/cpu/kernels/packing.h"
#include "compute/cpu/kernels/panels.h"
#include "tensor/int8_matrix.h"

namespace myna::compute::cpu {
namespace {

constexpr int64_t kColumns = amx::kColumns;
constexpr int64_t kFewRows = 8;
constexpr int64_t kPieceBytes = 96 << 10;  // weights that one thread reads at a time, few rows
constexpr int64_t kInputBytes =
    1 << 20;  // split rows taken together, many rows: half a level-2 cache

constexpr int64_t kMostInt8 = 1 << 16;  // inputs, so that sums of products fit into 32 bits

}  // namespace

static_assert(kColumns == tensor::kPanelRows && amx::kInt8Depth == tensor::kPanelColumns);

LinearLayer::LinearLayer(const LinearSpec& spec, const HostTensor& weight, const HostTensor& bias,
                         const Hardware& hardware, ThreadPool& threads)
    : spec_(spec),
      amx_(hardware.amx),
      depth_(round_up(spec.in, amx::kDepth)),
      panels_((spec.out + kColumns - 1) / kColumns) {
  const char* op = "linear_weights";
  if (spec.in < 1 || spec.out < 1) shape_error(op, "a layer without inputs or outputs");
  const bool packed = tensor::is_int8_matrix(weight, spec.out, spec.in);
  if (!packed && weight.shape() != Shape{spec.out, spec.in})
    shape_error(op, "weight " + tensor::shape_string(weight.shape()) + " where [" +
                        std::to_string(spec.out) + ", " + std::to_string(spec.in) + "] belongs");
  if (!bias.empty()) {
    if (bias.count() != spec.out) shape_error(op, "bias of a wrong size");
    bias_ = bias.to_floats();
  }
  const Precision precision =
      spec.precision == Precision::kInt8 && !hardware.int8 ? Precision::kBf16 : spec.precision;
  if (packed || precision == Precision::kInt8) {
    if (spec.in > kMostInt8) shape_error(op, "too many inputs for 8-bit weights");
    depth_ = round_up(spec.in, tensor::kPanelColumns);
  }
  if (packed) {
    keep_int8(weight);
  } else if (precision == Precision::kInt8) {
    prepare_int8(threads, weight);
  } else if (precision == Precision::kBf16) {
    prepare_tiles(threads, weight, false);
  } else if (amx_) {
    prepare_tiles(threads, weight, true);
  } else {
    dense_ = std::make_unique<ConvLayer>(ConvSpec{.in = spec.in, .out = spec.out},
                                         weight.reshaped({spec.out, spec.in, 1}), bias, hardware,
                                         threads);
  }
}

template <typename Fn>
void LinearLayer::over_panels(ThreadPool& threads, const HostTensor& weight, const Fn& fn) const {
  threads.run(panels_, [&](int64_t panel) {
    const int64_t columns = std::min(kColumns, spec_.out - panel * kColumns);
    const auto count = size_t(columns * spec_.in);
    auto* rows = static_cast<float*>(thread_scratch(Scratch::kInput, count * sizeof(float)));
    weight.read_floats(panel * kColumns * spec_.in, {rows, count});
    fn(panel, rows, columns);
  });
}

void LinearLayer::prepare_tiles(ThreadPool& threads, const HostTensor& weight, bool low) {
  tiles_.resize(size_t(panels_ * kColumns * depth_));
  if (low) tiles_low_.resize(tiles_.size());
  over_panels(threads, weight, [&](int64_t panel, const float* rows, int64_t columns) {
    const int64_t at = panel * kColumns * depth_;
    pack_bf16(rows, columns, spec_.in, spec_.in, 1, tiles_.data() + at,
              low ? tiles_low_.data() + at : nullptr);
  });
}

void LinearLayer::prepare_int8(ThreadPool& threads, const HostTensor& weight) {
  own_integers_.resize(size_t(panels_ * kColumns * depth_));
  scales_.resize(size_t(panels_ * kColumns));
  over_panels(threads, weight, [&](int64_t panel, const float* rows, int64_t columns) {
    tensor::pack_int8_panel({rows, size_t(columns * spec_.in)}, spec_.in,
                            own_integers_.data() + panel * kColumns * depth_,
                            scales_.data() + panel * kColumns);
  });
  integers_ = own_integers_.data();
}

void LinearLayer::keep_int8(const HostTensor& packed) {
  given_ = packed;
  integers_ = tensor::int8_panels(given_);
  scales_ = tensor::int8_factors(given_, spec_.out);
}

int64_t LinearLayer::panels_per_piece() const {
  const int64_t bytes = integers_ ? 1 : (tiles_low_.empty() ? 2 : 4);
  return std::clamp<int64_t>(kPieceBytes / (kColumns * depth_ * bytes), 1, panels_);
}

void LinearLayer::finish_columns(const float* product, int64_t product_stride, int64_t row,
                                 int64_t rows, int64_t column, int64_t columns,
                                 const Finish& finish, float* y) const {
  const int64_t at = row * spec_.out + column;
  epilogue_rows(product, product_stride, bias_.empty() ? nullptr : bias_.data() + column,
                finish.activation, finish.slope, finish.residual ? finish.residual + at : nullptr,
                y + at, spec_.out, rows, std::min(columns, spec_.out - column));
}

void LinearLayer::run_few(ThreadPool& threads, const float* x, int64_t rows, const Finish& finish,
                          float* y) const {
  std::vector<float> padded;
  if (depth_ != spec_.in) {
    padded.assign(size_t(rows * depth_), 0.0f);
    for (int64_t r = 0; r < rows; ++r)
      std::copy(x + r * spec_.in, x + (r + 1) * spec_.in, padded.data() + r * depth_);
    x = padded.data();
  }
  const int64_t together = panels_per_piece();
  threads.run((panels_ + together - 1) / together, [&](int64_t n) {
    const int64_t first = n * together, panels = std::min(together, panels_ - first);
    const int64_t width = panels * kColumns, at = first * kColumns * depth_;
    auto* product = static_cast<float*>(
        thread_scratch(Scratch::kOutput, size_t(kPanelRows * width) * sizeof(float)));
    for (int64_t r = 0; r < rows; r += kPanelRows) {
      const int64_t some = std::min(kPanelRows, rows - r);
      if (!integers_)
        multiply_panels(tiles_.data() + at, panels, depth_, x + r * depth_, depth_, some, product,
                        width);
      else
        multiply_panels(integers_ + at, scales_.data() + first * kColumns, panels, depth_,
                        x + r * depth_, depth_, some, product, width);
      finish_columns(product, width, r, some, first * kColumns, width, finish, y);
    }
  });
}

// Calls fn(first panel, panels, first row, rows) for pieces whose weights and rows of `row_bytes`
// stay in cache.
template <typename Fn>
void LinearLayer::over_pieces(ThreadPool& threads, int64_t rows, int64_t row_bytes,
                              const Fn& fn) const {
  const int64_t together = rows > kFewRows ? std::min<int64_t>(4, panels_) : panels_per_piece();
  const int64_t column_pieces = (panels_ + together - 1) / together;
  const int64_t rows_together = std::clamp<int64_t>(kInputBytes / row_bytes / 32 * 32, 32, 256);
  const int64_t row_pieces = (rows + rows_together - 1) / rows_together;
  threads.run(column_pieces * row_pieces, [&](int64_t n) {
    const int64_t first = n % column_pieces * together, row = n / column_pieces * rows_together;
    fn(first, std::min(together, panels_ - first), row, std::min(rows_together, rows - row));
  });
}

void LinearLayer::run_amx(ThreadPool& threads, MemoryPool& memory, const float* x, int64_t rows,
                          const Finish& finish, float* y) const {
  const int64_t stride = amx::row_stride(spec_.in), padded = round_up(rows, 16);
  const int64_t parts = tiles_low_.empty() ? 1 : 2;  // of the input, as of the weights
  const auto input = memory.allocate(size_t(parts * padded * stride) * sizeof(uint16_t));
  auto* high = static_cast<uint16_t*>(input.get());
  uint16_t* low = parts > 1 ? high + padded * stride : nullptr;
  threads.run_ranges(rows, std::max<int64_t>(1, 32768 / stride), [&](int64_t from, int64_t to) {
    amx::split_rows(x + from * spec_.in, spec_.in, to - from, spec_.in, 1.0f, high + from * stride,
                    low ? low + from * stride : nullptr, stride);
  });
  over_pieces(threads, rows, parts * stride * int64_t(sizeof(uint16_t)),
              [&](int64_t first, int64_t panels, int64_t row, int64_t count) {
                const int64_t width = panels * kColumns, at = first * kColumns * depth_;
                auto* product = static_cast<float*>(thread_scratch(
                    Scratch::kOutput, size_t(round_up(count, 16) * width) * sizeof(float)));
                amx::multiply({.high = high + row * stride,
                               .low = low ? low + row * stride : nullptr,
                               .row_step = stride,
                               .depth_tiles = depth_ / amx::kDepth,
                               .weights = tiles_.data() + at,
                               .weights_low = low ? tiles_low_.data() + at : nullptr,
                               .panels = panels,
                               .rows = count,
                               .out = product,
                               .out_stride = width});
                finish_columns(product, width, row, count, first * kColumns, width, finish, y);
              });
}

void LinearLayer::run_amx_int8(ThreadPool& threads, MemoryPool& memory, const float* x,
                               int64_t rows, const Finish& finish, float* y) const {
  const int64_t stride = amx::int8_row_stride(spec_.in), padded = round_up(rows, 16);
  const auto input = memory.allocate(size_t(2 * padded * stride));
  const auto row_scales = memory.allocate(size_t(padded) * sizeof(float));
  auto* high = static_cast<int8_t*>(input.get());
  int8_t* low = high + padded * stride;
  auto* scales = static_cast<float*>(row_scales.get());
  threads.run_ranges(rows, std::max<int64_t>(1, 32768 / stride), [&](int64_t from, int64_t to) {
    amx::quantise_rows(x + from * spec_.in, spec_.in, to - from, spec_.in, high + from * stride,
                       low + from * stride, scales + from);
  });
  over_pieces(threads, rows, 2 * stride,
              [&](int64_t first, int64_t panels, int64_t row, int64_t count) {
                const int64_t width = panels * kColumns;
                auto* product = static_cast<float*>(
                    thread_scratch(Scratch::kOutput, size_t(count * width) * sizeof(float)));
                amx::multiply({.high = high + row * stride,
                               .low = low + row * stride,
                               .row_scales = scales + row,
                               .row_stride = stride,
                               .depth_tiles = depth_ / amx::kInt8Depth,
                               .weights = integers_ + first * kColumns * depth_,
                               .column_scales = scales_.data() + first * kColumns,
                               .panels = panels,
                               .rows = count,
                               .out = product,
                               .out_stride = width});
                finish_columns(product, width, row, count, first * kColumns, width, finish, y);
              });
}

void LinearLayer::run(ThreadPool& threads, MemoryPool& memory, const float* x, int64_t rows,
                      const Finish& finish, float* y) const {
  if (rows == 0) return;
  if (dense_) return dense_->run(threads, {.x = x, .items = 1, .frames = rows}, finish, y);
  if (amx_ && integers_) return run_amx_int8(threads, memory, x, rows, finish, y);
  if (amx_ && !integers_ && (rows > kFewRows || !tiles_low_.empty()))
    return run_amx(threads, memory, x, rows, finish, y);
  run_few(threads, x, rows, finish, y);
}

}  // namespace myna::compute::cpu
