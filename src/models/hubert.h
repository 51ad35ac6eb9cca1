// HuBERT base (Hsu et al. 2021), the content encoder of the official voices: a 16 kHz waveform to
// 50 feature vectors per second. Tensor names and layout are those of the published checkpoint.
// Group norm in the first convolution, post-norm layers, convolutional positions.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/json.h"
#include "models/layers.h"

namespace myna::models {

struct HubertConfig {
  std::vector<int64_t> conv_dim = {512, 512, 512, 512, 512, 512, 512};
  std::vector<int64_t> conv_kernel = {10, 3, 3, 3, 3, 2, 2};
  std::vector<int64_t> conv_stride = {5, 2, 2, 2, 2, 2, 2};
  bool conv_bias = false;
  int64_t width = 768;            ///< "hidden_size"
  int64_t feed_forward = 3072;    ///< "intermediate_size"
  int64_t heads = 12;             ///< "num_attention_heads"
  int64_t layers = 12;            ///< "num_hidden_layers"
  int64_t position_kernel = 128;  ///< "num_conv_pos_embeddings"
  int64_t position_groups = 16;   ///< "num_conv_pos_embedding_groups"
  float epsilon = 1e-5f;          ///< "layer_norm_eps"

  /// Reads the checkpoint's config.json. Throws Error(kInvalidModel) naming subject and key for
  /// impossible values, Error(kUnsupported) for the variants with layer norm in the convolutions or
  /// before the layers (HuBERT large).
  static HubertConfig from_json(const Json& json, const std::string& subject);
  /// Feature frames of `samples` samples; 0 when the recording is too short for one.
  int64_t frames(int64_t samples) const;
};

/// Immutable; as thread-safe as its backend.
class Hubert {
 public:
  /// Called with ("conv0" ... "conv6", "proj", "pos", "layer0" ..., tensor) on the way, for checks.
  using Probe = std::function<void(const std::string& stage, const Tensor& value)>;

  /// `precision` of the transformer's products; with kBf16, the features of speech lie 44 dB above
  /// the rounding errors of this network, as with exact ones behind its bf16 convolutions.
  Hubert(std::shared_ptr<Backend> backend, ParameterSource& source, const HubertConfig& config,
         Precision precision = Precision::kBf16);

  const HubertConfig& config() const { return config_; }

  /// wave [B, 1, samples] at 16 kHz, not normalised -> last hidden state [B, frames, width].
  /// Throws Error(kInvalidAudio) when the wave is shorter than one frame.
  Tensor forward(const Tensor& wave, const Probe& probe = {}) const;

 private:
  struct Layer {
    Linear query, key, value, out, up, down;
    LayerNorm attention_norm, final_norm;
  };
  Tensor positions(const Tensor& x) const;
  Tensor run_layer(const Layer& layer, const Tensor& x) const;

  HubertConfig config_;
  std::shared_ptr<Backend> backend_;
  std::vector<Conv1d> convs_;
  GroupNorm first_norm_;
  LayerNorm feature_norm_, encoder_norm_;
  Linear projection_;
  Conv1d position_;
  std::vector<Layer> layers_;
};

}  // namespace myna::models
