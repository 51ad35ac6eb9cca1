#include "compute/cpu/amx_conv.h"

#include <algorithm>
#include <vector>

#include "base/rounding.h"
#include "compute/cpu/kernels/amx.h"
#include "compute/cpu/kernels/packing.h"
#include "compute/cpu/memory_pool.h"

namespace myna::compute::cpu {
namespace {

/// Readable values behind the last input row: the last tile of joined taps may reach beyond it.
constexpr int64_t kTail = 2 * amx::kDepth;

}  // namespace

AmxConv::AmxConv(const ConvGeometry& geometry, std::span<const float> weights, int terms,
                 ThreadPool& threads)
    : geometry_(geometry), terms_(terms) {
  const ConvGeometry& g = geometry_;
  const int64_t group_in = g.in / g.groups, group_out = g.out / g.groups;
  const int64_t apart = g.kernel * quotient_up(group_in, amx::kDepth);
  const int64_t together = quotient_up(g.kernel * group_in, amx::kDepth);
  // Rows that are joined are not aligned to cache lines, so a few tiles less are no gain.
  joined_ = 4 * together <= 3 * apart && (g.stride == 1 || g.dilation == 1);
  row_ = joined_ ? group_in : amx::row_stride(group_in);
  taps_ = joined_ ? 1 : g.kernel;
  parts_ = joined_ ? g.dilation : 1;
  depth_tiles_ = joined_ ? together : quotient_up(group_in, amx::kDepth);
  panels_ = quotient_up(group_out, amx::kColumns);
  out_stride_ = round_up(g.out, amx::kColumns);

  const int64_t tap_values = depth_tiles_ * amx::kTile, depth = g.kernel * group_in;
  tiles_.resize(size_t(g.groups * panels_ * taps_ * tap_values));
  if (terms_ > 2) tiles_low_.resize(tiles_.size());
  threads.run(g.groups * panels_, [&](int64_t n) {
    const int64_t column = n % panels_ * amx::kColumns;
    const int64_t columns = std::min(amx::kColumns, group_out - column);
    const float* w = weights.data() + (n / panels_ * group_out + column) * depth;
    std::vector<float> by_tap;  // [columns][kernel][in]
    if (joined_) {
      by_tap.resize(size_t(columns * depth));
      for (int64_t c = 0; c < columns; ++c)
        for (int64_t i = 0; i < group_in; ++i)
          for (int64_t k = 0; k < g.kernel; ++k)
            by_tap[size_t(c * depth + k * group_in + i)] = w[c * depth + i * g.kernel + k];
    }
    for (int64_t k = 0; k < taps_; ++k) {
      const int64_t at = (n * taps_ + k) * tap_values;
      uint16_t* low = terms_ > 2 ? tiles_low_.data() + at : nullptr;
      if (joined_)
        pack_bf16(by_tap.data(), columns, depth, depth, 1, tiles_.data() + at, low);
      else
        pack_bf16(w + k, columns, group_in, depth, g.kernel, tiles_.data() + at, low);
    }
  });
}

int64_t AmxConv::out_rows(int64_t count) const {
  return parts_ * round_up(quotient_up(count, parts_), 16);
}

void AmxConv::run(const float* x, int64_t frames, int64_t begin, int64_t count, float slope,
                  float* out) const {
  for (int64_t part = 0; part < std::min(parts_, count); ++part)
    run_part(x, frames, begin + part, part, quotient_up(count - part, parts_), slope, out);
}

// The output frames part, part + parts, ...: `count` of them. The first one's input starts at
// frame `begin`.
void AmxConv::run_part(const float* x, int64_t frames, int64_t begin, int64_t part, int64_t count,
                       float slope, float* out) const {
  const ConvGeometry& g = geometry_;
  const int64_t group_in = g.in / g.groups, group_out = g.out / g.groups;
  // Input rows are the frames begin, begin + parts, ...
  const auto rows_for = [&](int64_t outputs) {
    return joined_ ? (outputs - 1) * g.stride + g.kernel : g.frames_in(outputs);
  };
  const int64_t wanted = rows_for(count);
  const int64_t readable = rows_for(round_up(count, 16)) * row_ + kTail;
  const int64_t from =
      std::clamp<int64_t>(quotient_up(std::max<int64_t>(-begin, 0), parts_), 0, wanted);
  const int64_t to =
      std::clamp<int64_t>(quotient_up(std::max<int64_t>(frames - begin, 0), parts_), from, wanted);
  const auto scratch = [&](Scratch slot) {
    auto* rows = static_cast<uint16_t*>(thread_scratch(slot, size_t(readable) * sizeof(uint16_t)));
    std::fill(rows, rows + from * row_, uint16_t(0));
    return rows;
  };
  uint16_t* high = scratch(Scratch::kInput);
  uint16_t* low = terms_ > 1 ? scratch(Scratch::kInputLow) : nullptr;
  const float* first = x + (begin + from * parts_) * g.in;
  for (int64_t group = 0; group < g.groups; ++group) {
    amx::split_rows(first + group * group_in, parts_ * g.in, to - from, group_in, slope,
                    high + from * row_, low ? low + from * row_ : nullptr, row_);
    for (uint16_t* rows : {high, low})
      if (rows) std::fill(rows + to * row_, rows + wanted * row_ + kTail, uint16_t(0));
    const int64_t at = group * panels_ * taps_ * depth_tiles_ * amx::kTile;
    amx::multiply({.high = high,
                   .low = low,
                   .row_step = g.stride * row_,
                   .taps = taps_,
                   .tap_step = g.dilation * row_,
                   .depth_tiles = depth_tiles_,
                   .weights = tiles_.data() + at,
                   .weights_low = terms_ > 2 ? tiles_low_.data() + at : nullptr,
                   .panels = panels_,
                   .rows = count,
                   .out = out + part * out_stride_ + group * group_out,
                   .out_stride = parts_ * out_stride_});
  }
}

}  // namespace myna::compute::cpu
