// The HiFi-GAN generator (Kong et al. 2020) as the reference's module/models.py Generator: the
// decoder of SoVITS, with a style condition, and the vocoder of SoVITS v4, without. Tensors
// NAME.{conv_pre, cond, ups.N, resblocks.N, conv_post}.
#pragma once

#include <string>
#include <vector>

#include "models/wave_decoder.h"

namespace myna::models {

class Hifigan : public WaveDecoder {
 public:
  /// gin_channels 0: no style. An empty name: tensors begin with conv_pre.
  Hifigan(Backend& backend, ParameterSource& source, const std::string& name,
          const HifiganConfig& config, int64_t in_channels, int64_t gin_channels,
          Precision precision);

  Tensor decode(Backend& backend, const Tensor& z, const Tensor& style,
                const Tensor& excitation) const override;
  Tensor decode(Backend& backend, const Tensor& z, const Tensor& style,
                const StageTrace& trace) const;
  Tensor decode_part(Backend& backend, const Tensor& z, const Tensor& style,
                     const Tensor& excitation, int64_t begin, int64_t end) const override;
  int64_t context_frames() const override { return context_; }

 private:
  struct Resblock {
    std::vector<Conv1d> first, second;  ///< second: empty for resblock "2"
  };
  struct Stage {
    Conv1d up;
    std::vector<Resblock> blocks;
    int64_t channels = 0;
    int64_t rate = 1;     ///< frames that one becomes
    int64_t context = 0;  ///< frames on each side that this stage and all later ones look at
  };
  /// `activated`: leaky_relu(x), which all blocks of a stage begin with.
  static Tensor run(Backend& backend, const Resblock& block, const Tensor& x,
                    const Tensor& activated);
  /// Mean of the stage's blocks: [B, channels, T] -> the same.
  static Tensor run_blocks(Backend& backend, const Stage& stage, const Tensor& x);
  Tensor generate(Backend& backend, const Tensor& z, const Tensor& style, int64_t begin,
                  int64_t end, const StageTrace& trace) const;

  Conv1d pre_, cond_;
  std::vector<Stage> stages_;
  Conv1d post_;
  int64_t reach_;  ///< frames on each side that a stage's blocks look at
  int64_t context_;
};

}  // namespace myna::models
