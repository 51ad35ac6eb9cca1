// The vocoders of SoVITS v3 and v4: a log-mel spectrogram to samples.
//   v3  BigVGAN v2, 100 bands at 24 kHz, 256 samples per frame
//   v4  a HiFi-GAN, 100 bands at 48 kHz, 480 samples per frame
//
//   Vocoder vocoder(backend, *file.source(), VocoderConfig::from_json(kind, file.config, subject));
//   vocoder.decode_chunks(mel, {}, [&](std::span<const float> samples) { ...; return true; });
//
// Immutable after construction; as thread-safe as its backend.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>

#include "models/checkpoint.h"
#include "models/wave_decoder.h"

namespace myna::models {

enum class VocoderKind { kBigvgan, kHifigan };

struct VocoderConfig {
  VocoderKind kind = VocoderKind::kBigvgan;
  int64_t mels = 100;
  int64_t sampling_rate = 24000;  ///< Hz
  HifiganConfig network;
  bool final_tanh = true;

  int64_t hop_length() const;  ///< samples per frame
  double frame_rate() const { return double(sampling_rate) / double(hop_length()); }  ///< Hz

  /// Reads the keys of BigVGAN's config.json, which are used for both kinds. Throws
  /// Error(kInvalidModel) naming `subject`, Error(kUnsupported) for a BigVGAN with other blocks or
  /// activations than the published ones.
  static VocoderConfig from_json(VocoderKind kind, const Json& json, const std::string& subject);
};

/// The sizes of a v4 vocoder, whose file has no configuration, from its tensors: every upsampling
/// kernel is twice its rate and the dilations are 1, 3, 5. Throws Error(kInvalidModel).
Json v4_vocoder_config(const Checkpoint& file);

class Vocoder {
 public:
  /// Tensors have the names of the published files. Throws Error(kInvalidModel) when the source
  /// lacks one or has another shape. Precision::kDefault: the backend's choice for v4 (48 dB of the
  /// reference vectors on AMX), kF32 for BigVGAN, whose squared sines forgive less (85 dB; with
  /// kBf16 half the time and 32 dB).
  Vocoder(Backend& backend, ParameterSource& source, const VocoderConfig& config,
          Precision precision = Precision::kDefault);
  ~Vocoder();

  const VocoderConfig& config() const { return config_; }
  /// Frames on each side that a frame of samples depends on.
  int64_t context_frames() const { return decoder_->context_frames(); }

  /// mel [B, mels, T], natural logarithm of magnitudes -> samples [B, 1, T * hop_length] in
  /// [-1, 1]. Memory grows with T.
  Tensor decode(const Tensor& mel) const;
  /// The samples of frames [begin, end) of decode(mel), up to rounding.
  Tensor decode_range(const Tensor& mel, int64_t begin, int64_t end) const;
  /// mel [1, mels, T]: gives the samples of decode(mel) in order, chunk by chunk, until `callback`
  /// returns false. Memory is bounded by the chunk.
  void decode_chunks(const Tensor& mel, const ChunkOptions& options,
                     const std::function<bool(std::span<const float>)>& callback) const;

 private:
  Backend& backend_;
  VocoderConfig config_;
  std::unique_ptr<WaveDecoder> decoder_;
};

}  // namespace myna::models
