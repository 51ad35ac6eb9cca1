// What all versions of SoVITS begin with: semantic codes of content features, the style of
// reference speech, and codes and phones encoded together. What follows turns it into sound: a flow
// and a waveform decoder (sovits.h) or flow matching to a mel spectrogram (sovits_cfm.h).
//
// Immutable after construction; as thread-safe as its backend.
#pragma once

#include <span>
#include <vector>

#include "models/quantizer.h"
#include "models/sovits_config.h"
#include "models/style_encoder.h"
#include "models/text_encoder.h"

namespace myna::models {

class SovitsFront {
 public:
  /// Throws Error(kInvalidModel) when the source lacks a tensor or has another shape.
  SovitsFront(Backend& backend, ParameterSource& source, const SovitsConfig& config,
              Precision precision);

  const SovitsConfig& config() const { return config_; }
  Backend& backend() const { return backend_; }

  /// Mean style [1, gin, 1] of magnitude spectrograms [1, >= style_bins, T] of reference speech.
  /// `speakers`: Pro only, one speaker vector [1, speaker_channels] per spectrogram.
  Tensor style(const std::vector<Tensor>& specs, const std::vector<Tensor>& speakers = {}) const;
  /// Style of a batch: [B, bins, T] -> [B, gin, 1].
  Tensor style_batch(const Tensor& spec, const Lengths& lengths, const Tensor& speaker) const;

  /// Semantic codes of content features [1, ssl_dim, T]: T / ssl_stride of them.
  std::vector<int64_t> extract_codes(const Tensor& content) const;

  /// Prior of one sentence. `phones`: of the sentence or, where the model wants spread text
  /// (SovitsConfig::spread_text), one per code. Throws Error(kInvalidModel) for a code or phone
  /// that the model does not have, Error(kUsage) for an empty sentence.
  Prior encode(std::span<const int64_t> codes, std::span<const int64_t> phones, const Tensor& style,
               const PriorOptions& options = {}, PriorTrace* trace = nullptr) const;
  /// The same from tensors [1, N] of ids that the model has.
  Prior encode(const Tensor& codes, const Tensor& phones, const Tensor& style,
               const PriorOptions& options = {}, PriorTrace* trace = nullptr) const;

  const Quantizer& quantizer() const { return quantizer_; }

 protected:
  Tensor content_frames(const Tensor& vectors) const;  ///< codes' rate -> latent frame rate
  Tensor mrte_style(const Tensor& style) const;

  Backend& backend_;
  SovitsConfig config_;
  Quantizer quantizer_;
  TextEncoder text_encoder_;

 private:
  Tensor ids(std::span<const int64_t> values, int64_t limit, const char* what) const;

  StyleEncoder style_encoder_;
  Linear speaker_;        ///< Pro: sv_emb
  Tensor speaker_slope_;  ///< Pro: prelu
  Linear style_to_mrte_;  ///< ge_to512, when gin and MRTE widths differ
};

}  // namespace myna::models
