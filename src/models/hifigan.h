// The HiFi-GAN generator (Kong et al. 2020) with a style condition, as the reference's
// module/models.py Generator: tensors NAME.{conv_pre, cond, ups.N, resblocks.N, conv_post}.
#pragma once

#include <string>
#include <vector>

#include "models/wave_decoder.h"

namespace myna::models {

class Hifigan : public WaveDecoder {
 public:
  Hifigan(Backend& backend, ParameterSource& source, const std::string& name,
          const HifiganConfig& config, int64_t in_channels, int64_t gin_channels,
          Precision precision);

  Tensor decode(Backend& backend, const Tensor& z, const Tensor& style,
                const Tensor& excitation) const override;
  int64_t context_frames() const override { return context_; }

 private:
  struct Resblock {
    std::vector<Conv1d> first, second;  ///< second: empty for resblock "2"
  };
  struct Stage {
    Conv1d up;
    std::vector<Resblock> blocks;
    int64_t channels = 0;
    int64_t reach = 0;  ///< frames on each side that the blocks look at
  };
  /// `activated`: leaky_relu(x), which all blocks of a stage begin with.
  static Tensor run(Backend& backend, const Resblock& block, const Tensor& x,
                    const Tensor& activated);
  /// Mean of the stage's blocks: [B, channels, T] -> the same.
  static Tensor run_blocks(Backend& backend, const Stage& stage, const Tensor& x);
  /// run_blocks piece by piece, so that what lies between its convolutions stays in the cache.
  static Tensor run_pieces(Backend& backend, const Stage& stage, const Tensor& x);

  Conv1d pre_, cond_;
  std::vector<Stage> stages_;
  Conv1d post_;
  int64_t context_;
};

}  // namespace myna::models
