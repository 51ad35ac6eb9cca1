// The content encoder: what is said, without who says it. Log-mel frames through strided
// convolutions and Conformer-like layers (Gulati et al. 2020; pre-norm, one feed-forward) to phone
// probabilities (CTC) and to the hidden features that the semantic tokens are quantised from.
//
// Positions are known to the network through its depthwise convolutions only, so any length works.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/json.h"
#include "models/conformer_layer.h"

namespace myna::models {

struct ContentConfig {
  // The log mel it reads: audio::mel_spectrogram with these sizes, all bands up to half the rate.
  int64_t sample_rate = 16000;  ///< Hz
  int64_t n_fft = 512;
  int64_t hop = 160;
  int64_t mels = 80;

  std::vector<int64_t> strides = {2, 2};  ///< of the front convolutions; 100 Hz -> 25 Hz
  int64_t dim = 256;
  int64_t layers = 6;
  int64_t heads = 4;
  int64_t ffn = 1024;
  int64_t conv_kernel = 15;  ///< odd
  int64_t classes = 733;     ///< phone symbols and, last, the CTC blank
  int64_t tap_layer = 4;     ///< 1 .. layers: whose output is the content feature
  float dropout = 0.1f;

  int64_t blank() const { return classes - 1; }
  int64_t stride() const;  ///< mel frames per content frame
  /// Content frames of `frames` mel frames.
  int64_t frames(int64_t mel_frames) const;

  /// Throws Error(kInvalidModel) naming `subject` and the key.
  static ContentConfig from_json(const Json& json, const std::string& subject);
  Json to_json() const;
};

struct ContentOutput {
  Tensor features;           ///< [B, dim, T'], the tapped layer, every frame normalised
  Tensor logits;             ///< [B, T', classes]; absent when only features were asked for
  compute::Lengths lengths;  ///< content frames per row; empty when no lengths were given
};

/// Immutable; as thread-safe as its backend. Tensors: front.N, layers.N.{attention_norm,
/// attention.{qkv,out}, conv_norm, conv.{gate,depth,depth_norm,out}, ffn_norm, ffn.{up,down}},
/// norm, output.
class ContentEncoder {
 public:
  /// Throws Error(kInvalidModel) when the source lacks a tensor or has another shape.
  ContentEncoder(Backend& backend, ParameterSource& source, const ContentConfig& config);

  const ContentConfig& config() const { return config_; }
  Backend& backend() const { return *backend_; }

  /// mel [B, mels, T] natural-log magnitudes; rows end at `lengths` (empty: all frames count).
  /// With `features_only` the layers above the tap are not run.
  ContentOutput forward(const Tensor& mel, const compute::Lengths& lengths = {},
                        bool features_only = false) const;

 private:
  Backend* backend_;
  ContentConfig config_;
  std::vector<Conv1d> front_;
  std::vector<ConformerLayer> layers_;
  LayerNorm norm_;
  Linear output_;
};

}  // namespace myna::models
