// What turns latents into samples. A decoder is local: a frame of samples depends only on latent
// frames within `context_frames` of it, which makes decoding in chunks exact.
#pragma once

#include <memory>
#include <string>

#include "models/layers.h"
#include "models/sovits_config.h"

namespace myna::models {

class WaveDecoder {
 public:
  virtual ~WaveDecoder() = default;
  /// z [B, inter, T], style [B, gin, 1] -> samples [B, 1, T * hop_length]. `excitation`
  /// [B, 2, T * hop_length], pulses and noise (see excitation.h), where wants_excitation(); else
  /// absent.
  virtual Tensor decode(Backend& backend, const Tensor& z, const Tensor& style,
                        const Tensor& excitation) const = 0;
  virtual bool wants_excitation() const { return false; }
  /// Latent frames on each side that a frame of samples depends on.
  virtual int64_t context_frames() const = 0;
};

std::unique_ptr<WaveDecoder> make_wave_decoder(Backend& backend, ParameterSource& source,
                                               const std::string& name, const SovitsConfig& config,
                                               Precision precision);

}  // namespace myna::models
