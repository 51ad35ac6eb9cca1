// What decoders that alternate upsampling and residual blocks have in common (HiFi-GAN, BigVGAN):
// how far their samples look, and running a stage piece by piece.
#pragma once

#include <functional>

#include "models/layers.h"
#include "models/sovits_config.h"

namespace myna::models {

inline constexpr int64_t kEdgeKernel = 7;  ///< of conv_pre and conv_post

/// The transposed convolution of stage `i`, which halves `channels`.
ConvSpec upsampling_conv(const HifiganConfig& config, size_t i, int64_t channels,
                         Precision precision);

/// Frames on each side that the residual blocks of a stage depend on, when every convolution is
/// preceded by an activation that looks at `activation_reach` frames on each side.
int64_t blocks_reach(const HifiganConfig& config, int64_t activation_reach);

/// Input frames on each side that a sample depends on.
int64_t decoder_context(const HifiganConfig& config, int64_t activation_reach);

/// Frames behind the upsampling of stage `i` that a sample depends on, on each side.
int64_t stage_context(const HifiganConfig& config, int64_t activation_reach, size_t i);

/// Values of one tensor of a piece: half a megabyte, of which a few fit into a second level cache.
inline constexpr int64_t kPieceValues = 262144;

/// fn(x) [B, channels, T] -> the same, computed in pieces of `piece` frames when there are at least
/// two, each with the `reach` frames on each side that fn's frames depend on.
Tensor in_pieces(Backend& backend, const Tensor& x, int64_t piece, int64_t reach,
                 const std::function<Tensor(const Tensor&)>& fn);

}  // namespace myna::models
