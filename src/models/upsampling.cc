#include "models/upsampling.h"

#include <algorithm>

#include "compute/symbolic_size.h"

namespace myna::models {
namespace {

/// Frames before stage `i` for `need` behind its upsampling: output sample n of the transposed
/// convolution reads inputs (n + crop - kernel + 1) / rate up to (n + crop) / rate.
int64_t upsampling_context(const HifiganConfig& c, size_t i, int64_t need) {
  const int64_t rate = c.upsample_rates[i], kernel = c.upsample_kernels[i];
  const int64_t crop = (kernel - rate) / 2;
  return std::max((need + kernel - 1 - crop) / rate, (need + crop + rate - 1) / rate);
}

}  // namespace

ConvSpec upsampling_conv(const HifiganConfig& c, size_t i, int64_t channels, Precision precision) {
  ConvSpec up;
  up.in = channels;
  up.out = channels / 2;
  up.kernel = c.upsample_kernels[i];
  up.stride = c.upsample_rates[i];
  up.pad_left = up.pad_right = (up.kernel - up.stride) / 2;
  up.transposed = true;
  up.precision = precision;
  return up;
}

int64_t blocks_reach(const HifiganConfig& c, int64_t activation_reach) {
  int64_t widest = 0;
  for (size_t j = 0; j < c.resblock_kernels.size(); ++j) {
    const int64_t half = c.resblock_kernels[j] / 2;
    int64_t reach = 0;
    for (int64_t dilation : c.resblock_dilations[j]) {
      reach += half * dilation + activation_reach;
      if (c.resblock == 1) reach += half + activation_reach;
    }
    widest = std::max(widest, reach);
  }
  return widest;
}

int64_t stage_context(const HifiganConfig& c, int64_t activation_reach, size_t i) {
  int64_t need = kEdgeKernel / 2 + activation_reach;
  for (size_t stage = c.upsample_rates.size(); stage-- > i + 1;)
    need = upsampling_context(c, stage, need + blocks_reach(c, activation_reach));
  return need + blocks_reach(c, activation_reach);
}

int64_t decoder_context(const HifiganConfig& c, int64_t activation_reach) {
  return upsampling_context(c, 0, stage_context(c, activation_reach, 0)) + kEdgeKernel / 2;
}

Tensor in_pieces(Backend& backend, const Tensor& x, int64_t piece, int64_t reach,
                 const std::function<Tensor(const Tensor&)>& fn) {
  const int64_t frames = x.dim(2);
  if (frames < 2 * piece || compute::is_symbolic(frames)) return fn(x);
  std::vector<Tensor> pieces;
  for (int64_t begin = 0; begin < frames; begin += piece) {
    const int64_t end = std::min(begin + piece, frames);
    const int64_t from = std::max<int64_t>(0, begin - reach);
    const int64_t to = std::min(frames, end + reach);
    const Tensor y = fn(backend.slice(x, 2, from, to));
    pieces.push_back(backend.slice(y, 2, begin - from, end - from));
  }
  return backend.concat(pieces, 2);
}

}  // namespace myna::models
