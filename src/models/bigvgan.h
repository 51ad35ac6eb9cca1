// The BigVGAN v2 generator (Lee et al. 2023), the vocoder of SoVITS v3: upsampling and residual
// blocks as in HiFi-GAN, but every convolution of a block follows a snake activation without
// aliasing (Backend::filtered_snake). Tensors, in the weight-norm form of the published file:
// NAME.{conv_pre, ups.N.0, resblocks.N.{convs1, convs2, activations}.M, activation_post,
// conv_post}. The filter is the same in all of them and is computed, not read.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "models/wave_decoder.h"

namespace myna::models {

/// Kaiser-windowed sinc of cutoff 0.25 and half width 0.3 cycles per sample, with sum 1.
std::array<float, compute::kSnakeTaps> kaiser_sinc_filter();

class Bigvgan : public WaveDecoder {
 public:
  /// Takes resblock "1" only. `final_tanh`: the samples end with tanh, else clipped to [-1, 1].
  Bigvgan(Backend& backend, ParameterSource& source, const std::string& name,
          const HifiganConfig& config, int64_t mels, bool final_tanh, Precision precision);

  /// z: log-mel [B, mels, T] -> samples in [-1, 1]; no style and no excitation.
  Tensor decode(Backend& backend, const Tensor& z, const Tensor& style,
                const Tensor& excitation) const override;
  Tensor decode(Backend& backend, const Tensor& mel, const StageTrace& trace) const;
  int64_t context_frames() const override { return context_; }

 private:
  struct Snake {
    Tensor alpha, beta;
  };
  struct Block {
    std::vector<Snake> snakes;  ///< one before each convolution, in their order
    std::vector<Conv1d> first, second;
  };
  struct Stage {
    Conv1d up;
    std::vector<Block> blocks;
    int64_t channels = 0;
  };
  Snake snake(Backend& backend, ParameterSource& source, const std::string& name,
              int64_t channels) const;
  Tensor activate(Backend& backend, const Snake& snake, const Tensor& x) const;
  Tensor run(Backend& backend, const Block& block, Tensor x) const;
  /// Mean of the stage's blocks.
  Tensor run_blocks(Backend& backend, size_t stage, const Tensor& x, const StageTrace& trace) const;

  std::array<float, compute::kSnakeTaps> filter_;
  Conv1d pre_, post_;
  std::vector<Stage> stages_;
  Snake last_;
  bool final_tanh_;
  int64_t reach_;  ///< frames on each side that a stage's blocks look at
  int64_t context_;
};

}  // namespace myna::models
