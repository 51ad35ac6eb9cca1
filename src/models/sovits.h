// SoVITS v1, v2, v2Pro and v2ProPlus: semantic codes, phones and a style to a waveform, and the
// training pass. Names of the tensors are those of the official `weight` dictionary.
//
// Inference of one sentence
//   style   = sovits.style({spec, ...})              spectrograms of the reference recordings
//   prior   = sovits.encode(codes, phones, style)
//   spoken  = sovits.sample(prior, style, seed, 0.5)   latents and, for some decoders, excitation
//   sovits.decode_chunks(spoken, style, {}, [&](std::span<const float> samples) { ... });
//
// Immutable after construction; as thread-safe as its backend.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "models/flow.h"
#include "models/pitch_predictor.h"
#include "models/posterior_encoder.h"
#include "models/quantizer.h"
#include "models/sovits_config.h"
#include "models/style_encoder.h"
#include "models/text_encoder.h"
#include "models/wave_decoder.h"

namespace myna::models {

/// Which precision each part may use (see Precision). The text side and the flow are small and feed
/// everything else, so they stay f32 (bf16 products in the flow alone cost 53 dB of its precision).
struct SovitsPrecision {
  Precision encoders = Precision::kF32;
  Precision flow = Precision::kF32;
  Precision decoder = Precision::kDefault;
  static SovitsPrecision exact() { return {Precision::kF32, Precision::kF32, Precision::kF32}; }
};

struct SovitsOptions {
  SovitsPrecision precision;
  bool posterior = false;  ///< build enc_q too, which only training needs
};

/// How decode_chunks cuts the frames: a small first chunk for early first audio, then each four
/// times as long as the one before (which is heard meanwhile), up to `chunk_frames`. Longer chunks
/// spend less on context, and need more memory.
struct ChunkOptions {
  int64_t first_frames = 32;
  int64_t chunk_frames = 384;
};

/// One batch of the training pass. Frames are latent frames (spectrogram frames); a row's codes
/// cover frames_per_code frames each, so frames must be a multiple of it.
struct SovitsBatch {
  Tensor spec;      ///< [B, filter_length / 2 + 1, T] magnitudes
  Lengths lengths;  ///< frames per row
  Tensor codes;     ///< kInt [B, T / frames_per_code]; or absent, then:
  Tensor content;   ///< content features [B, ssl_dim, T / frames_per_code * ssl_stride]
  Tensor phones;    ///< kInt [B, N]; spread text: one per code
  Lengths phone_lengths;
  Tensor noise;    ///< [B, inter, T] standard normal, of the posterior
  Tensor speaker;  ///< Pro: [B, speaker_channels]
  /// Other speech of the same speakers that the style is read from, as spec; absent: spec itself.
  Tensor style_spec;
  Lengths style_lengths;
};

/// What a sentence is decoded from.
struct Spoken {
  Tensor latents;     ///< [1, inter, T], of the prior's space
  Tensor excitation;  ///< [1, 2, T * hop_length] where the decoder wants one, else absent
};

struct SovitsForward {
  Prior prior;          ///< m_p, logs_p
  Posterior posterior;  ///< z, m_q, logs_q
  Tensor z_p;           ///< flow(z)
  Tensor style;         ///< [B, gin, 1]
  Tensor log_pitch;     ///< [B, 1, T], natural logarithm of Hz; absent without a pitch
};

class Sovits {
 public:
  /// Throws Error(kInvalidModel) when the source lacks a tensor or has another shape.
  Sovits(Backend& backend, ParameterSource& source, const SovitsConfig& config,
         const SovitsOptions& options = {});
  ~Sovits();

  const SovitsConfig& config() const { return config_; }
  Backend& backend() const { return backend_; }

  // Inference --------------------------------------------------------------------------------
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
  /// Natural logarithm of the pitch in Hz, [B, 1, T]; only where SovitsConfig::has_pitch().
  Tensor log_pitch(const Prior& prior, const Tensor& style) const;

  /// Standard normal noise of the prior's shape; a function of the seed alone.
  Tensor noise(uint64_t seed, const Prior& prior) const;
  /// mean + noise * exp(log_std) * scale; noise may be absent when scale is 0.
  Tensor latents(const Prior& prior, const Tensor& noise, float scale) const;
  /// Latents with noise of the seed, and the excitation where one is wanted. A
  /// function of its arguments.
  Spoken sample(const Prior& prior, const Tensor& style, uint64_t seed, float scale) const;

  /// Samples [1, 1, T * hop_length], at once.
  Tensor decode(const Spoken& spoken, const Tensor& style) const;
  /// The frames [begin, end) of decode's result, computed from those frames and their context.
  Tensor decode_range(const Spoken& spoken, const Tensor& style, int64_t begin, int64_t end) const;
  /// As decode, piece by piece in order, with memory bounded by the chunk. Each frame is computed
  /// with the context that it depends on, so the pieces are those of decode up to rounding (f32:
  /// differences below 1e-5). The callback returns false to stop.
  void decode_chunks(const Spoken& spoken, const Tensor& style, const ChunkOptions& options,
                     const std::function<bool(std::span<const float>)>& callback) const;

  /// Latent frames that a frame depends on, on each side.
  int64_t flow_context() const { return flow_.context_frames(); }
  int64_t decoder_context() const { return decoder_->context_frames(); }

  // Training ---------------------------------------------------------------------------------
  /// Needs SovitsOptions::posterior. Differentiable through a training backend.
  SovitsForward forward_train(const SovitsBatch& batch) const;
  /// z [B, inter, n] and, where wanted, excitation [B, 2, n * hop_length] -> samples
  /// [B, 1, n * hop_length].
  Tensor decode_segment(const Tensor& z, const Tensor& style, const Tensor& excitation = {}) const;
  /// Rows of [B, C, T] from their own first frame: [B, C, frames].
  Tensor slice_rows(const Tensor& x, const std::vector<int64_t>& begins, int64_t frames) const;

  // Parts, for tests -------------------------------------------------------------------------
  const Quantizer& quantizer() const { return quantizer_; }
  const Flow& flow() const { return flow_; }
  const PosteriorEncoder& posterior_encoder() const;

 private:
  Tensor batch_codes(const Tensor& content) const;     ///< kInt [B, codes]
  Tensor content_frames(const Tensor& vectors) const;  ///< codes' rate -> latent frame rate
  Tensor mrte_style(const Tensor& style) const;
  Tensor excitation(const Prior& prior, const Tensor& style, uint64_t seed) const;
  Tensor ids(std::span<const int64_t> values, int64_t limit, const char* what) const;

  Backend& backend_;
  SovitsConfig config_;
  Quantizer quantizer_;
  TextEncoder text_encoder_;
  StyleEncoder style_encoder_;
  Flow flow_;
  PitchPredictor pitch_;  ///< only where the decoder wants an excitation
  std::unique_ptr<WaveDecoder> decoder_;
  std::unique_ptr<PosteriorEncoder> posterior_;
  Linear speaker_;        ///< Pro: sv_emb
  Tensor speaker_slope_;  ///< Pro: prelu
  Linear style_to_mrte_;  ///< ge_to512, when gin and MRTE widths differ
};

}  // namespace myna::models
