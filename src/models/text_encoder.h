// The prior encoder of SoVITS (enc_p): content vectors and phones to the mean and log deviation of
// the prior over latents. Content and text meet in MRTE, a cross-attention that also adds the
// style. Reference: module/models.py TextEncoder, module/mrte_model.py. With
// SovitsConfig::spread_text there is nothing to attend to: the text comes in step with the codes.
#pragma once

#include <optional>
#include <string>

#include "models/attention_encoder.h"
#include "models/sovits_config.h"

namespace myna::models {

/// Multi-reference timbre encoder. Tensors NAME.{cross_attention, c_pre, text_pre, c_post}, with
/// spread text without the first.
class Mrte {
 public:
  Mrte(Backend& backend, ParameterSource& source, const std::string& name,
       const SovitsConfig& config, Precision precision);
  /// content [B, hidden, T], text [B, hidden, N] (spread text: N = T), style [B, mrte_channels, 1]
  /// -> [B, hidden, T]
  Tensor operator()(Backend& backend, const Tensor& content, const Lengths& content_lengths,
                    const Tensor& text, const Lengths& text_lengths, const Tensor& style) const;

 private:
  Conv1d content_in_, text_in_, out_;
  std::optional<ConvAttention> attention_;  ///< not with spread text
};

/// What changes between a whole decode and one step of token-by-token decoding.
struct PriorOptions {
  double speed = 1.0;       ///< > 1: fewer frames, by linear interpolation of the features
  int64_t drop_frames = 0;  ///< frames of look-ahead removed from the end before encoder2
  int64_t keep_frames = 0;  ///< only the last frames are kept after encoder2; 0: all
  /// Features [1, hidden, n] that the kept frames continue: their first n frames are blended with
  /// these by a sine window. Absent: no blending.
  Tensor overlap;
};

struct Prior {
  Tensor mean, log_std;  ///< [B, inter, T]
  Tensor features;       ///< [B, hidden, T before the speed change]
  Tensor resized;        ///< the same after it
  Lengths lengths;       ///< valid frames per row; empty: all
};

/// Intermediate results, for tests.
struct PriorTrace {
  Tensor encoder_ssl, encoder_text, mrte, encoder2;
};

class TextEncoder {
 public:
  TextEncoder(Backend& backend, ParameterSource& source, const std::string& name,
              const SovitsConfig& config, Precision precision);

  /// content [B, ssl_dim, T] at the latent frame rate, phones kInt [B, N] (spread text: one per
  /// code, N = T / frames_per_code, and `phone_lengths` likewise), style [B, mrte_channels, 1].
  /// Speed and the streaming options need a batch of one without lengths.
  Prior operator()(Backend& backend, const Tensor& content, const Lengths& lengths,
                   const Tensor& phones, const Lengths& phone_lengths, const Tensor& style,
                   const PriorOptions& options = {}, PriorTrace* trace = nullptr) const;

 private:
  Tensor blend(Backend& backend, const Tensor& y, const Tensor& overlap) const;

  Conv1d content_in_;
  AttentionEncoder encoder_ssl_, encoder_text_;
  Embedding embedding_;
  Mrte mrte_;
  AttentionEncoder encoder2_;
  Conv1d proj_;
  int64_t inter_;
  int64_t frames_per_phone_;  ///< of spread text; 0: the text is not spread
};

}  // namespace myna::models
