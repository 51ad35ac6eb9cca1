// The products of a convolution on AMX tiles, beside DnnConv for other machines. A tile product
// takes 32 input values: with few channels the taps of an output frame, which lie one after the
// other in memory when nothing is put between the frames, fill one tile together. Dilated frames
// are parted by their remainder first, so that those an output frame reads are neighbours too.
#pragma once

#include <span>

#include "compute/cpu/large_pages.h"
#include "compute/cpu/onednn.h"
#include "compute/cpu/thread_pool.h"

namespace myna::compute::cpu {

/// Prepared weights. Immutable; run() is thread-safe and uses the calling thread alone.
class AmxConv {
 public:
  /// weights [out, in / groups, kernel]; out / groups is a multiple of 16 unless groups is 1.
  /// `terms`: bf16 products per product, 1 or 3 (kernels/amx.h).
  AmxConv(const ConvGeometry& geometry, std::span<const float> weights, int terms,
          ThreadPool& threads);

  /// Values between rows of the result, and rows of it that are written for `count` frames.
  int64_t out_stride() const { return out_stride_; }
  int64_t out_rows(int64_t count) const;

  /// x [frames, in]: `count` output frames whose input starts at frame `begin`, which may lie
  /// outside, where the input is zero. Negative input is multiplied by `slope` first.
  void run(const float* x, int64_t frames, int64_t begin, int64_t count, float slope,
           float* out) const;

 private:
  void run_part(const float* x, int64_t frames, int64_t begin, int64_t part, int64_t count,
                float slope, float* out) const;

  ConvGeometry geometry_;
  int terms_;
  bool joined_ = false;                   // the taps lie in the depth of one product
  int64_t row_ = 0;                       // bf16 values from one input frame to the next
  int64_t taps_ = 1, parts_ = 1;          // of a product; remainders of the dilation
  int64_t depth_tiles_ = 0, panels_ = 0;  // of a tap; of a group
  int64_t out_stride_ = 0;
  WeightVector<uint16_t> tiles_, tiles_low_;  // [group][panel][tap][depth tile][512]
};

}  // namespace myna::compute::cpu
