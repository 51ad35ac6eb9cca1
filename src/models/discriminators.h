// The critics of the adversarial game: period discriminators (HiFi-GAN, Kong et al. 2020), which
// see every p-th sample as one sequence, and scale discriminators (MelGAN, Kumar et al. 2019) on
// the waveform and its halvings. Written with one-dimensional convolutions: a (k, 1) convolution of
// the reference over [frames, period] is a convolution of each of the period's sequences.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/json.h"
#include "models/layers.h"

namespace myna::models {

struct DiscriminatorConfig {
  std::vector<int64_t> periods = {2, 3, 5, 7, 11};
  std::vector<int64_t> period_channels = {32, 128, 512, 1024};  ///< each layer strides by 3
  int64_t scales = 1;                                           ///< 1: the waveform only
  std::vector<int64_t> scale_channels = {16, 64, 256, 1024};    ///< all but the first stride by 4
  int64_t scale_group_width = 16;  ///< inputs per group of the strided scale layers
  /// Weights of period discriminators are stored as [out, in, kernel, 1], as the reference stores
  /// them, not as [out, in, kernel].
  bool official_shapes = false;

  /// The critics of the published v1 and v2 models (s2D files).
  static DiscriminatorConfig official();

  /// Throws Error(kInvalidModel) naming `subject` and the key.
  static DiscriminatorConfig from_json(const Json& json, const std::string& subject);
};

/// What one discriminator makes of a batch: scores of stretches and the features of every layer.
struct Judgement {
  Tensor scores;
  std::vector<Tensor> features;
};

/// Immutable; as thread-safe as its backend. Tensors discriminators.N.convs.M, .conv_post.
class Discriminators {
 public:
  Discriminators(Backend& backend, ParameterSource& source, const DiscriminatorConfig& config);
  /// wave [B, 1, samples] -> one judgement per discriminator, scales first.
  std::vector<Judgement> operator()(const Tensor& wave) const;

 private:
  struct Stack {
    int64_t period = 0;  ///< 0: a scale discriminator
    int64_t halvings = 0;
    std::vector<Conv1d> convs;
    Conv1d post;
  };
  Judgement judge(const Stack& stack, const Tensor& wave) const;

  Backend* backend_;
  std::vector<Stack> stacks_;
};

}  // namespace myna::models
