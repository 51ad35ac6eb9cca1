// What turns latents or a mel spectrogram into samples. A decoder is local: a frame of samples
// depends only on input frames within `context_frames` of it, which makes decoding in chunks exact.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "models/layers.h"
#include "models/sovits_config.h"

namespace myna::models {

/// How decode_chunks cuts the frames: a small first chunk for early first audio, then each four
/// times as long as the one before (which is heard meanwhile), up to `chunk_frames`. Longer chunks
/// spend less on context, and need more memory.
struct ChunkOptions {
  int64_t first_frames = 32;
  int64_t chunk_frames = 384;
};

/// Calls fn(begin, end) for chunk after chunk of `frames` until it returns false. A short last
/// chunk joins the one before. Throws Error(kInternal) for chunks of no frames.
void for_each_chunk(int64_t frames, const ChunkOptions& options,
                    const std::function<bool(int64_t begin, int64_t end)>& fn);

/// Told the intermediate results of a decoder, by name, for tests.
using StageTrace = std::function<void(const std::string& stage, const Tensor& value)>;

class WaveDecoder {
 public:
  virtual ~WaveDecoder() = default;
  /// z [B, in, T], style [B, gin, 1] (absent for decoders without one) -> samples
  /// [B, 1, T * hop_length]. `excitation` [B, 2, T * hop_length], pulses and noise (see
  /// excitation.h), where wants_excitation(); else absent.
  virtual Tensor decode(Backend& backend, const Tensor& z, const Tensor& style,
                        const Tensor& excitation) const = 0;
  /// The samples of the frames [begin, end) of that, without what only other frames need.
  virtual Tensor decode_part(Backend& backend, const Tensor& z, const Tensor& style,
                             const Tensor& excitation, int64_t begin, int64_t end) const;
  virtual bool wants_excitation() const { return false; }
  /// Input frames on each side that a frame of samples depends on.
  virtual int64_t context_frames() const = 0;
};

std::unique_ptr<WaveDecoder> make_wave_decoder(Backend& backend, ParameterSource& source,
                                               const std::string& name, const SovitsConfig& config,
                                               Precision precision);

}  // namespace myna::models
