// Two-dimensional convolution over the bands and frames of a spectrogram, for networks that treat
// one as a picture. A feature map is [bands, channels, frames]: the bands take the place of the
// batch, so every operation on [B, C, T] serves for maps too, and a convolution over both axes is
// one over frames that reads the channels of the neighbouring bands at once.
#pragma once

#include "models/layers.h"

namespace myna::models {

/// Square kernel, zeros around the map so that stride 1 keeps its size, the same stride over bands
/// and frames. Immutable; as thread-safe as its backend.
class BandConv {
 public:
  BandConv() = default;
  /// weight [out, in, kernel, kernel] (bands, frames), kernel odd; bias [out].
  BandConv(Backend& backend, HostTensor weight, const HostTensor& bias, int64_t stride);

  /// [bands, in, frames] -> [ceil(bands / stride), out, ceil(frames / stride)]
  Tensor operator()(Backend& backend, const Tensor& x, const Epilogue& epilogue = {}) const;

 private:
  Tensor with_neighbours(Backend& backend, const Tensor& x) const;

  int64_t kernel_ = 1, stride_ = 1;
  Conv1d conv_;
};

}  // namespace myna::models
